"""Keeping two people apart."""

import pytest

from common.errors import Forbidden
from events.models import EventRecord
from people.enums import Role
from people.services import suspend_user
from safeguarding import queries, services
from safeguarding.models import Block
from tests.factories.people import (
    BlockFactory,
    CentreFactory,
    CoordinatorFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def volunteer(centre):
    return VolunteerFactory(centre=centre)


@pytest.fixture
def resident(centre):
    return ResidentFactory(centre=centre, user=UserFactory())


def test_either_side_who_acts_and_the_coordinator_may(volunteer, resident, centre):
    helper = RepresentativeFactory(resident=resident).user
    for user in (volunteer.user, resident.user, helper, CoordinatorFactory(centre)):
        services.unblock(services.block(volunteer, resident, by=user), by=None)
    assert EventRecord.objects.filter(type="safeguarding.block_changed").count() == 8


def test_nobody_else_may(volunteer, resident, centre):
    others = [
        UserFactory(),
        VolunteerFactory(centre=centre).user,
        ResidentFactory(centre=centre, user=UserFactory()).user,
        CoordinatorFactory(),
        staff(Role.CONFIDENTIAL_OFFICER, centre),
        staff(Role.ANALYST, centre),
    ]
    for other in others:
        with pytest.raises(Forbidden):
            services.block(volunteer, resident, by=other)
    suspend_user(volunteer.user, by=None)
    with pytest.raises(Forbidden):
        services.block(volunteer, resident, by=volunteer.user)
    assert not Block.objects.exists()


def test_twice_is_once_and_it_can_be_set_again_after_it_was_lifted(volunteer, resident):
    first = services.block(volunteer, resident, by=None)
    assert services.block(volunteer, resident, by=None) == first
    services.unblock(first, by=None)
    services.unblock(first, by=None)
    assert services.block(volunteer, resident, by=None) != first
    assert EventRecord.objects.filter(type="safeguarding.block_changed").count() == 3


def test_only_who_set_it_or_the_coordinator_lifts_it(volunteer, resident, centre):
    running = services.block(volunteer, resident, by=resident.user)
    for other in (
        volunteer.user,
        UserFactory(),
        CoordinatorFactory(),
        staff(Role.CONFIDENTIAL_OFFICER, centre),
    ):
        with pytest.raises(Forbidden):
            services.unblock(running, by=other)
    services.unblock(running, by=resident.user)
    services.unblock(services.block(volunteer, resident, by=volunteer.user), by=CoordinatorFactory(centre))


def test_a_coordinator_who_has_left_lifts_no_block_of_their_own(volunteer, resident, centre):
    former = CoordinatorFactory(centre)
    running = services.block(volunteer, resident, by=former)
    former.role_grants.all().delete()
    with pytest.raises(Forbidden):
        services.unblock(running, by=UserFactory.build(pk=former.pk))


def test_what_is_read_is_what_runs(volunteer, resident, django_assert_num_queries):
    other = VolunteerFactory(centre=volunteer.centre)
    services.unblock(BlockFactory(volunteer=other, resident=resident), by=None)
    BlockFactory(volunteer=volunteer, resident=resident)
    BlockFactory(volunteer=other)
    assert queries.is_blocked(volunteer, resident)
    assert queries.is_blocked(volunteer.pk, resident.pk)
    assert not queries.is_blocked(other, resident)
    assert queries.blocked_volunteers(resident) == {volunteer.pk}
    with django_assert_num_queries(1):
        assert [block.volunteer_id for block in queries.running_blocks([resident.pk])] == [volunteer.pk]
