"""Who is told of meetings, certificates and what ends; whoever learns need not help yet."""

from collections.abc import Collection
from datetime import date
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from academy import events
from academy.models import Enrolment, Evaluation, Session
from academy.queries import still_ends
from common import clock
from common.seating import RUNNING, Change, SeatState
from events.models import EventRecord
from events.registry import on
from notifications.enums import NoticeKind
from notifications.live import groups
from notifications.live.signals import Signal, send_signals
from notifications.mail_notices import mail_user
from notifications.moments import when_it_matters
from notifications.services import notify
from notifications.telling import Telling, tell_each, tells
from people.models import User

# What a learner hears of their place when it changes; what they did themselves needs no notice.
OF_SEATS: dict[str, NoticeKind] = {
    Change.TAKEN: NoticeKind.MEETING_TAKEN,
    Change.MOVED_UP: NoticeKind.MEETING_MOVED_UP,
    Change.ADMITTED: NoticeKind.MEETING_ADMITTED,
    Change.CANCELLED: NoticeKind.MEETING_CANCELLED,
    Change.LAPSED: NoticeKind.MEETING_LAPSED,
}

COMING = frozenset({SeatState.CONFIRMED})
THERE = frozenset({SeatState.ATTENDED})


@on(events.EnrolmentChanged, name="notifications.tell_of_seat")
def tell_of_seat(event: events.EnrolmentChanged, record: EventRecord) -> None:
    """A place came free, was confirmed, or is gone; the trainer's list looks again."""
    send_signals([Signal(groups.desk(event.centre_id), "meeting", event.session_id)])
    kind = OF_SEATS.get(event.change)
    if kind is None or (event.change == Change.CANCELLED and record.actor_id == event.user_id):
        return
    _tell(event.user_id, kind, event.session_id, record, page="meeting")


@on(events.SessionChanged, name="notifications.tell_of_meeting")
def tell_of_meeting(event: events.SessionChanged, record: EventRecord) -> None:
    """Another time or place: everybody who comes or waits."""
    told = _holders(event.session_id, RUNNING)
    soon = dict.fromkeys(told, when_it_matters(event))
    tell_each(NoticeKind.MEETING_CHANGED, told, record, matters_at=soon)


@on(events.SessionReminderDue, name="notifications.remind_of_meeting")
def remind_of_meeting(event: events.SessionReminderDue, record: EventRecord) -> None:
    """It is tomorrow: who comes, and who gives it. The mail leads to the page with the calendar file."""
    session = _to_come().filter(pk=event.session_id).first()
    if session is None:
        return
    tell_each(NoticeKind.MEETING_TOMORROW, _holders(session.pk, COMING), record)
    if session.trainer_id:
        tell_each(NoticeKind.TRAINING_TOMORROW, {session.trainer_id: session.pk}, record)


@on(events.SessionClosed, name="notifications.ask_how_it_was")
def ask_how_it_was(event: events.SessionClosed, record: EventRecord) -> None:
    """Who was there is asked how it was."""
    tell_each(NoticeKind.MEETING_EVALUATE, _holders(event.session_id, THERE), record)


def _holders(session_id: UUID, states: Collection[SeatState]) -> dict[UUID, UUID]:
    """Who holds a place in one of these states, each beside the meeting."""
    seats = Enrolment.objects.filter(event=session_id, state__in=states).order_by("pk")
    return dict.fromkeys(seats.values_list("holder_id", flat=True), session_id)


def _to_come() -> QuerySet[Session]:
    return Session.objects.filter(cancelled_at=None, starts_at__gt=clock.now())


def _still_comes(states: Collection[SeatState], user_id: UUID, session_id: UUID) -> bool:
    seats = Enrolment.objects.filter(event__in=_to_come(), holder=user_id, state__in=states)
    return bool(seats.filter(event=session_id).exists())


def _still_gives(user_id: UUID, session_id: UUID) -> bool:
    return _to_come().filter(pk=session_id, trainer=user_id).exists()


def _still_asked(user_id: UUID, session_id: UUID) -> bool:
    there = Enrolment.objects.filter(event=session_id, holder=user_id, state__in=THERE)
    said = Evaluation.objects.filter(user=user_id, session=session_id)
    return there.exists() and not said.exists()


def _at(page: str, _user_id: UUID, session_id: UUID) -> str:
    return reverse(page, args=[session_id])


for _kind, _page, _still in (
    (NoticeKind.MEETING_CHANGED, "meeting", partial(_still_comes, RUNNING)),
    (NoticeKind.MEETING_TOMORROW, "meeting", partial(_still_comes, COMING)),
    (NoticeKind.TRAINING_TOMORROW, "trainer-session", _still_gives),
    (NoticeKind.MEETING_EVALUATE, "meeting-evaluate", _still_asked),
):
    tells(_kind, Telling(mail=_kind.value, path=partial(_at, _page), still=_still))


@on(events.CertificateIssued, name="notifications.tell_of_certificate")
def tell_of_certificate(event: events.CertificateIssued, record: EventRecord) -> None:
    """The certificate is there; no mail, for whoever learns is looking."""
    notify([event.user_id], NoticeKind.CERTIFICATE, event.certificate_id, record)


@on(events.ValidityEnding, name="notifications.ask_to_renew")
def ask_to_renew(event: events.ValidityEnding, record: EventRecord) -> None:
    """What someone has done ends in two months, and nothing has renewed it."""
    if still_ends(event.user_id, event.course_id, date.fromisoformat(event.until)):
        _tell(event.user_id, NoticeKind.COURSE_ENDING, event.course_id, record, "learning")


@on(events.ValidityEnded, name="notifications.tell_of_end")
def tell_of_end(event: events.ValidityEnded, record: EventRecord) -> None:
    """It ended yesterday: what it opened is closed, and the list near by looks again."""
    if still_ends(event.user_id, event.course_id, date.fromisoformat(event.until)):
        _tell(event.user_id, NoticeKind.COURSE_ENDED, event.course_id, record, "learning")
        send_signals([Signal(groups.person(event.user_id), "near-me")])


def _tell(user_id: UUID, kind: NoticeKind, object_id: UUID, record: EventRecord, page: str) -> None:
    soon = when_it_matters(record.event) if kind == NoticeKind.MEETING_CANCELLED else None
    notify([user_id], kind, object_id, record, matters_at=soon)
    path = reverse(page) if page == "learning" else reverse(page, args=[object_id])
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        mail_user(user, kind.value, path)
