"""Who counts on an organisation: everybody with a coming place at its shifts, actions and placements."""

from uuid import UUID

from common import clock
from common.seating import RUNNING
from vacancies.enums import PlacementState
from vacancies.models import Placement, ShiftSeat, TaskSeat

# The name of the page on which someone sees such a place.
SHIFTS, ACTIONS, PLACEMENT = "my-shifts", "actions", "placement"


def expected_at(organisation_id: UUID) -> dict[UUID, str]:
    """Return the accounts with a place to come, or a wait for one, each with the page where they see it."""
    now = clock.now()
    shifts = ShiftSeat._default_manager.filter(
        state__in=RUNNING, event__ends_at__gt=now, event__vacancy__organisation=organisation_id
    )
    tasks = TaskSeat._default_manager.filter(
        state__in=RUNNING, event__ends_at__gt=now, event__action__organisation=organisation_id
    )
    placements = Placement.objects.filter(
        state__in=[PlacementState.ASKED, PlacementState.AGREED],
        spot__vacancy__organisation=organisation_id,
    )
    found = (
        (placements.values_list("student__user_id", flat=True), PLACEMENT),
        (tasks.values_list("holder_id", flat=True), ACTIONS),
        (shifts.values_list("holder__user_id", flat=True), SHIFTS),
    )
    return {user_id: page for users, page in found for user_id in users}
