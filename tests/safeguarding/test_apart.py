"""The pages on which two people are kept apart: by themselves, or by the centre for who calls."""

import pytest
from django.urls import reverse

from events.worker import Worker
from matching.enums import AssignmentState
from matching.models import Assignment
from matching.queries import contact_is_open
from matching.services import accept_offer, ask_volunteer
from people.models import Volunteer
from safeguarding.models import Block
from safeguarding.queries import is_blocked
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(clock):
    return Town(volunteers=2)


@pytest.fixture
def agreed(town):
    assignment = accept_offer(
        ask_volunteer(town.request, town.volunteers[0], by=town.coordinator), by=town.volunteers[0].user
    )
    Worker().run_due()
    return assignment


def address(town):
    return reverse("block", args=[town.volunteers[0].pk, town.request.resident_id])


@pytest.mark.parametrize("side", ["volunteer", "resident", "coordinator"])
def test_from_the_page_of_the_appointment_it_ends_at_once(town, agreed, client, side):
    who, page = {
        "volunteer": (town.volunteers[0].user, reverse("agreement", args=[agreed.pk])),
        "resident": (town.resident_user, reverse("request-match", args=[town.request.pk])),
        "coordinator": (town.coordinator, reverse("desk-candidates", args=[town.request.pk])),
    }[side]
    client.force_login(who)
    assert address(town) in client.get(page).content.decode()
    assert client.get(address(town)).status_code == 200
    assert client.post(address(town), {"note": "x" * 201}).status_code == 422
    assert client.post(address(town), {"note": "Van de klus"}, follow=True).status_code == 200
    assert is_blocked(town.volunteers[0], town.request.resident)
    # The address closes with the block itself, before anything else has been done about it.
    assert not contact_is_open(Assignment.objects.select_related("request", "volunteer__user").get())
    Worker().run_due()
    assert Assignment.objects.get().state == AssignmentState.CANCELLED


def test_the_list_of_ones_own_names_nobody_and_lifts(town, agreed, client):
    client.force_login(town.resident_user)
    client.post(address(town), {"note": "Die van de tuin"})
    page = client.get(reverse("my-blocks")).content.decode()
    assert "Die van de tuin" in page
    assert town.volunteers[0].user.name not in page
    lift = reverse("block-lift", args=[Block.objects.get().pk])
    for other in (town.volunteers[0].user, CoordinatorFactory(), UserFactory()):
        client.force_login(other)
        assert client.post(lift).status_code == 404
        assert "Die van de tuin" not in client.get(reverse("my-blocks")).content.decode()
    client.force_login(town.resident_user)
    client.post(lift)
    assert not is_blocked(town.volunteers[0], town.request.resident)


def test_strangers_learn_nothing(town, client):
    for other in (UserFactory(), town.volunteers[1].user, CoordinatorFactory()):
        client.force_login(other)
        assert client.get(address(town)).status_code == 404
        assert client.post(address(town)).status_code == 404
    assert not Block.objects.exists()


def test_the_centre_does_it_for_who_has_only_a_phone(town, client):
    caller = ResidentFactory(centre=town.centre, phone="+31612312312")
    volunteer, neighbour = town.volunteers
    Volunteer.objects.filter(pk=neighbour.pk).update(phone="+31687654321")
    client.force_login(town.coordinator)
    for kind, person, other, wrong in (
        ("inwoner", caller, volunteer.user.email, "niemand@voorbeeld.nl"),
        ("vrijwilliger", volunteer, "06 12312312", "06 11111111"),
        ("inwoner", caller, "06 12345678", "06 11111112"),
    ):
        page = reverse("kept-apart", args=[kind, person.pk])
        assert client.get(page).status_code == 200
        assert client.post(page, {"other": wrong}).status_code == 422
        assert client.post(page, {"other": other}).url == page
        assert is_blocked(volunteer, caller)
        assert ("set by" in client.get(page, headers={"accept-language": "en"}).content.decode()) is True
        client.post(reverse("block-lift", args=[Block.objects.get(ended_at=None).pk]))
        assert not is_blocked(volunteer, caller)
    client.force_login(CoordinatorFactory())
    assert client.get(reverse("kept-apart", args=["inwoner", caller.pk])).status_code == 404


def test_the_api_does_the_same(town, client):
    client.force_login(town.resident_user)
    body = {"volunteer": str(town.volunteers[0].pk), "resident": str(town.request.resident_id), "note": "Nee"}
    made = client.post("/api/v1/blocks", body, content_type="application/json")
    assert made.status_code == 201
    assert [row["note"] for row in client.get("/api/v1/blocks").json()["items"]] == ["Nee"]
    assert client.post(f"/api/v1/blocks/{made.json()['id']}/lift").json()["endedAt"]
    client.force_login(town.volunteers[1].user)
    assert client.post("/api/v1/blocks", body, content_type="application/json").status_code == 404


def test_of_two_who_share_a_number_neither_is_kept_apart_by_chance(town, client):
    caller = ResidentFactory(centre=town.centre, phone="+31612312312")
    ResidentFactory(centre=town.centre, phone="+31612312312")
    client.force_login(town.coordinator)
    volunteer = town.volunteers[0]
    for kind, person, shared in (
        ("inwoner", caller, volunteer.phone),  # as that of the other volunteer
        ("vrijwilliger", volunteer, caller.phone),
    ):
        page = reverse("kept-apart", args=[kind, person.pk])
        refused = client.post(page, {"other": shared}, headers={"accept-language": "en"})
        assert (refused.status_code, Block.objects.count()) == (422, 0)
        assert "Several people of this centre" in refused.content.decode()
    # From the other side, by what only one has.
    client.post(reverse("kept-apart", args=["inwoner", caller.pk]), {"other": volunteer.user.email})
    assert is_blocked(volunteer, caller)
