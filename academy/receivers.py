"""What the academy does when something has happened or falls due. Thin: each calls a service."""

from academy.events import ArticleRoundDue, SessionBegun, SessionClosingDue, SessionEvent
from academy.models import Session
from academy.services import ENROLMENTS, ask_reviews, bring_along, close_session
from events.models import EventRecord
from events.registry import on
from events.schedule import every
from people.events import VolunteerJoined
from people.models import Volunteer


@on(SessionBegun, name="academy.close_waiting_list")
def close_waiting_list(event: SessionBegun, record: EventRecord) -> None:
    """It begins: who waits, waited in vain."""
    session = _going_on(event)
    if session is not None:
        ENROLMENTS.lapse(session)


@on(SessionClosingDue, name="academy.settle_attendance")
def settle_attendance(event: SessionClosingDue, record: EventRecord) -> None:
    """Nobody has closed the list of a meeting that is long over."""
    session = _going_on(event)
    if session is not None:
        close_session(session, by=None)


@on(VolunteerJoined, name="academy.bring_along")
def count_what_was_learned(event: VolunteerJoined, record: EventRecord) -> None:
    """What someone learned before they became a volunteer counts from now on."""
    volunteer = Volunteer.objects.filter(pk=event.volunteer_id).first()
    if volunteer is not None:
        bring_along(volunteer)


every("0 7 * * *", ArticleRoundDue())


@on(ArticleRoundDue, name="academy.ask_reviews")
def remind_owners(event: ArticleRoundDue, record: EventRecord) -> None:
    """A new day: which articles are to be looked at again?"""
    ask_reviews()


def _going_on(event: SessionEvent) -> Session | None:
    return Session.objects.filter(pk=event.session_id, cancelled_at=None).first()
