"""Who may do what with a request: the resident's side, the desk, and nobody else."""

from typing import Any

import pytest

from common.errors import Forbidden
from help_requests import services
from help_requests.enums import (
    Partner,
    RequestState,
    UnsuitableReason,
)
from help_requests.models import HelpRequest
from people.enums import Role
from people.models import Representative, Resident, User
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import (
    AdministratorFactory,
    CoordinatorFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

S = RequestState
SUMMARY = "Eén tas boodschappen doen."


@pytest.fixture
def sent(resident: Resident) -> HelpRequest:
    return HelpRequestFactory(resident=resident)


RESIDENT_VERBS: dict[str, Any] = {
    "edit": lambda request, by: services.edit_request(request, by=by, dayparts=3),
    "withdraw": lambda request, by: services.withdraw(request, by=by),
    "draft": lambda request, by: services.draft_request(
        request.resident, by=by, category="garden", description="Wieden"
    ),
}
DESK_VERBS: dict[str, Any] = {
    "intake": lambda request, by: services.start_intake(request, by=by),
    "open": lambda request, by: services.open_request(request, by=by, summary=SUMMARY),
    "send back": lambda request, by: services.send_back(request, by=by, note="Wanneer?"),
    "refer": lambda request, by: services.refer(request, by=by, partner=Partner.GP, consent=True),
    "unsuitable": lambda request, by: services.mark_unsuitable(
        request, by=by, reason=UnsuitableReason.OTHER, note="Helaas"
    ),
}
ALL_VERBS = RESIDENT_VERBS | DESK_VERBS


def person(who: str, request: HelpRequest) -> User:
    """Someone who stands in a relation to the request."""
    resident, centre = request.resident, request.centre
    makers: dict[str, Any] = {
        "the resident": lambda: resident.user,
        "a representative": lambda: RepresentativeFactory(resident=resident).user,
        "a coordinator": lambda: CoordinatorFactory(centre),
        "an administrator": lambda: AdministratorFactory(centre),
        "a stranger": UserFactory,
        "another resident": lambda: ResidentFactory(centre=centre, user=UserFactory()).user,
        "a former representative": lambda: _ended(RepresentativeFactory(resident=resident)),
        "a volunteer of the centre": lambda: VolunteerFactory(centre=centre, screened=True).user,
        "a coordinator elsewhere": CoordinatorFactory,
        "a former coordinator": lambda: _former(CoordinatorFactory(centre)),
        "a trainer of the centre": lambda: staff(Role.TRAINER, centre),
        "the confidential officer": lambda: staff(Role.CONFIDENTIAL_OFFICER, centre),
        "a suspended coordinator": lambda: CoordinatorFactory(
            centre, is_active=False, suspended_at="2025-06-01T00:00Z"
        ),
        "an inactive resident": lambda: _inactive(resident.user),
    }
    return User.objects.get(pk=makers[who]().pk)


def _ended(representation: Representative) -> User:
    Representative.objects.filter(pk=representation.pk).update(ended_at="2025-06-01T00:00Z")
    return representation.user


def _former(user: User) -> User:
    user.role_grants.update(ended_at="2025-06-01T00:00Z")
    return user


def _inactive(user: User) -> User:
    User.objects.filter(pk=user.pk).update(is_active=False)
    return user


SIDE = ("the resident", "a representative")
DESK = ("a coordinator", "an administrator")
NOBODY = (
    "a stranger",
    "another resident",
    "a former representative",
    "a volunteer of the centre",
    "a coordinator elsewhere",
    "a former coordinator",
    "a trainer of the centre",
    "the confidential officer",
    "a suspended coordinator",
    "an inactive resident",
)


@pytest.mark.parametrize("who", SIDE + DESK)
@pytest.mark.parametrize("verb", RESIDENT_VERBS)
def test_the_resident_s_side_and_the_desk_may(sent: HelpRequest, who: str, verb: str) -> None:
    RESIDENT_VERBS[verb](sent, person(who, sent))


@pytest.mark.parametrize("who", DESK)
@pytest.mark.parametrize("verb", DESK_VERBS)
def test_the_desk_may(sent: HelpRequest, who: str, verb: str) -> None:
    DESK_VERBS[verb](sent, person(who, sent))


@pytest.mark.parametrize("who", SIDE)
@pytest.mark.parametrize("verb", DESK_VERBS)
def test_the_resident_s_side_does_not_do_the_desk_s_work(sent: HelpRequest, who: str, verb: str) -> None:
    with pytest.raises(Forbidden):
        DESK_VERBS[verb](sent, person(who, sent))


@pytest.mark.parametrize("who", NOBODY)
@pytest.mark.parametrize("verb", ALL_VERBS)
def test_nobody_else_may(sent: HelpRequest, who: str, verb: str) -> None:
    actor = person(who, sent)
    with pytest.raises(Forbidden):
        ALL_VERBS[verb](sent, actor)
    sent.refresh_from_db()
    assert sent.state == S.SUBMITTED
    assert HelpRequest.objects.count() == 1
