"""One-day actions: writing one, the centre that looks, people alone and in groups, the report."""

from datetime import date, datetime, time, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Forbidden, InvalidInput, InvalidTransition
from common.permissions import require
from common.seating import RUNNING, CancelledBy, Change, SeatBook, SeatState
from common.words import moment_words
from events.services import cancel, record
from people.enums import OrganisationState
from people.models import Organisation, User
from people.queries import may_act
from vacancies import events
from vacancies.enums import ACTION_STEPS, ActionState
from vacancies.errors import ActionNotOpen, VolunteerStopped
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.queries.eligibility import is_barred

EDITABLE = (ActionState.DRAFT, ActionState.REVIEW, ActionState.PUBLISHED)
REMINDED_AT = time(9)
MOST_PLACES, MOST_TASKS, MOST_IN_GROUP = 500, 20, 100


class ActionDetails(TypedDict):
    """What is told of an action; see the fields of ``Action``."""

    campaign: str
    title: str
    description: str
    on_date: date
    place: str
    bring: str
    provided: str


class TaskDetails(TypedDict):
    """What is told of a task: its hours on the clock in town, on the day of the action."""

    title: str
    begins: time
    ends: time
    capacity: int


def _record_seat(change: Change, seat: TaskSeat, by: User | None) -> None:
    action = seat.event.action
    record(
        events.TaskSeatChanged(
            action_id=action.pk,
            task_id=seat.event_id,
            seat_id=seat.pk,
            user_id=seat.holder_id,
            centre_id=action.centre_id,
            change=change.value,
            because=str(seat.cancelled_by),
        ),
        actor=by,
    )


def _words(task: ActionTask) -> str:
    return f"{task.action.title}, {moment_words(task.starts_at)}"


def _allows(task: ActionTask, holder: User) -> bool:
    return goes_on(task.action) and may_act(holder) and not is_barred(holder)


TASKS: SeatBook[ActionTask, TaskSeat] = SeatBook(
    TaskSeat, name="vacancies.actions", account="holder_id", words=_words, told=_record_seat, allows=_allows
)


@transaction.atomic
def draft_action(organisation: Organisation, *, by: User | None, **details: Unpack[ActionDetails]) -> Action:
    """Begin an action. Raises ``InvalidInput`` for a day that has passed or words that lack."""
    action = Action(organisation=organisation, centre=organisation.centre, created_by=by, **_checked(details))
    require(by, "vacancies.keep_action", action)
    action.save(force_insert=True)
    _record(action, by)
    return action


@transaction.atomic
def edit_action(action: Action, *, by: User | None, **details: Unpack[ActionDetails]) -> Action:
    """Change the words, or hold it on another day or at another place: then everybody on it is told.

    The tasks move along with the day and keep their hours.

    Raises:
        InvalidTransition: it is over or was called off.
        InvalidInput: as ``draft_action``; or another day for what has begun.
    """
    require(by, "vacancies.keep_action", action)
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if locked.state not in EDITABLE:
        raise InvalidTransition
    checked = _checked(details, locked.on_date)
    moved = (checked["on_date"], checked["place"]) != (locked.on_date, locked.place)
    first = locked.tasks.filter(cancelled_at=None).aggregate(at=Min("starts_at"))["at"]
    if checked["on_date"] != locked.on_date:
        _move_tasks(locked, checked["on_date"])
    for name, value in checked.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(checked))
    if moved:
        was_at = int(first.timestamp()) if first else 0
        record(events.ActionMoved(**_ids(locked), was_at=was_at), actor=by)
    return locked


def _move_tasks(action: Action, day: date) -> None:
    """Give every task the same hours on another day. Raises ``InvalidInput`` when one has begun."""
    for task in action.tasks.filter(cancelled_at=None).order_by("pk"):
        locked = TASKS.lock(task)
        if not locked.is_open:
            raise InvalidInput(_("It has begun already. The day stays."), field="on_date")
        held = task_details(locked)
        hold_task(locked, day, held["begins"], held["ends"])


def task_details(task: ActionTask) -> TaskDetails:
    """What is told of a task now."""
    begins, ends = (timezone.localtime(at).time() for at in (task.starts_at, task.ends_at))
    return {"title": task.title, "begins": begins, "ends": ends, "capacity": task.capacity}


def hold_task(task: ActionTask, day: date, begins: time, ends: time) -> None:
    """Give a task another moment, and a reminder of it instead of the old one. The caller holds the lock."""
    cancel(reminder_of(task))
    zone = timezone.get_default_timezone()
    task.starts_at, task.ends_at = (datetime.combine(day, at, zone) for at in (begins, ends))
    task.save(update_fields=["starts_at", "ends_at"])
    _set_reminder(task)


def _set_reminder(task: ActionTask) -> None:
    """The day before at nine. One whose time is past is not set."""
    day_before = timezone.localdate(task.starts_at) - timedelta(days=1)
    due_at = datetime.combine(day_before, REMINDED_AT, timezone.get_default_timezone())
    if due_at > clock.now():
        record(events.TaskReminderDue(task_id=task.pk), due_at=due_at, key=reminder_of(task))


@transaction.atomic
def add_task(action: Action, *, by: User | None, **details: Unpack[TaskDetails]) -> ActionTask:
    """Add a task on the day of the action.

    Raises:
        InvalidTransition: the action is over or was called off.
        InvalidInput: no title, hours or places that make no sense, or too many tasks.
    """
    require(by, "vacancies.keep_action", action)
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if locked.state not in EDITABLE:
        raise InvalidTransition
    check_task(details)
    if locked.tasks.count() >= MOST_TASKS:
        raise InvalidInput(_("An action has twenty tasks at most."), field="title")
    zone = timezone.get_default_timezone()
    task = ActionTask.objects.create(
        action=locked,
        title=details["title"].strip(),
        capacity=details["capacity"],
        starts_at=datetime.combine(locked.on_date, details["begins"], zone),
        ends_at=datetime.combine(locked.on_date, details["ends"], zone),
    )
    _set_reminder(task)
    return task


def check_task(details: TaskDetails) -> None:
    """Refuse what is no task. Raises ``InvalidInput``; ``field`` names what is wrong."""
    if not details["title"].strip():
        raise InvalidInput(_("Say in a few words what people do."), field="title")
    if details["ends"] <= details["begins"]:
        raise InvalidInput(_("The end lies after the beginning, on the same day."), field="ends")
    if not 1 <= details["capacity"] <= MOST_PLACES:
        raise InvalidInput(_("Choose a number of places from 1 to 500."), field="capacity")


@transaction.atomic
def remove_task(task: ActionTask, *, by: User | None) -> None:
    """Take a task away that nobody has signed up for. Raises ``InvalidTransition`` otherwise."""
    require(by, "vacancies.keep_action", task.action)
    locked = TASKS.lock(task)
    if locked.seats.exists():
        raise InvalidTransition(_("People have signed up for this task. Call it off: then they are told."))
    cancel(reminder_of(locked))
    locked.delete()


@transaction.atomic
def submit_action(action: Action, *, by: User | None) -> Action:
    """Send it to the centre. Raises ``InvalidInput`` without a task."""
    require(by, "vacancies.keep_action", action)
    if not action.tasks.exists():
        raise InvalidInput(_("Add at least one task first."))
    return _step(action, ActionState.REVIEW, by)


@transaction.atomic
def publish_action(action: Action, *, by: User | None) -> Action:
    """The centre agrees: everybody can find it and sign up."""
    require(by, "vacancies.review_action", action)
    return _step(action, ActionState.PUBLISHED, by, review_note="")


@transaction.atomic
def send_back_action(action: Action, *, note: str, by: User | None) -> Action:
    """The centre asks the organisation to change something first."""
    require(by, "vacancies.review_action", action)
    if not note.strip():
        raise InvalidInput(_("Say what has to change."), field="note")
    return _step(action, ActionState.DRAFT, by, review_note=note.strip()[:500])


@transaction.atomic
def cancel_action(action: Action, *, by: User | None) -> Action:
    """It does not go on: everyone is told, once for all their tasks. Repeating it changes nothing.

    Raises:
        InvalidInput: it has been already.
        InvalidTransition: it was reported already.
    """
    require(by, "vacancies.keep_action", action)
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if locked.state == ActionState.CANCELLED:
        return locked
    if locked.state == ActionState.PUBLISHED and locked.has_been:
        raise InvalidInput(_("This action has been already. Tell below how it was."), field="state")
    people: set[UUID] = set()
    for task in locked.tasks.filter(ends_at__gt=clock.now()).order_by("pk"):
        people |= call_off_for(task, by)
    for user_id in sorted(people):
        record(events.CalledOff(**_ids(locked), user_id=user_id), actor=by)
    return _step(locked, ActionState.CANCELLED, by)


def call_off_for(task: ActionTask, by: User | None) -> set[UUID]:
    """Call one task off; return who had a place or waited. The caller has asked the rules, and tells them."""
    locked = TASKS.lock(task)
    people = set(locked.seats.filter(state__in=RUNNING).values_list("holder_id", flat=True))
    TASKS.call_off(locked, by=by)
    cancel(reminder_of(locked))
    return people


@transaction.atomic
def report_action(action: Action, *, report: str, people_came: int, by: User | None) -> Action:
    """Close it with a report: what was done, and how many came.

    Raises:
        InvalidInput: the day has yet to come, or nothing was written.
        InvalidTransition: it was not published, or reported already.
    """
    require(by, "vacancies.keep_action", action)
    if action.on_date > clock.today():
        raise InvalidInput(_("Tell how it was once it has been."), field="report")
    if not report.strip():
        raise InvalidInput(_("Tell in a few sentences what was done."), field="report")
    if not 0 <= people_came <= 10_000:
        raise InvalidInput(_("Choose a number from 0 to 10000."), field="people_came")
    values = {"report": report.strip(), "people_came": people_came, "reported_at": clock.now()}
    return _step(action, ActionState.REPORTED, by, **values)


@transaction.atomic
def sign_up_for_task(task: ActionTask, *, size: int = 1, group_name: str = "", by: User) -> TaskSeat:
    """Take places at a task, for oneself or for a group of ``size``; on the waiting list when there are none.

    Repeating it gives the same places.

    Raises:
        ActionNotOpen: the action was not published or was called off, or its organisation is suspended.
        VolunteerStopped: two people have blocked them from helping.
        Others: as ``common.seating.SeatBook.take``.
    """
    if not may_act(by):
        raise Forbidden
    if not goes_on(task.action):
        raise ActionNotOpen
    if is_barred(by):
        raise VolunteerStopped
    if not 1 <= size <= MOST_IN_GROUP:
        raise InvalidInput(_("A group has 1 to 100 people."), field="size")
    if size > 1 and not group_name.strip():
        raise InvalidInput(_("Give the name of the group."), field="group_name")
    seat = TASKS.take(task, by, by=by, size=size)
    if size > 1 and not seat.group_name:
        TaskSeat.objects.filter(pk=seat.pk).update(group_name=group_name.strip()[:80])
        seat.group_name = group_name.strip()[:80]
    return seat


@transaction.atomic
def give_up_task(seat: TaskSeat, *, by: User) -> TaskSeat:
    """Not come after all, or be taken off by the organiser; the waiting list moves up by itself."""
    require(by, "vacancies.change_task_seat", seat, hide=True)
    own = seat.holder_id == by.pk
    return TASKS.cancel(seat, by=by, because=CancelledBy.HOLDER if own else CancelledBy.ORGANISER)


def release_user(user: User) -> int:
    """Someone stops: their coming places at actions go to whoever waits; return how many."""
    running = TaskSeat.objects.filter(holder=user, state__in=[SeatState.CONFIRMED, SeatState.WAITLISTED])
    seats = list(running.filter(event__starts_at__gt=clock.now()).order_by("event_id"))
    for seat in seats:
        TASKS.cancel(seat, by=None)
    return len(seats)


def goes_on(action: Action) -> bool:
    """Whether people come: it was published, and its organisation takes part."""
    approved = action.organisation.state == OrganisationState.APPROVED
    return approved and action.state == ActionState.PUBLISHED


def _step(action: Action, to: ActionState, by: User | None, **values: object) -> Action:
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if to not in ACTION_STEPS[ActionState(locked.state)]:
        raise InvalidTransition
    Action.objects.filter(pk=locked.pk, state=locked.state).update(state=to, **values)
    locked.refresh_from_db()
    _record(locked, by)
    return locked


def _record(action: Action, by: User | None) -> None:
    record(events.ActionChanged(**_ids(action), state=str(action.state)), actor=by)


def _ids(action: Action) -> dict[str, UUID]:
    return {"action_id": action.pk, "organisation_id": action.organisation_id, "centre_id": action.centre_id}


def _checked(details: ActionDetails, planned: date | None = None) -> ActionDetails:
    """Refuse what lacks; the day that was planned already may be today, or have been."""
    details["place"] = details["place"].strip()
    for name in ("title", "description", "place"):
        if not details[name].strip():
            raise InvalidInput(_("Please fill this in."), field=name)
    if details["on_date"] == planned:
        return details
    if not clock.today() < details["on_date"] <= clock.today() + timedelta(days=731):
        raise InvalidInput(_("Choose a day from tomorrow on, within two years."), field="on_date")
    return details


def reminder_of(task: ActionTask) -> str:
    """The name of the timer that reminds of a task: of each day another."""
    return f"vacancies.task_reminder:{task.pk}:{timezone.localdate(task.starts_at):%Y%m%d}"
