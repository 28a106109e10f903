"""Who is told of meetings, certificates and what ends; whoever learns need not help yet."""

from datetime import date
from uuid import UUID

from django.urls import reverse

from academy import events
from academy.models import Session
from academy.queries import still_ends
from common.seating import Change, SeatState
from events.models import EventRecord
from events.registry import on
from notifications.enums import NoticeKind
from notifications.live import groups
from notifications.live.signals import Signal, send_signals
from notifications.mail_notices import mail_user
from notifications.moments import when_it_matters
from notifications.services import notify
from people.models import User

# What a learner hears of their place when it changes; what they did themselves needs no notice.
OF_SEATS: dict[str, NoticeKind] = {
    Change.TAKEN: NoticeKind.MEETING_TAKEN,
    Change.MOVED_UP: NoticeKind.MEETING_MOVED_UP,
    Change.CANCELLED: NoticeKind.MEETING_CANCELLED,
    Change.LAPSED: NoticeKind.MEETING_LAPSED,
}

PRESSING = frozenset({NoticeKind.MEETING_CANCELLED, NoticeKind.MEETING_CHANGED})


@on(events.EnrolmentChanged, name="notifications.tell_of_seat")
def tell_of_seat(event: events.EnrolmentChanged, record: EventRecord) -> None:
    """A place came free, was confirmed, or is gone; the trainer's list looks again."""
    send_signals([Signal(groups.desk(event.centre_id), "meeting", event.session_id)])
    kind = OF_SEATS.get(event.change)
    if kind is None or (event.change == Change.CANCELLED and record.actor_id == event.user_id):
        return
    _tell([event.user_id], kind, event.session_id, record, page="meeting")


@on(events.SessionChanged, name="notifications.tell_of_meeting")
def tell_of_meeting(event: events.SessionChanged, record: EventRecord) -> None:
    """Another time or place: everybody who comes or waits."""
    states = [SeatState.CONFIRMED, SeatState.WAITLISTED]
    _tell(_holders(event.session_id, states), NoticeKind.MEETING_CHANGED, event.session_id, record, "meeting")


@on(events.SessionReminderDue, name="notifications.remind_of_meeting")
def remind_of_meeting(event: events.SessionReminderDue, record: EventRecord) -> None:
    """It is tomorrow: who comes, and who gives it. The mail leads to the page with the calendar file."""
    session = Session.objects.filter(pk=event.session_id, cancelled_at=None).first()
    if session is None:
        return
    told = _holders(session.pk, [SeatState.CONFIRMED])
    _tell(told, NoticeKind.MEETING_TOMORROW, session.pk, record, "meeting")
    if session.trainer_id:
        kind = NoticeKind.TRAINING_TOMORROW
        _tell([session.trainer_id], kind, session.pk, record, "trainer-session")


@on(events.SessionClosed, name="notifications.ask_how_it_was")
def ask_how_it_was(event: events.SessionClosed, record: EventRecord) -> None:
    """Who was there is asked how it was."""
    there = _holders(event.session_id, [SeatState.ATTENDED])
    _tell(there, NoticeKind.MEETING_EVALUATE, event.session_id, record, "meeting-evaluate")


@on(events.CertificateIssued, name="notifications.tell_of_certificate")
def tell_of_certificate(event: events.CertificateIssued, record: EventRecord) -> None:
    """The certificate is there; no mail, for whoever learns is looking."""
    notify([event.user_id], NoticeKind.CERTIFICATE, event.certificate_id, record)


@on(events.ValidityEnding, name="notifications.ask_to_renew")
def ask_to_renew(event: events.ValidityEnding, record: EventRecord) -> None:
    """What someone has done ends in two months, and nothing has renewed it."""
    if still_ends(event.user_id, event.course_id, date.fromisoformat(event.until)):
        _tell([event.user_id], NoticeKind.COURSE_ENDING, event.course_id, record, "learning")


@on(events.ValidityEnded, name="notifications.tell_of_end")
def tell_of_end(event: events.ValidityEnded, record: EventRecord) -> None:
    """It ended yesterday: what it opened is closed, and the list near by looks again."""
    if still_ends(event.user_id, event.course_id, date.fromisoformat(event.until)):
        _tell([event.user_id], NoticeKind.COURSE_ENDED, event.course_id, record, "learning")
        send_signals([Signal(groups.person(event.user_id), "near-me")])


def _holders(session_id: UUID, states: list[SeatState]) -> list[UUID]:
    seats = Session.objects.filter(pk=session_id, seats__state__in=states)
    return list(seats.values_list("seats__holder_id", flat=True))


def _tell(user_ids: list[UUID], kind: NoticeKind, object_id: UUID, record: EventRecord, page: str) -> None:
    soon = when_it_matters(record.event) if kind in PRESSING else None
    notify(user_ids, kind, object_id, record, matters_at=soon)
    path = reverse(page) if page == "learning" else reverse(page, args=[object_id])
    for user in User.objects.filter(pk__in=user_ids):
        mail_user(user, kind.value, path)
