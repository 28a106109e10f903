"""The read log: staff that sees a resident's address and phone number leaves a row."""

import pytest
from django.urls import reverse

from events.models import EventRecord
from people.enums import Role
from people.services import note_read
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    staff,
)

pytestmark = pytest.mark.django_db

LOOKS = {
    "page": lambda resident: reverse("resident", args=[resident.pk]),
    "form": lambda resident: reverse("resident-edit", args=[resident.pk, "contact"]),
    "api": lambda resident: f"/api/v1/residents/{resident.pk}",
}


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def resident(centre):
    return ResidentFactory(centre=centre)


def looks():
    return [
        (record.actor_id, record.payload)
        for record in EventRecord.objects.filter(type="people.resident_read").order_by("pk")
    ]


def row(reader, resident):
    return reader.pk, {"resident_id": str(resident.pk), "centre_id": str(resident.centre_id)}


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_leaves_one_row_and_looking_again_none(client, centre, resident, look):
    reader = CoordinatorFactory(centre)
    client.force_login(reader)
    for _ in range(2):
        assert client.get(LOOKS[look](resident)).status_code == 200
    assert looks() == [row(reader, resident)]


@pytest.mark.parametrize("look", LOOKS)
def test_who_finds_nothing_leaves_nothing(client, resident, look):
    for outsider in (CoordinatorFactory(), UserFactory()):
        client.force_login(outsider)
        assert client.get(LOOKS[look](resident)).status_code == 404
    assert looks() == []


def test_residents_and_who_acts_for_them_read_their_own(client, centre):
    owner = UserFactory()
    resident = ResidentFactory(centre=centre, user=owner)
    helper = RepresentativeFactory(resident=resident).user
    for reader in (owner, helper):
        client.force_login(reader)
        assert client.get(f"/api/v1/me/residents/{resident.pk}").status_code == 200
        assert client.get(reverse("profile-resident", args=[resident.pk, "contact"])).status_code == 200
    assert looks() == []


def test_a_quarter_of_an_hour_later_it_is_another_look(resident, centre, clock):
    reader = CoordinatorFactory(centre)
    assert note_read(resident, by=reader)
    clock.forward(minutes=14, seconds=59)
    assert not note_read(resident, by=reader)
    clock.forward(seconds=1)
    assert note_read(resident, by=reader)
    assert looks() == [row(reader, resident)] * 2


def test_a_page_that_stays_open_leaves_a_row_every_quarter(resident, centre, clock):
    reader = CoordinatorFactory(centre)
    for _ in range(12):
        note_read(resident, by=reader)
        clock.forward(minutes=5)
    assert len(looks()) == 4


def test_each_reader_and_each_resident_counts(resident, centre):
    other = ResidentFactory(centre=centre)
    readers = CoordinatorFactory(centre), staff(Role.CONFIDENTIAL_OFFICER, centre)
    for reader in readers:
        for found in (resident, other):
            assert note_read(found, by=reader)
    assert looks() == [row(reader, found) for reader in readers for found in (resident, other)]


def test_a_look_again_costs_one_question(resident, centre, django_assert_num_queries):
    reader = CoordinatorFactory(centre)
    note_read(resident, by=reader)
    with django_assert_num_queries(1):
        note_read(resident, by=reader)
