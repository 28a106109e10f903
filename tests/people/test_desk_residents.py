"""Residents on the pages of the centre's staff."""

import pytest
from django.urls import reverse

from people.enums import Role
from people.models import Resident
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Mevrouw Smit",
    "phone": "030 765 43 21",
    "contact_preference": "phone",
    "postcode": "3431 AB",
    "house_number": "12",
    "street": "Dorpsstraat",
    "city": "Nieuwegein",
    "languages": ["nl"],
    "needs": ["lift"],
    "consent": "on",
}


@pytest.fixture
def centre():
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


@pytest.fixture
def desk(client, centre):
    client.force_login(CoordinatorFactory(centre))
    return client


def outsiders(centre):
    return [
        UserFactory(),
        VolunteerFactory(centre=centre).user,
        staff(Role.ANALYST, centre),
        staff(Role.TRAINER, centre),
    ]


def test_a_resident_without_email_is_registered_in_one_form(desk, centre):
    assert desk.get(reverse("resident-new")).status_code == 200
    answer = desk.post(reverse("resident-new"), NEW)
    resident = Resident.objects.get()
    assert answer.url == reverse("resident", args=[resident.pk])
    assert (resident.centre, resident.phone, resident.email) == (centre, "+31307654321", "")
    assert "Mevrouw Smit" in desk.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent": ""}, "consent"),
        ({"phone": ""}, "phone"),
        ({"postcode": "9999 XX"}, "postcode"),
        ({"name": ""}, "name"),
        ({"languages": []}, "languages"),
    ],
)
def test_a_wrong_value_is_said_at_the_field(desk, changes, field):
    answer = desk.post(reverse("resident-new"), NEW | changes)
    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    assert not Resident.objects.exists()


def test_a_known_number_asks_whether_it_is_the_same_person(desk, centre):
    known = ResidentFactory(centre=centre, phone="+31307654321", name="Mevrouw Smid")
    answer = desk.post(reverse("resident-new"), NEW)
    assert answer.status_code == 422
    assert reverse("resident", args=[known.pk]) in answer.content.decode()
    assert Resident.objects.count() == 1
    assert desk.post(reverse("resident-new"), NEW | {"double": "1"}).status_code == 302
    assert Resident.objects.count() == 2


def test_the_number_of_another_centre_s_resident_is_not_told(desk):
    ResidentFactory(phone="+31307654321")
    assert desk.post(reverse("resident-new"), NEW).status_code == 302


def test_finding_by_number_or_address(desk, centre):
    ResidentFactory(centre=centre, phone="+31307654321", name="Mevrouw Smit")
    ResidentFactory(phone="+31307654321", name="Van elders")
    ResidentFactory(centre=centre, phone="+31300000000", name="Een ander")
    html = desk.post(reverse("residents"), {"q": "030-7654321"}).content.decode()
    assert "Mevrouw Smit" in html
    assert "Een ander" not in html
    assert "Van elders" not in html
    for nothing in ("0301112223", "niets", "x@y.nl"):
        assert "Mevrouw Smit" not in desk.post(reverse("residents"), {"q": nothing}).content.decode()


def test_a_number_or_name_stands_in_no_address(desk, centre):
    """Addresses stay in histories and in the logs of proxies."""
    ResidentFactory(centre=centre, phone="+31300000000", name="Een ander")
    assert "Een ander" in desk.get(reverse("residents"), {"q": "030-7654321"}).content.decode()
    intake = desk.get(reverse("resident-new"), {"phone": "030-7654321"}).context["form"]
    assert not intake["phone"].value()


def test_the_list_costs_the_same_for_one_and_for_three(desk, centre, queries_on):
    for _ in range(3):
        ResidentFactory(centre=centre)
        with queries_on("people_resident", "places_district") as made:
            desk.get(reverse("residents"))
        assert len(made()) == 1


def test_staff_change_the_details(desk, centre):
    resident = ResidentFactory(centre=centre)
    address = reverse("resident-edit", args=[resident.pk, "contact"])
    assert desk.get(address).status_code == 200
    data = {"name": "Mevrouw Smit", "phone": "0307654321", "email": "", "contact_preference": "phone"}
    assert desk.post(address, data).url == reverse("resident", args=[resident.pk])
    resident.refresh_from_db()
    assert resident.name == "Mevrouw Smit"


def test_another_centre_s_resident_looks_absent(desk):
    other = ResidentFactory()
    for address in (
        reverse("resident", args=[other.pk]),
        reverse("resident-edit", args=[other.pk, "contact"]),
    ):
        assert desk.get(address).status_code == 404
        assert desk.post(address, {"name": "x"}).status_code in (404, 405)


def test_who_is_no_staff_finds_no_pages(client, centre):
    resident = ResidentFactory(centre=centre)
    addresses = [
        reverse("residents"),
        reverse("resident-new"),
        reverse("resident", args=[resident.pk]),
        reverse("resident-edit", args=[resident.pk, "home"]),
    ]
    for address in addresses:
        client.logout()
        assert client.get(address).url.startswith(reverse("account_login"))
    for other in outsiders(centre):
        client.force_login(other)
        assert [client.get(address).status_code for address in addresses] == [404] * 4
        assert client.post(reverse("resident-new"), NEW).status_code == 404


def test_a_confidential_officer_looks_and_does_not_touch(client, centre):
    resident = ResidentFactory(centre=centre)
    client.force_login(staff(Role.CONFIDENTIAL_OFFICER, centre))
    assert client.get(reverse("resident", args=[resident.pk])).status_code == 200
    assert client.get(reverse("resident-edit", args=[resident.pk, "home"])).status_code == 404
    assert client.get(reverse("resident-new")).status_code == 404
