"""The main job through the API alone: a newcomer asks, a volunteer helps, both say that it is done."""

import json
from typing import Any

import pytest
from django.test import Client

from events.worker import Worker
from matching.models import DispatchPolicy
from matching.supply import supply
from people.models import User
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    UserFactory,
    VolunteerFactory,
)

pytestmark = pytest.mark.django_db


class Caller:
    """A program that is signed in as someone."""

    def __init__(self, user: User) -> None:
        self._client = Client()
        self._client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, path: str, status: int = 200) -> Any:
        response = self._client.get(f"/api/v1/{path}")
        assert response.status_code == status, response.content
        return response.json()

    def post(self, path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        response = self._client.post(
            f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json"
        )
        assert response.status_code == status, response.content
        return response.json() if response.content else None


@pytest.fixture
def callers(clock):
    centre = CentreFactory()
    PostcodeFactory(district=centre.districts.get())
    DispatchPolicy.objects.create(centre=centre, wave_size=2)
    supply.forget()
    return {
        "newcomer": Caller(UserFactory()),
        "coordinator": Caller(CoordinatorFactory(centre)),
        "volunteer": Caller(VolunteerFactory(centre=centre, screened=True).user),
        "loser": Caller(VolunteerFactory(centre=centre, screened=True).user),
    }


def test_from_a_newcomers_question_to_done(callers, clock):
    newcomer, coordinator = callers["newcomer"], callers["coordinator"]
    volunteer, loser = callers["volunteer"], callers["loser"]
    newcomer.post(
        "me/residents",
        {
            "name": "Toos de Vries",
            "phone": "0306051234",
            "address": {"street": "Dorpsstraat", "houseNumber": "12", "postcode": "3431 AB"},
            "consented": True,
            "anyScreenedVolunteer": False,
        },
        status=201,
    )
    words = {
        "category": "groceries",
        "description": "Ik kan even niet naar de winkel.",
        "onDate": "2025-06-05",
    }
    request = newcomer.post("help-requests", words | {"startTime": "14:30"}, status=201)
    newcomer.post(f"help-requests/{request['id']}/submit")
    newcomer.post(f"help-requests/{request['id']}/open", {"summary": "Boodschappen."}, status=403)
    coordinator.post(f"help-requests/{request['id']}/open", {"summary": "Boodschappen doen."})
    coordinator.post(f"dispatches/{request['id']}/start")
    Worker().run_due()

    offers = {name: callers[name].get("offers")["items"][0]["id"] for name in ("volunteer", "loser")}
    loser.get(f"offers/{offers['volunteer']}", status=404)
    agreement = volunteer.post(f"offers/{offers['volunteer']}/accept")
    assert loser.post(f"offers/{offers['loser']}/accept", status=409)["code"] == "already-taken"

    path = f"assignments/{agreement['id']}"
    assert volunteer.get(f"{path}/resident-contact", status=403)["code"] == "contact-closed"
    newcomer.post(f"{path}/agree")
    Worker().run_due()
    assert volunteer.get(f"{path}/resident-contact")["phone"] == "+31306051234"
    assert newcomer.get(f"{path}/volunteer-contact")["phone"] == "+31612345678"
    assert volunteer.get(path)["state"] == "planned"

    clock.forward(days=3)
    volunteer.post(f"{path}/confirm-done", {"side": "volunteer", "minutesSpent": 45})
    newcomer.post(f"{path}/confirm-done", {"side": "resident"})
    assert newcomer.get(f"help-requests/{request['id']}")["state"] == "done"


def test_who_acts_for_someone_makes_their_record_and_stays_their_representative(callers):
    record = callers["newcomer"].post(
        "me/residents",
        {
            "name": "Moeder de Vries",
            "phone": "0306051235",
            "address": {"street": "Dorpsstraat", "houseNumber": "14", "postcode": "3431AB"},
            "consented": True,
            "forSomeoneElse": True,
        },
        status=201,
    )
    assert record["user"] is None
    assert [mine["id"] for mine in callers["newcomer"].get("me/residents")["items"]] == [record["id"]]
    callers["loser"].get(f"me/residents/{record['id']}", status=404)
