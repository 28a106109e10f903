"""Names, pages of a list, ETags, headers, authentication: what every endpoint gets from the base classes."""

import base64
import json
import uuid
from datetime import datetime, timedelta, timezone
from itertools import chain

import pytest
from django.conf import settings
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError
from rest_framework.test import APIClient

from common.api.camel import CamelJSONRenderer, camel, camelized, snake, snaked, snaked_query
from common.api.etag import weak_etag
from people.models import User
from tests.factories.people import PASSWORD, OrganisationFactory, UserFactory

LIST = "/api/v1/organisations"
sample = pytest.mark.urls("tests.api.sample")


# --- Names ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("opens_at", "opensAt"),
        ("id", "id"),
        ("a_b_c", "aBC"),
        ("line_2", "line_2"),
        ("x2_y", "x2Y"),
        ("_hidden", "_hidden"),
    ],
)
def test_names_out_and_back(inside, outside):
    assert camel(inside) == outside
    assert snake(outside) == inside


@given(st.from_regex(r"[a-z][a-z0-9]*(_([a-z][a-z0-9]*|[0-9]+))*", fullmatch=True))
def test_every_python_name_makes_the_way_out_and_back(name):
    assert snake(camel(name)) == name


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.from_regex(r"[a-z]{2,5}(_[a-z]{2,5})?", fullmatch=True), inner)
        ),
        max_leaves=8,
    )
)
def test_bodies_out_and_back(value):
    assert snaked(camelized(value)) == value


def test_two_spellings_of_one_field_are_refused():
    with pytest.raises(ParseError):
        snaked({"opensAt": 1, "opens_at": 2})


def test_query_keys_but_not_values():
    query = snaked_query(QueryDict("opensAfter=someValue&pageSize=3&pageSize=4"))
    assert dict(query.lists()) == {"opens_after": ["someValue"], "page_size": ["3", "4"]}


def test_moments_are_given_in_utc():
    summer = datetime(2025, 6, 3, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    body = json.loads(CamelJSONRenderer().render({"starts_at": summer, "id": uuid.UUID(int=1)}))
    assert body == {"startsAt": "2025-06-03T12:30:00Z", "id": "00000000-0000-0000-0000-000000000001"}


def test_an_answer_without_content_has_no_body():
    assert CamelJSONRenderer().render(None) == b""


# --- Pages of a list -----------------------------------------------------------------------------
@pytest.fixture
def seven(coordinator):
    centre = coordinator.role_grants.get().centre
    return [OrganisationFactory(centre=centre, name=f"Club {n % 2}") for n in range(7)]


def pages(client, url):
    """Follow the links from the first page to the last; return the pages' ids and the last body."""
    found = []
    while url:
        body = client.get(url).json()
        found.append([item["id"] for item in body["items"]])
        url, last = body["next"], body
    return found, last


@sample
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_every_row_once_newest_first(signed_in, seven, size):
    found, _last = pages(signed_in, f"{LIST}?pageSize={size}")
    assert all(len(page) <= size for page in found)
    assert list(chain(*found)) == [str(row.pk) for row in sorted(seven, key=lambda row: row.pk, reverse=True)]


@sample
def test_the_way_back(signed_in, seven):
    found, last = pages(signed_in, f"{LIST}?pageSize=3")
    assert last["next"] is None
    back = signed_in.get(last["previous"]).json()
    assert [item["id"] for item in back["items"]] == found[-2]


@sample
def test_rows_that_come_in_between_shift_nothing(signed_in, seven, coordinator):
    first = signed_in.get(f"{LIST}?pageSize=3").json()
    OrganisationFactory(centre=coordinator.role_grants.get().centre)
    rest, _last = pages(signed_in, first["next"])
    assert len({item["id"] for item in first["items"]} | set(chain(*rest))) == 7


@sample
def test_an_ordering_that_is_not_unique_loses_nothing(signed_in, seven):
    found, _last = pages(signed_in, "/api/v1/by-name?pageSize=2")
    assert sorted(chain(*found)) == sorted(str(row.pk) for row in seven)
    assert sum(map(len, found)) == 7


@sample
def test_a_page_costs_the_same_queries_however_many_rows(signed_in, seven, django_assert_num_queries):
    with django_assert_num_queries(3):  # session, user, rows
        signed_in.get(f"{LIST}?pageSize=1")
    with django_assert_num_queries(3):
        signed_in.get(f"{LIST}?pageSize=100")


def cursor(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@sample
@pytest.mark.parametrize("path", [LIST, "/api/v1/by-name"])
@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "é",
        "",
        cursor("p=%00"),
        cursor("p=%FF%FE"),
        cursor("o=-1"),
        cursor("r=x"),
        cursor("o=" + "9" * 40),
        "%%%",
        "=" * 5000,
    ],
)
def test_a_broken_cursor_is_never_a_server_error(signed_in, own, path, value):
    response = signed_in.get(path, {"cursor": value})
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        assert response.json()["errors"][0]["name"] == "cursor"


@sample
@pytest.mark.parametrize("value", ["nonsense", cursor("p=12"), cursor("p=abc"), cursor("r=x")])
def test_a_foreign_cursor_is_refused(signed_in, own, value):
    response = signed_in.get(LIST, {"cursor": value})
    assert response.status_code == 400
    assert response.json()["code"] == "invalid-fields"


@sample
@pytest.mark.parametrize("size", ["0", "101", "-1", "ten", "", "1.5", "٣", "9" * 50])
def test_a_page_size_outside_the_bounds_is_refused(signed_in, size):
    response = signed_in.get(LIST, {"pageSize": size})
    assert response.status_code == 400
    assert response.json()["errors"][0]["name"] == "pageSize"


@sample
def test_a_short_list_has_the_shape_of_a_page(signed_in, seven):
    body = signed_in.get(f"{LIST}/shortest").json()
    assert len(body["items"]) == 2
    assert (body["next"], body["previous"]) == (None, None)


@sample
def test_filters_have_camel_case_keys(signed_in, seven):
    assert len(signed_in.get(LIST, {"nameStarts": "Club 1"}).json()["items"]) == 3


# --- Scope and services --------------------------------------------------------------------------
@sample
def test_only_rows_in_scope_are_listed(signed_in, own, foreign):
    assert [item["id"] for item in signed_in.get(LIST).json()["items"]] == [str(own.pk)]


@sample
def test_a_service_is_called_with_the_checked_body_and_the_user(signed_in, own, coordinator):
    response = signed_in.post(f"{LIST}/{own.pk}/give-name", {"firstLine": "Club"}, format="json")
    assert response.status_code == 200
    assert response.json()["name"] == f"Club by {coordinator.name}"


@sample
def test_a_service_that_returns_nothing_is_204(signed_in, own):
    response = signed_in.delete(f"{LIST}/{own.pk}/memory")
    assert (response.status_code, response.content) == (204, b"")


@sample
def test_a_foreign_row_reaches_no_service(signed_in, foreign):
    response = signed_in.post(f"{LIST}/{foreign.pk}/give-name", {"firstLine": "Club"}, format="json")
    assert response.status_code == 404


# --- ETags and headers ---------------------------------------------------------------------------
@sample
def test_an_unchanged_list_is_304_and_a_changed_one_is_not(signed_in, own):
    first = signed_in.get(LIST)
    assert first["ETag"].startswith('W/"')
    again = signed_in.get(LIST, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["API-Version"] == settings.API_VERSION
    own.name = "Anders"
    own.save()
    changed = signed_in.get(LIST, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@sample
def test_errors_carry_no_etag(anonymous):
    assert "ETag" not in anonymous.get(LIST)


def test_etags_tell_bodies_apart():
    assert weak_etag(b"a") == weak_etag(b"a") != weak_etag(b"b")


@sample
@pytest.mark.django_db
@pytest.mark.parametrize("path", [LIST, "/api/v1/nothing", "/api/v1/raising/sold", "/api/v1/raising/bug"])
def test_every_answer_names_the_version_and_stays_out_of_shared_caches(path):
    response = APIClient(raise_request_exception=False).get(path)
    assert response["API-Version"] == settings.API_VERSION
    assert "private" in response["Cache-Control"]
    assert {"Accept-Language", "Cookie", "X-Session-Token"} <= set(
        response["Vary"].replace(" ", "").split(",")
    )


@pytest.mark.django_db
def test_pages_name_no_version(client):
    assert "API-Version" not in client.get("/healthz")


async def test_headers_under_asgi_too(async_client):
    response = await async_client.get("/api/v1/problems/nothing")
    assert response.status_code == 404
    assert response["API-Version"] == settings.API_VERSION


# --- Signing in ----------------------------------------------------------------------------------
@pytest.fixture
def token(db: None) -> str:
    """A token as an app gets it: e-mail and password at the headless sign-in."""
    user: User = UserFactory(password=PASSWORD)
    response = APIClient().post(
        "/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, format="json"
    )
    assert response.status_code == 200, response.content
    return response.json()["meta"]["session_token"]


def test_an_app_signs_in_and_uses_its_token(token):
    app = APIClient(enforce_csrf_checks=True)
    assert app.get("/api/v1/offers").status_code == 401
    assert app.get("/api/v1/offers", headers={"X-Session-Token": token}).status_code == 200


def test_a_token_needs_no_csrf_token(token):
    app = APIClient(enforce_csrf_checks=True)
    response = app.post(f"/api/v1/offers/{uuid.uuid4()}/accept", headers={"X-Session-Token": token})
    assert response.status_code == 404


def test_a_token_ends_with_its_session(token):
    app = APIClient()
    ended = app.delete("/_allauth/app/v1/auth/session", headers={"X-Session-Token": token})
    assert ended.status_code == 401  # allauth's way of saying: signed out
    assert app.get("/api/v1/offers", headers={"X-Session-Token": token}).status_code == 401


def test_a_token_of_an_inactive_account_is_refused(token):
    User.objects.update(is_active=False)
    assert APIClient().get("/api/v1/offers", headers={"X-Session-Token": token}).status_code == 401


def test_a_session_with_a_csrf_token_may_change_things(coordinator):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(coordinator)
    browser.cookies["csrftoken"] = "a" * 32
    path = f"/api/v1/offers/{uuid.uuid4()}/accept"
    assert browser.post(path).status_code == 403
    assert browser.post(path, headers={"X-CSRFToken": "a" * 32}).status_code == 404
