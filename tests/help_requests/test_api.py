"""The same through the API: scoped, by the same services and rules."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.ids import new_id
from help_requests.enums import FiledAs, RequestState
from help_requests.models import HelpRequest
from people.enums import Skill
from people.models import Centre, Resident, User
from tests.factories.help_requests import HelpRequestFactory, OpenRequestFactory
from tests.factories.people import (
    CoordinatorFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
)

S = RequestState
LIST = "/api/v1/help-requests"
DRAFT = {"category": "garden", "description": "Onkruid wieden", "dayparts": 7}
VERBS: dict[str, dict[str, Any]] = {
    "submit": {},
    "withdraw": {},
    "start-intake": {},
    "open": {"summary": "Onkruid wieden."},
    "send-back": {"note": "Wanneer?"},
    "refer": {"partner": "gp", "consent": True},
    "mark-unsuitable": {"reason": "care", "note": "Helaas"},
    "close": {},
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(address, body, content_type="application/json")


def act(client: Client, request: HelpRequest, verb: str) -> Any:
    return post(client, f"{LIST}/{request.pk}/{verb}", VERBS[verb])


@pytest.fixture
def me(resident: Resident) -> Client:
    return signed_in(resident.user)


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def test_a_draft_is_made_changed_and_sent(me: Client, resident: Resident) -> None:
    made = post(me, LIST, DRAFT)
    assert made.status_code == 201
    address = f"{LIST}/{made.json()['id']}"
    assert (
        made.json()
        | {
            "state": "draft",
            "resident": str(resident.pk),
            "urgency": "later",
            "durationMinutes": 120,
            "dayparts": 7,
        }
        == made.json()
    )
    changed = me.patch(address, {"onDate": "2099-06-05", "dayparts": 0}, content_type="application/json")
    assert (changed.status_code, changed.json()["onDate"]) == (200, "2099-06-05")
    assert post(me, f"{address}/submit").json()["state"] == "submitted"
    assert post(me, f"{address}/submit").json()["code"] == "invalid-transition"
    assert HelpRequest.objects.get().filed_as == FiledAs.RESIDENT


def test_the_desk_files_for_its_residents_and_a_representative_for_theirs(
    desk: Client, resident: Resident
) -> None:
    body = DRAFT | {"resident": str(resident.pk)}
    assert post(desk, LIST, body).status_code == 201
    assert post(signed_in(RepresentativeFactory(resident=resident).user), LIST, body).status_code == 201
    filed = set(HelpRequest.objects.values_list("filed_as", flat=True))
    assert filed == {FiledAs.COORDINATOR, FiledAs.REPRESENTATIVE}


@pytest.mark.parametrize("body", [DRAFT, DRAFT | {"resident": str(new_id())}])
def test_without_a_resident_to_act_for_there_is_no_draft(centre: Centre, body: dict[str, Any]) -> None:
    for user in (UserFactory(), VolunteerFactory(centre=centre).user):
        assert post(signed_in(user), LIST, body).status_code == 404


def test_nobody_files_for_a_foreign_resident(me: Client, desk: Client) -> None:
    body = DRAFT | {"resident": str(ResidentFactory().pk)}
    assert post(me, LIST, body).status_code == 404
    assert post(desk, LIST, body).status_code == 404
    assert not HelpRequest.objects.exists()


def test_the_desk_approves_with_skills_by_name(desk: Client, resident: Resident) -> None:
    request = HelpRequestFactory(resident=resident)
    body = VERBS["open"] | {"requiredSkills": ["car", "tools"], "helpersNeeded": 2, "adultsOnly": True}
    answer = post(desk, f"{LIST}/{request.pk}/open", body)
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["requiredSkills"]) == ("open", ["car", "tools"])
    request.refresh_from_db()
    assert request.required_skills == Skill.to_mask(["car", "tools"])
    assert (request.helpers_needed, request.adults_only) == (2, True)


@pytest.mark.parametrize(
    ("verb", "state", "result"),
    [
        ("withdraw", S.OPEN, S.WITHDRAWN),
        ("start-intake", S.SUBMITTED, S.INTAKE),
        ("send-back", S.INTAKE, S.DRAFT),
        ("refer", S.SUBMITTED, S.REFERRED),
        ("mark-unsuitable", S.SUBMITTED, S.UNSUITABLE),
        ("close", S.DONE, S.CLOSED),
    ],
)
def test_each_verb_of_the_desk(
    desk: Client, resident: Resident, verb: str, state: RequestState, result: RequestState
) -> None:
    request = HelpRequestFactory(resident=resident, state=state)
    assert act(desk, request, verb).json()["state"] == result


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - {"submit", "withdraw"}))
def test_the_resident_may_not_do_the_desk_s_work(me: Client, resident: Resident, verb: str) -> None:
    request = HelpRequestFactory(resident=resident)
    assert act(me, request, verb).status_code == 403
    request.refresh_from_db()
    assert request.state == S.SUBMITTED


def test_everyone_else_finds_nothing(resident: Resident, centre: Centre) -> None:
    request = OpenRequestFactory(resident=resident)
    others = (VolunteerFactory(centre=centre, screened=True).user, UserFactory(), CoordinatorFactory())
    for client in map(signed_in, others):
        assert client.get(LIST).json()["items"] == []
        assert client.get(f"{LIST}/{request.pk}").status_code == 404
        assert client.patch(f"{LIST}/{request.pk}", {}, content_type="application/json").status_code == 404
        assert {act(client, request, verb).status_code for verb in VERBS} == {404}
    visitor = Client()
    assert visitor.get(LIST).status_code == 401
    assert {act(visitor, request, verb).status_code for verb in VERBS} == {401}


def test_a_draft_that_was_never_sent_is_not_the_desk_s_to_read(desk: Client, resident: Resident) -> None:
    draft = HelpRequestFactory(resident=resident, state=S.DRAFT)
    assert desk.get(LIST).json()["items"] == []
    assert act(desk, draft, "submit").status_code == 404


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"category": "gold"}, "category"),
        ({"description": ""}, "description"),
        ({"description": "x" * 2001}, "description"),
        ({"dayparts": 1 << 21}, "dayparts"),
        ({"durationMinutes": 0}, "durationMinutes"),
        ({"onDate": "morgen"}, "onDate"),
    ],
)
def test_what_is_wrong_is_named(me: Client, body: dict[str, Any], name: str) -> None:
    refused = post(me, LIST, DRAFT | body)
    assert refused.status_code == 400
    assert [error["name"] for error in refused.json()["errors"]] == [name]


def test_a_bsn_is_refused_by_name(me: Client) -> None:
    refused = post(me, LIST, DRAFT | {"description": "BSN 111222333"})
    assert (refused.status_code, refused.json()["errors"][0]["name"]) == (422, "description")


@pytest.mark.parametrize(
    "field",
    ["state", "summary", "centre", "resident", "opened_at", "openedAt", "urgent", "coordinator", "cell"],
)
def test_what_is_not_told_by_the_resident_cannot_be_set(me: Client, resident: Resident, field: str) -> None:
    request = HelpRequestFactory(resident=resident)
    before = HelpRequest.objects.values().get()
    me.patch(f"{LIST}/{request.pk}", {field: "open"}, content_type="application/json")
    assert HelpRequest.objects.values().get() == before


def test_the_list_can_be_narrowed_and_costs_the_same_whatever_its_length(
    desk: Client, resident: Resident, django_assert_num_queries: Any
) -> None:
    HelpRequestFactory(resident=resident, urgent=True)
    OpenRequestFactory(resident=resident)
    assert [item["state"] for item in desk.get(f"{LIST}?state=open&state=closed").json()["items"]] == ["open"]
    assert len(desk.get(f"{LIST}?urgent=true").json()["items"]) == 1
    assert desk.get(f"{LIST}?state=gold").status_code == 400
    # Session, account, roles, rows, their courses.
    for number in (2, 20):
        while HelpRequest.objects.count() < number:
            HelpRequestFactory(resident=resident)
        with django_assert_num_queries(5):
            assert len(desk.get(LIST).json()["items"]) == number


def test_repeating_with_a_key_makes_one_draft(me: Client) -> None:
    headers = {"Idempotency-Key": "een-sleutel"}
    for _ in range(2):
        made = me.post(LIST, DRAFT, content_type="application/json", headers=headers)
        assert made.status_code == 201
    assert HelpRequest.objects.count() == 1


def test_its_address_has_a_name() -> None:
    assert reverse("api:help-request-list") == LIST
