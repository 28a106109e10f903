"""Who may ask, answer, agree and look. Shared by pages, API and socket."""

import rules

from help_requests.models import HelpRequest
from matching.models import Assignment, Offer
from people import queries as people
from people.enums import COORDINATING
from people.models import User, Volunteer
from people.rules import coordinates, may_act


def _may_act(user: User) -> bool:
    return user.is_authenticated and user.is_active and user.suspended_at is None


@rules.predicate
def is_asked_volunteer(user: User, offer: Offer | None) -> bool:
    """The volunteer whom the question was put to."""
    return offer is not None and _may_act(user) and offer.volunteer.user_id == user.pk


@rules.predicate
def is_helping_volunteer(user: User, assignment: Assignment | None) -> bool:
    """The volunteer of the assignment."""
    return assignment is not None and _may_act(user) and assignment.volunteer.user_id == user.pk


@rules.predicate
def is_helped_resident(user: User, assignment: Assignment | None) -> bool:
    """The resident of the assignment, or who acts for them."""
    return (
        assignment is not None
        and _may_act(user)
        and people.residents_of(user).filter(pk=assignment.request.resident_id).exists()
    )


@rules.predicate
def coordinates_assignment(user: User, assignment: Assignment | None) -> bool:
    """A coordinator of the centre of the assignment's request."""
    return assignment is not None and _coordinates(user, assignment.request)


@rules.predicate
def coordinates_request(user: User, request: HelpRequest | None) -> bool:
    """A coordinator of the request's centre."""
    return request is not None and _coordinates(user, request)


def _coordinates(user: User, request: HelpRequest) -> bool:
    return request.centre_id in people.standing_of(user).centres(COORDINATING)


@rules.predicate
def is_own_profile(user: User, volunteer: Volunteer | None) -> bool:
    """The volunteer themselves."""
    return volunteer is not None and _may_act(user) and volunteer.user_id == user.pk


rules.add_perm("matching.answer_offer", is_asked_volunteer)
rules.add_perm("matching.come_forward", is_own_profile)
rules.add_perm("matching.dispatch", coordinates_request)
rules.add_perm("matching.view_candidates", coordinates_request)
# Asked about a vacancy. Its organisation learns who volunteers are when they answer.
rules.add_perm("matching.view_fitting", may_act & coordinates)
# Asked about a centre.
rules.add_perm("matching.change_policy", may_act & coordinates)
rules.add_perm("matching.make_proposal", may_act & coordinates)
# Asked about a volunteer; a coordinator who also volunteers does not open their own list.
rules.add_perm("matching.open_reading", may_act & coordinates & ~is_own_profile)
# Asked about a daily proposal.
rules.add_perm("matching.answer_proposal", may_act & coordinates)
rules.add_perm("matching.act_as_volunteer", is_helping_volunteer | coordinates_assignment)
rules.add_perm("matching.act_as_resident", is_helped_resident | coordinates_assignment)
rules.add_perm("matching.act_as_centre", coordinates_assignment)
rules.add_perm("matching.plan", is_helping_volunteer | is_helped_resident | coordinates_assignment)
rules.add_perm("matching.report_no_show", is_helping_volunteer | is_helped_resident | coordinates_assignment)
# Asked about a conversation on what suits someone.
rules.add_perm("matching.hold_talk", may_act & coordinates)
