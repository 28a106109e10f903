"""Who is told of one-day actions and student placements: parents and supervisors too, without account."""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from common import clock
from common.seating import RUNNING, CancelledBy, Change
from events.models import EventRecord
from events.registry import on
from notifications.enums import NoticeKind
from notifications.mail_notices import mail_outsider, mail_user
from notifications.moments import when_it_matters
from notifications.services import notify
from notifications.telling import Owner, Telling, tell_each, tell_organisation, tells
from people.enums import Role
from people.models import User
from people.queries import staff_of
from vacancies import events
from vacancies.enums import ActionState, ConsentState, EntryState, PlacementState
from vacancies.models import HourEntry, ParentalConsent, Student, TaskSeat
from vacancies.queries.actions import called_off
from vacancies.services import hours_token, parent_token

# What someone hears of their own place. What does not go on is told once per person: see ``CalledOff``.
SEATS: dict[tuple[str, str], tuple[NoticeKind, str]] = {
    (Change.MOVED_UP, ""): (NoticeKind.TASK_MOVED_UP, "task_moved_up"),
    (Change.CANCELLED, CancelledBy.ORGANISER): (NoticeKind.TASK_TAKEN_OFF, ""),
}
PLACEMENTS: dict[str, NoticeKind] = {
    PlacementState.AGREED: NoticeKind.PLACEMENT_AGREED,
    PlacementState.DECLINED: NoticeKind.PLACEMENT_DECLINED,
    PlacementState.STOPPED: NoticeKind.PLACEMENT_STOPPED,
}
ORGANISATION_HEARS: dict[str, NoticeKind] = {
    PlacementState.ASKED: NoticeKind.PLACEMENT_ASKED,
    PlacementState.STOPPED: NoticeKind.PLACEMENT_LEFT,
}


@on(events.TaskSeatChanged, name="notifications.tell_task_seat")
def tell_task_seat(event: events.TaskSeatChanged, record: EventRecord) -> None:
    """Whoever's place changed without their doing."""
    told = SEATS.get((event.change, event.because))
    if told is not None:
        _tell(
            event.user_id,
            event.action_id,
            told[0],
            told[1],
            path=reverse("action", args=[event.action_id]),
            record=record,
        )


@on(events.ActionMoved, name="notifications.tell_action_moved")
def tell_action_moved(event: events.ActionMoved, record: EventRecord) -> None:
    """Everyone who has a place or waits for one: it is on another day or at another place."""
    _tell_moved(_coming(event.action_id), event, record)


@on(events.TaskMoved, name="notifications.tell_task_moved")
def tell_task_moved(event: events.TaskMoved, record: EventRecord) -> None:
    """The same of one task: it is at another time."""
    _tell_moved(_coming(event.action_id).filter(event=event.task_id), event, record)


def _tell_moved(
    seats: QuerySet[TaskSeat], event: events.ActionMoved | events.TaskMoved, record: EventRecord
) -> None:
    told = dict.fromkeys(sorted(set(seats.values_list("holder_id", flat=True))), event.action_id)
    soon = dict.fromkeys(told, when_it_matters(event))
    tell_each(NoticeKind.ACTION_MOVED, told, record, matters_at=soon)


def _coming(action_id: UUID) -> QuerySet[TaskSeat]:
    running = TaskSeat._default_manager.filter(event__action=action_id, state__in=RUNNING)
    return running.filter(event__ends_at__gt=clock.now())


tells(
    NoticeKind.ACTION_MOVED,
    Telling(
        mail="action_moved",
        path=lambda _user_id, action_id: reverse("action", args=[action_id]),
        still=lambda user_id, action_id: _coming(action_id).filter(holder=user_id).exists(),
    ),
)


@on(events.CalledOff, name="notifications.tell_called_off")
def tell_called_off(event: events.CalledOff, record: EventRecord) -> None:
    """What someone signed up for does not go on: one message, that names all of it."""
    kind, mail = (
        (NoticeKind.TASK_DROPPED, "task_dropped")
        if event.task_id
        else (NoticeKind.TASK_CALLED_OFF, "task_called_off")
    )
    notify([event.user_id], kind, event.action_id, record, matters_at=when_it_matters(event))
    user = User.objects.filter(pk=event.user_id).first()
    if user is not None:
        off = called_off(event.user_id, [event.action_id])
        tasks = [seat.event for seat in off if event.task_id in (None, seat.event_id)]
        mail_user(user, mail, reverse("action", args=[event.action_id]), tasks=tasks)


@on(events.TaskReminded, name="notifications.tell_task_reminded")
def tell_task_reminded(event: events.TaskReminded, record: EventRecord) -> None:
    """The day before an action."""
    path = reverse("action", args=[event.action_id])
    _tell(event.user_id, event.action_id, NoticeKind.TASK_REMINDER, "task_reminder", path=path, record=record)


@on(events.ActionChanged, name="notifications.tell_action")
def tell_action(event: events.ActionChanged, record: EventRecord) -> None:
    """The centre of what waits for it; the organisation of what the centre said."""
    if event.state == ActionState.REVIEW:
        staff = staff_of(event.centre_id, Role.COORDINATOR).values_list("pk", flat=True)
        notify(list(staff), NoticeKind.ACTION_TO_REVIEW, event.action_id, record)
    elif event.state in (ActionState.PUBLISHED, ActionState.DRAFT) and record.actor_id:
        owner = Owner(event.organisation_id, event.centre_id)
        tell_organisation(owner, NoticeKind.ACTION_ANSWERED, event.action_id, record, page="action-desk")


@on(events.ParentAsked, name="notifications.mail_parent")
def mail_parent(event: events.ParentAsked, record: EventRecord) -> None:
    """The parent gets the link; whoever was asked instead meanwhile gets none."""
    consent = ParentalConsent.objects.filter(pk=event.consent_id, state=ConsentState.ASKED)
    found = consent.select_related("student__user").first()
    if found is not None and found.parent_email:
        path = reverse("parent", args=[parent_token(found)])
        mail_outsider(found.parent_email, found.student.user.language, "parent_asked", path)


@on(events.ParentAnswered, name="notifications.tell_parent_answered")
def tell_parent_answered(event: events.ParentAnswered, record: EventRecord) -> None:
    """The student hears that their parent answered."""
    kind = NoticeKind.PARENT_AGREED if event.state == ConsentState.GIVEN else NoticeKind.PARENT_REFUSED
    _tell_student(event.student_id, kind, "", record)


@on(events.PlacementChanged, name="notifications.tell_placement")
def tell_placement(event: events.PlacementChanged, record: EventRecord) -> None:
    """The organisation of who asks and of what has stopped; the student of what others did."""
    asked_or_left = ORGANISATION_HEARS.get(event.state)
    if asked_or_left is not None:
        owner = Owner(event.organisation_id, event.centre_id)
        tell_organisation(owner, asked_or_left, event.placement_id, record)
    if event.state in PLACEMENTS:
        mail = "placement_answered" if event.state != PlacementState.STOPPED else ""
        _tell_student(event.student_id, PLACEMENTS[event.state], mail, record)


@on(events.StudentDone, name="notifications.tell_student_done")
def tell_student_done(event: events.StudentDone, record: EventRecord) -> None:
    """All hours are signed: there is a certificate."""
    _tell_student(event.student_id, NoticeKind.STUDENT_DONE, "student_done", record)


@on(events.HoursToSign, name="notifications.mail_supervisor")
def mail_supervisor(event: events.HoursToSign, record: EventRecord) -> None:
    """The hours are over: the supervisor gets a link that signs them with one touch.

    Where nobody signs any more, the organisation sees at its desk that hours wait.
    """
    entry = HourEntry.objects.filter(pk=event.entry_id, state=EntryState.ENTERED)
    found = entry.select_related("placement__spot").first()
    if found is not None and found.placement.spot.supervisor_email:
        path = reverse("sign-hours", args=[hours_token(found)])
        mail_outsider(found.placement.spot.supervisor_email, "nl", "hours_to_sign", path)


def _tell_student(student_id: UUID, kind: NoticeKind, mail: str, record: EventRecord) -> None:
    user_id = Student.objects.filter(pk=student_id).values_list("user_id", flat=True).first()
    if user_id and user_id != record.actor_id:
        _tell(user_id, student_id, kind, mail, path=reverse("placement"), record=record)


def _tell(user_id: UUID, about: UUID, kind: NoticeKind, mail: str, *, path: str, record: EventRecord) -> None:
    soon = when_it_matters(record.event) if kind == NoticeKind.TASK_TAKEN_OFF else None
    notify([user_id], kind, about, record, matters_at=soon)
    user = User.objects.filter(pk=user_id).first() if mail else None
    if user is not None:
        mail_user(user, mail, path)
