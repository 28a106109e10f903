"""What a page of an agreement shows, so that it fetches itself again only when that has changed."""

from common import clock
from matching import queries
from matching.models import Assignment


def has_begun(assignment: Assignment) -> bool:
    """Whether the moment of the visit has come."""
    return assignment.starts_at is not None and assignment.starts_at <= clock.now()


def stand_of(*assignments: Assignment) -> str:
    """Return one word for what is shown: pages with the same word look the same."""
    return "_".join(_word(each) for each in assignments) or "none"


def _word(assignment: Assignment) -> str:
    moment = f"{assignment.starts_at:%Y%m%d%H%M}" if assignment.starts_at else ""
    flags = (
        assignment.done_by_volunteer_at is not None,
        assignment.done_by_resident_at is not None,
        has_begun(assignment),
        queries.contact_is_open(assignment),
    )
    word = f"{assignment.state}-{moment}-" + "".join(str(int(flag)) for flag in flags)
    return f"{word}-{_lasting_word(assignment)}" if assignment.request.lasts else word


def _lasting_word(assignment: Assignment) -> str:
    """Help that goes on: where the request stands, the break, and who has answered what was asked."""
    review = queries.open_review(assignment)
    said = (
        f"{review.occasion}{int(review.asked_at <= clock.now())}"
        f"{int(review.volunteer_goes_on_at is not None)}{int(review.resident_goes_on_at is not None)}"
        if review
        else ""
    )
    return f"{assignment.request.state}-{assignment.paused_until or ''}-{said}"
