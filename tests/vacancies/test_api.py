"""The bank for programs: the same rules and services as the pages."""

import pytest
from rest_framework.test import APIClient

from tests.factories.people import UserFactory
from tests.factories.vacancies import DETAILS, Bank, contact_of, draft, make_bank, published
from vacancies import services
from vacancies.enums import VacancyCheck
from vacancies.models import Application, Vacancy, Webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    return make_bank()


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_everybody_reads_what_is_public_and_nothing_else(bank):
    shown, hidden = published(bank, title="Taalmaatje"), draft(bank)
    answer = APIClient().get("/api/v1/vacancies?words=taalmaatjes&category=company")
    assert [item["id"] for item in answer.json()["items"]] == [str(shown.pk)]
    assert "ria@" not in answer.content.decode()
    assert APIClient().get("/api/v1/vacancies?words=zzz").json()["items"] == []
    assert APIClient().get(f"/api/v1/vacancies/{hidden.pk}").status_code == 404
    assert signed_in(bank.manager).get(f"/api/v1/vacancies/{hidden.pk}").json()["state"] == "draft"
    assert APIClient().post("/api/v1/vacancies", {}).status_code == 401


@pytest.mark.parametrize("count", [1, 4])
def test_a_list_takes_the_same_queries_however_many(bank, count, django_assert_num_queries):
    for number in range(count):
        published(bank, title=f"Taalmaatje nummer {number}")
    with django_assert_num_queries(2):  # the page, and its trainings
        APIClient().get("/api/v1/vacancies")


def test_a_vacancy_from_draft_to_start(bank):
    organisation = signed_in(bank.manager)
    body = {
        "organisation": str(bank.organisation.pk), "title": "Taalmaatje", "task": DETAILS["task"],
        "category": "language", "hours": "2.5", "postcode": "3431AB", "contactName": "Ria",
        "contactEmail": "ria@kom.example", "languages": ["nl"], "accessibility": ["sitting"],
    }  # fmt: skip
    made = organisation.post("/api/v1/vacancies", body, format="json")
    assert made.status_code == 201, made.json()
    address = f"/api/v1/vacancies/{made.json()['id']}"
    assert made.json()["accessibility"] == ["sitting"]
    refused = organisation.patch(address, {"hours": "40"}, format="json")
    assert refused.status_code == 422
    assert organisation.post(f"{address}/submit").json()["state"] == "review"
    desk = signed_in(bank.coordinator)
    few = desk.post(f"{address}/publish", {"checks": ["hours"]}, format="json")
    assert few.status_code == 422
    assert (
        organisation.post(f"{address}/publish", {"checks": VacancyCheck.values}, format="json").status_code
        == 403
    )
    assert (
        desk.post(f"{address}/publish", {"checks": VacancyCheck.values}, format="json").json()["state"]
        == "published"
    )
    person = signed_in(UserFactory(name="Noor"))
    sent = person.post(f"{address}/answer", {"message": "Graag"}, format="json")
    assert sent.status_code == 201
    mine = f"/api/v1/applications/{sent.json()['id']}"
    assert organisation.post(f"{mine}/mark-read").json()["state"] == "read"
    assert organisation.post(f"{mine}/move", {"state": "started"}, format="json").status_code == 422
    assert (
        organisation.post(f"{mine}/notes", {"text": "Dag!"}, format="json").json()["side"] == "organisation"
    )
    assert person.post(f"{mine}/start").status_code == 403
    assert organisation.post(f"{mine}/start").json()["state"] == "started"
    assert organisation.post(f"{mine}/start").status_code == 409
    assert person.post(f"{mine}/withdraw").json()["state"] == "ended"
    for verb in ("pause", "resume", "fill", "renew", "close"):
        assert organisation.post(f"{address}/{verb}").status_code == 200, verb
    assert person.post(f"{address}/answer", {}, format="json").status_code == 404


def test_what_is_not_ones_own_is_not_there(bank):
    answer = services.send_application(published(bank), message="", by=UserFactory())
    other = make_bank(centre=bank.centre, name="Een ander").manager
    for user in (other, UserFactory()):
        client = signed_in(user)
        assert client.get(f"/api/v1/applications/{answer.pk}").status_code == 404
        assert client.get("/api/v1/applications").json()["items"] == []
        body = {"organisation": str(bank.organisation.pk), "title": "Taalmaatje"}
        assert client.post("/api/v1/vacancies", body, format="json").status_code == 404
    services.suspend_organisation(bank.organisation, note="Klachten", by=bank.coordinator)
    assert signed_in(bank.manager).get(f"/api/v1/applications/{answer.pk}").status_code == 404
    assert Application.objects.get().state == "sent"


def test_organisations_and_what_they_connect(bank):
    anybody = signed_in(UserFactory())
    asked = {
        "name": "De Brug", "postcode": "3431AB", "contactName": "Bo", "contactEmail": "bo@brug.nl",
    }  # fmt: skip
    made = anybody.post("/api/v1/organisations", asked, format="json")
    assert made.status_code == 201, made.json()
    address = f"/api/v1/organisations/{made.json()['id']}"
    assert APIClient().get(address).status_code == 404
    desk = signed_in(bank.coordinator)
    assert desk.post(f"{address}/approve", {"checks": []}, format="json").status_code == 422
    assert (
        desk.post(f"{address}/decline", {"note": "Het is een bedrijf"}, format="json").json()["state"]
        == "declined"
    )
    own = f"/api/v1/organisations/{bank.organisation.pk}"
    manager = signed_in(bank.manager)
    assert manager.patch(own, {"about": "Nieuw"}, format="json").json()["about"] == "Nieuw"
    assert (
        signed_in(contact_of(bank.organisation)).patch(own, {"about": "x"}, format="json").status_code == 403
    )
    table = {"csv": "titel;uren\nTaalmaatje;2\nKok;veel\n", "dryRun": False}
    report = manager.post(f"{own}/import-vacancies", table, format="json").json()
    assert [line["good"] for line in report["items"]] == [True, False]
    assert Vacancy.objects.count() == 1
    table["csv"] = "titel\n" + "Taalmaatje\n" * 501
    assert manager.post(f"{own}/import-vacancies", table, format="json").status_code == 422
    for after, lines in ((0, 500), (501, 1), (502, 0)):
        portion = manager.post(
            f"{own}/import-vacancies", {**table, "after": after, "dryRun": True}, format="json"
        )
        assert len(portion.json()["items"]) == lines
    body = {
        "organisation": str(bank.organisation.pk),
        "url": "https://kom.example/h",
        "topics": ["vacancy.published"],
    }
    hook = manager.post("/api/v1/webhooks", body, format="json")
    assert hook.json()["secret"].startswith("whsec_")
    assert "secret" not in manager.get(f"/api/v1/webhooks/{hook.json()['id']}").json()
    assert manager.post(f"/api/v1/webhooks/{hook.json()['id']}/try").json()["state"] == "waiting"
    assert len(manager.get(f"/api/v1/webhooks/{hook.json()['id']}/deliveries").json()["items"]) == 1
    assert anybody.get(f"/api/v1/webhooks/{hook.json()['id']}").status_code == 404
    assert manager.delete(f"/api/v1/webhooks/{hook.json()['id']}").status_code == 204
    assert not Webhook.objects.exists()
