"""The read log: staff that sees a resident's address and phone number leaves a row."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from people.enums import Role, Why
from people.models import AccessLog
from people.services import note_read, note_reads, update_resident, update_volunteer
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
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
    return list(AccessLog.objects.order_by("pk").values_list("reader_id", "subject_id", "act", "why"))


def row(reader, person, why="details", act="read"):
    return reader.pk, person.pk, act, why


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


def test_everyone_on_a_page_of_the_list_leaves_a_row(client, centre, django_assert_num_queries):
    reader = CoordinatorFactory(centre)
    residents = [ResidentFactory(centre=centre) for _ in range(3)]
    ResidentFactory()
    client.force_login(reader)
    assert client.get("/api/v1/residents").status_code == 200
    assert set(looks()) == {row(reader, found, "list") for found in residents}
    client.get("/api/v1/residents")
    assert len(looks()) == 3
    with django_assert_num_queries(1):
        note_reads(residents, by=reader, why=Why.LIST)


def test_staff_that_reads_a_volunteer_leaves_a_row(client, centre):
    reader, volunteer = CoordinatorFactory(centre), VolunteerFactory(centre=centre)
    client.force_login(reader)
    assert client.get(reverse("volunteer", args=[volunteer.pk])).status_code == 200
    client.get(f"/api/v1/volunteers/{volunteer.pk}")
    assert looks() == [row(reader, volunteer)]


def test_looking_up_a_caller_leaves_a_row(client, centre, resident):
    reader = CoordinatorFactory(centre)
    client.force_login(reader)
    client.post(reverse("phone-intake-callers"), {"caller": "0301234567"})
    assert looks() == [row(reader, resident, "caller")]
    client.post(reverse("phone-intake-callers"), {"caller": "0307654321"})
    assert len(looks()) == 1


def test_changing_for_another_leaves_a_row_and_for_oneself_none(centre):
    owner = UserFactory()
    resident = ResidentFactory(centre=centre, user=owner)
    coordinator = CoordinatorFactory(centre)
    update_resident(resident, by=owner, name="Ans")
    update_resident(resident, by=coordinator, name="Ans de Wit")
    volunteer = VolunteerFactory(centre=centre)
    update_volunteer(volunteer, by=volunteer.user, reach_km=3)
    update_volunteer(volunteer, by=coordinator, reach_km=4)
    assert looks() == [row(coordinator, found, act="changed") for found in (resident, volunteer)]


def test_the_database_refuses_to_change_a_row_or_to_let_it_go_before_its_term(resident, centre, settings):
    settings.READ_LOG_KEPT_DAYS = 730
    reader = CoordinatorFactory(centre)
    note_read(resident, by=reader)
    for statement in (
        "UPDATE people_accesslog SET reader_id = subject_id",
        "UPDATE people_accesslog SET kept_until = at",
        "DELETE FROM people_accesslog",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert looks() == [row(reader, resident)]


def test_after_its_term_a_row_may_go(resident, centre, clock):
    note_read(resident, by=CoordinatorFactory(centre))
    assert AccessLog.objects.get().kept_until == timezone.now()
    assert AccessLog.objects.all().delete()[0] == 1
