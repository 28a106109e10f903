"""One-day actions: writing one, the centre that looks, people alone and in groups, the report."""

from datetime import date, datetime, time, timedelta
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Forbidden, InvalidInput, InvalidTransition
from common.permissions import require
from common.seating import CancelledBy, Change, SeatBook, SeatState
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
    return may_act(holder) and not is_barred(holder)


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
    """Change the words. The day stays once people have signed up: call it off instead.

    Raises:
        InvalidTransition: it is over or was called off.
        InvalidInput: as ``draft_action``; or the day of tasks that have people.
    """
    require(by, "vacancies.keep_action", action)
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if locked.state not in EDITABLE:
        raise InvalidTransition
    checked = _checked(details)
    if checked["on_date"] != locked.on_date and locked.tasks.exists():
        raise InvalidInput(_("There are tasks on this day. Remove them first."), field="on_date")
    for name, value in checked.items():
        setattr(locked, name, value)
    locked.save()
    return locked


@transaction.atomic
def add_task(
    action: Action, *, title: str, begins: time, ends: time, capacity: int, by: User | None
) -> ActionTask:
    """Add a task on the day of the action.

    Raises:
        InvalidTransition: the action is over or was called off.
        InvalidInput: no title, hours or places that make no sense, or too many tasks.
    """
    require(by, "vacancies.keep_action", action)
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if locked.state not in EDITABLE:
        raise InvalidTransition
    if not title.strip():
        raise InvalidInput(_("Say in a few words what people do."), field="title")
    if ends <= begins:
        raise InvalidInput(_("The end lies after the beginning, on the same day."), field="ends")
    if not 1 <= capacity <= MOST_PLACES:
        raise InvalidInput(_("Choose a number of places from 1 to 500."), field="capacity")
    if locked.tasks.count() >= MOST_TASKS:
        raise InvalidInput(_("An action has twenty tasks at most."), field="title")
    zone = timezone.get_default_timezone()
    task = ActionTask.objects.create(
        action=locked,
        title=title.strip(),
        capacity=capacity,
        starts_at=datetime.combine(locked.on_date, begins, zone),
        ends_at=datetime.combine(locked.on_date, ends, zone),
    )
    day_before = datetime.combine(locked.on_date - timedelta(days=1), REMINDED_AT, zone)
    if day_before > clock.now():
        record(events.TaskReminderDue(task_id=task.pk), due_at=day_before, key=_timer(task))
    return task


@transaction.atomic
def remove_task(task: ActionTask, *, by: User | None) -> None:
    """Take a task away that nobody has signed up for. Raises ``InvalidTransition`` otherwise."""
    require(by, "vacancies.keep_action", task.action)
    locked = TASKS.lock(task)
    if locked.seats.exists():
        raise InvalidTransition(_("People have signed up for this task already."))
    cancel(_timer(locked))
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
    """It does not go on: everyone who signed up is told. Repeating it changes nothing."""
    require(by, "vacancies.keep_action", action)
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if locked.state == ActionState.CANCELLED:
        return locked
    for task in locked.tasks.filter(ends_at__gt=clock.now()).order_by("pk"):
        TASKS.call_off(task, by=by)
        cancel(_timer(task))
    return _step(locked, ActionState.CANCELLED, by)


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
    if not _goes_on(task.action):
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


@transaction.atomic
def check_in_task(seat: TaskSeat, *, came: int | None = None, by: User) -> TaskSeat:
    """The organiser notes who is there; of a group how many of them."""
    require(by, "vacancies.keep_action", seat.event.action)
    checked = TASKS.check_in(seat, by=by)
    number = checked.size if came is None else max(0, min(came, checked.size))
    TaskSeat.objects.filter(pk=checked.pk).update(came=number)
    checked.came = number
    return checked


@transaction.atomic
def miss_task(seat: TaskSeat, *, by: User) -> TaskSeat:
    """The organiser notes that nobody came."""
    require(by, "vacancies.keep_action", seat.event.action)
    return TASKS.mark_missed(seat, by=by)


@transaction.atomic
def remind_task(task: ActionTask) -> int:
    """Record a reminder for everyone who has a place; return how many. Only of what was published."""
    if task.cancelled_at is not None or not _goes_on(task.action):
        return 0
    seats = task.seats.filter(state=SeatState.CONFIRMED).order_by("pk")
    for seat in seats:
        record(events.TaskReminded(action_id=task.action_id, seat_id=seat.pk, user_id=seat.holder_id))
    return len(seats)


def release_user(user: User) -> int:
    """Someone stops: their coming places at actions go to whoever waits; return how many."""
    running = TaskSeat.objects.filter(holder=user, state__in=[SeatState.CONFIRMED, SeatState.WAITLISTED])
    seats = list(running.filter(event__starts_at__gt=clock.now()).order_by("event_id"))
    for seat in seats:
        TASKS.cancel(seat, by=None)
    return len(seats)


def _goes_on(action: Action) -> bool:
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
    ids = {"action_id": action.pk, "organisation_id": action.organisation_id, "centre_id": action.centre_id}
    record(events.ActionChanged(**ids, state=str(action.state)), actor=by)


def _checked(details: ActionDetails) -> ActionDetails:
    for name in ("title", "description", "place"):
        if not details[name].strip():
            raise InvalidInput(_("Please fill this in."), field=name)
    if not clock.today() < details["on_date"] <= clock.today() + timedelta(days=731):
        raise InvalidInput(_("Choose a day from tomorrow on, within two years."), field="on_date")
    return details


def _timer(task: ActionTask) -> str:
    return f"vacancies.task_reminder:{task.pk}"
