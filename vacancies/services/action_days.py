"""One-day actions that people have signed up for: changing a task, calling one off, and the day itself."""

from datetime import timedelta
from typing import Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import clock
from common.checkin import CodeNotValid, read_token
from common.errors import Forbidden, InvalidTransition, NotFound
from common.permissions import require
from common.seating import SeatState
from events.services import record
from people.models import User
from people.queries import may_act
from vacancies import events
from vacancies.errors import VolunteerStopped
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.queries.eligibility import is_barred
from vacancies.services.actions import (
    EDITABLE,
    TASKS,
    TaskDetails,
    call_off_for,
    check_task,
    goes_on,
    hold_task,
    task_details,
)

CHECK_IN_ACTION = "vacancies.action"


@transaction.atomic
def change_task(task: ActionTask, *, by: User | None, **details: Unpack[TaskDetails]) -> ActionTask:
    """Change a task. At other hours everyone who has a place or waits is told; more places move the list up.

    Raises:
        InvalidTransition: it has begun or was called off, or its action is over.
        InvalidInput: as ``add_task``; or more people have a place than there would be.
    """
    require(by, "vacancies.keep_action", task.action)
    check_task(details)
    action = Action.objects.select_for_update().get(pk=task.action_id)
    locked = TASKS.lock(task)
    if action.state not in EDITABLE or not locked.is_open:
        raise InvalidTransition
    ActionTask.objects.filter(pk=locked.pk).update(title=details["title"].strip())
    held = task_details(locked)
    if (held["begins"], held["ends"]) != (details["begins"], details["ends"]):
        was_at = int(locked.starts_at.timestamp())
        hold_task(locked, action.on_date, details["begins"], details["ends"])
        ids = {"organisation_id": action.organisation_id, "centre_id": action.centre_id}
        record(events.TaskMoved(action_id=action.pk, task_id=locked.pk, was_at=was_at, **ids), actor=by)
    return TASKS.change_capacity(locked, details["capacity"], by=by)


@transaction.atomic
def call_off_task(task: ActionTask, *, by: User | None) -> ActionTask:
    """This task does not go on, the action does: everyone on it is told. Repeating it changes nothing.

    Raises:
        InvalidTransition: it is over.
    """
    require(by, "vacancies.keep_action", task.action)
    action = task.action
    ids = {"organisation_id": action.organisation_id, "centre_id": action.centre_id}
    for user_id in sorted(call_off_for(task, by)):
        gone = events.CalledOff(action_id=action.pk, task_id=task.pk, user_id=user_id, **ids)
        record(gone, actor=by)
    task.refresh_from_db()
    return task


@transaction.atomic
def check_in_task(seat: TaskSeat, *, came: int | None = None, by: User) -> TaskSeat:
    """The organiser notes who is there; of a group how many of them. Nobody of it: it did not come.

    Raises:
        OutsideCheckIn: it is not the time for it.
        NotBegun: nobody can be missed yet.
        VolunteerStopped: two people have blocked them from helping.
    """
    require(by, "vacancies.keep_action", seat.event.action)
    return _there(seat, came, by)


@transaction.atomic
def check_in_by_action_code(token: str, seat: TaskSeat, *, came: int | None = None, by: User) -> TaskSeat:
    """Someone scans the code at the door and says for which of their places they are there.

    Raises:
        CodeNotValid: the code is not ours, or its time is over.
        NotFound: it is not their place, or one on the waiting list.
        Others: as ``check_in_task``.
    """
    if not may_act(by):
        raise Forbidden
    action = action_of_code(token)
    if seat.holder_id != by.pk or seat.event.action_id != action.pk or not seat.holds:
        raise NotFound(_("You have no place at this action. Ask the organiser."))
    if clock.now() >= seat.event.code_until:
        raise CodeNotValid
    return _there(seat, came, by)


def action_of_code(token: str) -> Action:
    """Return the action that the code at the door is of. Raises ``CodeNotValid`` and ``NotFound``."""
    found = Action.objects.select_related("organisation").filter(pk=read_token(CHECK_IN_ACTION, token))
    action = found.first()
    if action is None:
        raise NotFound
    until = action.code_until
    if until is None or clock.now() >= until or not goes_on(action):
        raise CodeNotValid
    return action


@transaction.atomic
def miss_task(seat: TaskSeat, *, by: User) -> TaskSeat:
    """The organiser notes that nobody came. Raises ``NotBegun`` before the beginning."""
    require(by, "vacancies.keep_action", seat.event.action)
    return _uncounted(TASKS.mark_missed(seat, by=by))


@transaction.atomic
def reopen_task_seat(seat: TaskSeat, *, by: User) -> TaskSeat:
    """The organiser takes a tick back. Raises ``InvalidTransition`` for who waits."""
    require(by, "vacancies.keep_action", seat.event.action)
    return _uncounted(TASKS.reopen(seat, by=by))


@transaction.atomic
def remind_task(task: ActionTask) -> int:
    """Record a reminder for everyone who has a place; return how many. Only of what was published.

    Not of a day it no longer has: a task that was moved has a reminder of its own.
    """
    soon = timezone.localdate(task.starts_at) - clock.today() <= timedelta(days=1)
    if not (soon and task.is_open and goes_on(task.action)):
        return 0
    seats = task.seats.filter(state=SeatState.CONFIRMED).order_by("pk")
    for seat in seats:
        record(events.TaskReminded(action_id=task.action_id, seat_id=seat.pk, user_id=seat.holder_id))
    return len(seats)


def _there(seat: TaskSeat, came: int | None, by: User) -> TaskSeat:
    if is_barred(seat.holder):
        raise VolunteerStopped
    if came is not None and came < 1:
        return _uncounted(TASKS.mark_missed(seat, by=by))
    checked = TASKS.check_in(seat, by=by)
    checked.came = checked.size if came is None else min(came, checked.size)
    TaskSeat.objects.filter(pk=checked.pk).update(came=checked.came)
    return checked


def _uncounted(seat: TaskSeat) -> TaskSeat:
    """Nobody of it was there, as far as is known."""
    TaskSeat.objects.filter(pk=seat.pk).exclude(state=SeatState.ATTENDED).update(came=None)
    seat.came = None
    return seat
