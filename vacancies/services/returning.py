"""An organisation takes part again: what came free while it did not, goes to who waits."""

from typing import Any
from uuid import UUID

from common import clock
from common.seating import SeatState
from vacancies.models import ActionTask, Shift
from vacancies.services.actions import TASKS
from vacancies.services.seats import SHIFTS


def move_lists_up(organisation_id: UUID) -> None:
    """Give the free places at its coming shifts and actions to who waits for one, in one order."""
    waited: dict[str, Any] = {
        "cancelled_at": None,
        "starts_at__gt": clock.now(),
        "seats__state": SeatState.WAITLISTED,
    }
    shifts = Shift.objects.filter(vacancy__organisation=organisation_id, **waited)
    for shift in shifts.order_by("pk").distinct():
        SHIFTS.move_up(shift)
    tasks = ActionTask.objects.filter(action__organisation=organisation_id, **waited)
    for task in tasks.order_by("pk").distinct():
        TASKS.move_up(task)
