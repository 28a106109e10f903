"""Who may reckon for a centre. Shared by pages, API and services."""

import rules

from people.models import Centre, User
from people.queries import standing_of
from people.rules import may_act
from simulation.models import WhatIf
from simulation.queries import RECKONING


@rules.predicate
def reckons(user: User, place: Centre | WhatIf | None) -> bool:
    """Coordinator, administrator or analyst of the centre, or of that of the what-if."""
    if place is None:
        return False
    centre_id = place.pk if isinstance(place, Centre) else place.centre_id
    return centre_id in standing_of(user).centres(RECKONING)


rules.add_perm("simulation.ask_what_if", may_act & reckons)
rules.add_perm("simulation.stop_what_if", may_act & reckons)
