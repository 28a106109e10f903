"""Who may do what with a help request. Volunteers never meet one here: they know it through an offer."""

from typing import Any

import rules

from help_requests.models import HelpRequest
from help_requests.queries import desk_centres
from people.models import Resident
from people.queries import residents_of


@rules.predicate
def is_resident_side(user: Any, request: HelpRequest | None) -> bool:
    """The resident's own account, or a representative whose consent is running."""
    return request is not None and residents_of(user).filter(pk=request.resident_id).exists()


@rules.predicate
def is_desk(user: Any, request: HelpRequest | None) -> bool:
    """Coordinator or administrator of the request's centre."""
    return request is not None and request.centre_id in desk_centres(user)


@rules.predicate
def acts_for_resident(user: Any, resident: Resident | None) -> bool:
    """The resident's own account, or a representative whose consent is running."""
    return resident is not None and residents_of(user).filter(pk=resident.pk).exists()


@rules.predicate
def is_desk_of_resident(user: Any, resident: Resident | None) -> bool:
    """Coordinator or administrator of the resident's centre."""
    return resident is not None and resident.centre_id in desk_centres(user)


rules.add_perm("help_requests.view", is_desk | is_resident_side)
rules.add_perm("help_requests.edit", is_desk | is_resident_side)
rules.add_perm("help_requests.withdraw", is_desk | is_resident_side)
rules.add_perm("help_requests.triage", is_desk)
# Asked about a resident: may this person ask for help on their behalf?
rules.add_perm("help_requests.file", is_desk_of_resident | acts_for_resident)
