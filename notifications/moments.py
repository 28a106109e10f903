"""When it matters: of what is called off or moved, the moment when someone would have set out, or is to.

What matters before the night is well over is told during the night (``notifications.push.delivery``).
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Min

from academy.models import Session
from common import clock
from common.seating import RUNNING
from events.base import Event
from matching.models import Assignment
from vacancies.models import ActionTask, Shift, ShiftSeat, TaskSeat

JUST_BEGUN = timedelta(hours=2)
"""Who is on the way, or stands before a closed door, is told as well."""


def when_it_matters(event: Event) -> datetime | None:
    """Return when what an event is about begins, or was to begin; ``None`` when that is over or unknown."""
    was_at = getattr(event, "was_at", 0)
    before = [datetime.fromtimestamp(was_at, UTC)] if was_at else []
    return _first_to_come([*before, *_begins(event)])


def first_place_at(organisation_id: UUID) -> dict[UUID, datetime]:
    """Return when everybody with a place at an organisation is expected there first, by account."""
    since = clock.now() - JUST_BEGUN
    shifts = ShiftSeat._default_manager.filter(event__vacancy__organisation=organisation_id)
    tasks = TaskSeat._default_manager.filter(event__action__organisation=organisation_id)
    found: dict[UUID, datetime] = {}
    for rows, whose in ((shifts, "holder__user_id"), (tasks, "holder_id")):
        coming = rows.filter(state__in=RUNNING, event__starts_at__gt=since).order_by().values(whose)
        for user_id, first in coming.annotate(first=Min("event__starts_at")).values_list(whose, "first"):
            found[user_id] = min(first, found.get(user_id, first))
    return found


def _begins(event: Event) -> list[datetime | None]:
    if (assignment_id := getattr(event, "assignment_id", None)) is not None:
        return list(Assignment.objects.filter(pk=assignment_id).values_list("starts_at", flat=True))
    if (shift_id := getattr(event, "shift_id", None)) is not None:
        return list(Shift.objects.filter(pk=shift_id).values_list("starts_at", flat=True))
    if (session_id := getattr(event, "session_id", None)) is not None:
        return list(Session.objects.filter(pk=session_id).values_list("starts_at", flat=True))
    if (task_id := getattr(event, "task_id", None)) is not None:
        return list(ActionTask.objects.filter(pk=task_id).values_list("starts_at", flat=True))
    if (action_id := getattr(event, "action_id", None)) is not None:
        return list(ActionTask.objects.filter(action=action_id).values_list("starts_at", flat=True))
    return []


def _first_to_come(moments: list[datetime | None]) -> datetime | None:
    since = clock.now() - JUST_BEGUN
    return min((moment for moment in moments if moment is not None and moment > since), default=None)
