"""Reports: someone tells that something is wrong; the centre looks, and tells kindly what came of it."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition, NotFound
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from people.models import User
from people.queries import may_act
from safeguarding.enums import ReportKind, ReportOutcome, ReportReason, ReportState
from safeguarding.errors import ReportedAlready
from safeguarding.events import ReportFiled, ReportSettled, ReportTaken
from safeguarding.models import Report
from safeguarding.reportable import find

LONGEST_STORY = 2000
LONGEST_ANSWER = 1000


@transaction.atomic
def file_report(
    kind: ReportKind, object_id: UUID, *, reason: ReportReason, story: str = "", by: User
) -> Report:
    """Tell the centre that something is wrong with what ``by`` may know of.

    Raises:
        NotFound: it is absent, or not theirs to know of.
        InvalidInput: the story is too long, missing where the reason says little, or holds a citizen service
            number (field ``story``).
        ReportedAlready: the same person's report of the same thing is still open.
    """
    thing = find(ReportKind(kind), by, object_id) if may_act(by) else None
    if thing is None:
        raise NotFound
    reason = ReportReason(reason)
    story = _checked(story, "story", LONGEST_STORY, needed=reason == ReportReason.OTHER)
    try:
        with transaction.atomic():
            report = Report.objects.create(
                centre=thing.centre,
                reporter=by,
                kind=kind,
                object_id=object_id,
                volunteer=thing.volunteer,
                resident=thing.resident,
                person=thing.person,
                organisation=thing.organisation,
                path=thing.path,
                reason=reason,
                story=story,
            )
    except IntegrityError as error:
        raise ReportedAlready from error
    # Not by whom: the log of events is read by more people than the desk.
    record(ReportFiled(report_id=report.pk, centre_id=report.centre_id))
    return report


@transaction.atomic
def take_report(report: Report, *, by: User) -> Report:
    """Begin to look at it: colleagues see who does.

    Raises:
        InvalidTransition: someone has begun already.
        Forbidden: ``by`` does not coordinate the centre, or it is about them.
    """
    require(by, "safeguarding.handle_report", report)
    rows = Report.objects.filter(pk=report.pk, state=ReportState.NEW)
    if rows.update(state=ReportState.IN_HAND, handler=by) != 1:
        raise InvalidTransition
    report.state, report.handler = ReportState.IN_HAND, by
    record(ReportTaken(report_id=report.pk, centre_id=report.centre_id), actor=by)
    return report


@transaction.atomic
def settle_report(
    report: Report, outcome: ReportOutcome, *, answer: str = "", note: str = "", by: User
) -> Report:
    """Close it; who reported is told what came of it, in words that name nobody.

    Raises:
        InvalidTransition: it was settled already, or nobody has begun to look at it.
        InvalidInput: a text is too long or holds a citizen service number; ``field`` names it.
        Forbidden: as ``take_report``.
    """
    require(by, "safeguarding.handle_report", report)
    kept = {
        "state": ReportState.SETTLED,
        "outcome": ReportOutcome(outcome),
        "answer": _checked(answer, "answer", LONGEST_ANSWER),
        "note": _checked(note, "note", LONGEST_STORY),
        "settled_at": clock.now(),
        "handler": by,
    }
    if Report.objects.filter(pk=report.pk, state=ReportState.IN_HAND).update(**kept) != 1:
        raise InvalidTransition
    for name, value in kept.items():
        setattr(report, name, value)
    record(ReportSettled(report_id=report.pk, centre_id=report.centre_id), actor=by)
    return report


def _checked(text: str, field: str, longest: int, *, needed: bool = False) -> str:
    text = text.strip()
    if needed and not text:
        raise InvalidInput(str(_("Please write down a few words.")), field=field)
    if len(text) > longest:
        raise InvalidInput(str(_("This text is too long.")), field=field)
    refuse_bsn(text, field=field)
    return text
