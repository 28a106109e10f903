"""Who counts on an organisation: everybody with a coming place at its shifts, actions and placements."""

from uuid import UUID

from common import clock
from common.seating import RUNNING
from vacancies.enums import PlacementState
from vacancies.models import Placement, ShiftSeat, TaskSeat

# The name of the page on which someone sees such a place.
SHIFTS, ACTIONS, PLACEMENT = "my-shifts", "actions", "placement"


def expected_at(organisation_id: UUID, user_id: UUID | None = None) -> dict[UUID, str]:
    """Return the accounts with a place to come, or a wait for one, each with the page where they see it.

    With ``user_id`` of this person only.
    """
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
    found: dict[UUID, str] = {}
    for rows, whose, page in (
        (placements, "student__user_id", PLACEMENT),
        (tasks, "holder_id", ACTIONS),
        (shifts, "holder__user_id", SHIFTS),
    ):
        asked = rows if user_id is None else rows.filter(**{whose: user_id})
        found |= dict.fromkeys(asked.values_list(whose, flat=True), page)
    return found
