"""Who may do what with a help request. Volunteers never meet one here: they know it through an offer."""

from typing import Any

import rules

from help_requests.models import HelpRequest
from people.rules import acts_for_resident, coordinates, may_act


@rules.predicate
def is_resident_side(user: Any, request: HelpRequest | None) -> bool:
    """The resident's own account, or a representative whose consent is running."""
    return request is not None and bool(acts_for_resident.test(user, request.resident))


@rules.predicate
def is_desk(user: Any, request: HelpRequest | None) -> bool:
    """Coordinator or administrator of the request's centre."""
    return request is not None and bool(coordinates.test(user, request))


rules.add_perm("help_requests.edit", may_act & (is_desk | is_resident_side))
rules.add_perm("help_requests.withdraw", may_act & (is_desk | is_resident_side))
rules.add_perm("help_requests.triage", may_act & is_desk)
# Asked about a resident: may this person ask for help on their behalf?
rules.add_perm("help_requests.file", may_act & (coordinates | acts_for_resident))
