"""The OpenAPI document is made without a warning, follows the house rules and shows on a page."""

import json
import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path, reverse
from drf_spectacular.validation import validate_schema

from common.api import problems
from common.api.document import document, endpoints, subjects
from common.api.router import ApiRouter
from common.api.schema import EnglishSchemaGenerator
from tests.api.sample import OrganisationViewSet, Sold

METHODS = {"get", "post", "put", "patch", "delete"}
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*(_\d+)?")


def operations():
    return [
        (address, method, operation)
        for address, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_made_without_a_single_warning():
    call_command("spectacular", "--fail-on-warn", stdout=StringIO())  # it is validated below


def test_it_is_openapi_3_1():
    assert document()["openapi"].startswith("3.1")
    assert document()["info"]["version"] == settings.API_VERSION
    validate_schema(json.loads(json.dumps(document())))


def test_addresses_are_kebab_case_without_a_slash_at_the_end():
    for address in document()["paths"]:
        assert re.fullmatch(r"/api/v1(/([a-z]+(-[a-z]+)*(\.json)?|{[a-z]+}))*", address), address


def test_names_are_camel_case():
    wrong = [
        f"{name}.{field}"
        for name, schema in document()["components"]["schemas"].items()
        for field in [*schema.get("properties", {}), *schema.get("required", [])]
        if not CAMEL.fullmatch(field)
    ]
    wrong += [
        f"{address} {parameter['name']}"
        for address, _method, operation in operations()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and not CAMEL.fullmatch(parameter["name"])
    ]
    assert wrong == []


def test_a_time_of_day_has_no_zone():
    schemas = document()["components"]["schemas"]
    start = schemas["HelpRequest"]["properties"]["startTime"]
    assert "format" not in start
    for told in ("14:30", "00:00:00", "23:59:59.123456"):
        assert re.search(start["pattern"], told)
    for wrong in ("24:00", "14:30Z", "14:60", "9:00"):
        assert not re.search(start["pattern"], wrong)


def test_every_operation_says_what_it_is_for():
    silent = [
        (address, method) for address, method, operation in operations() if not operation.get("summary")
    ]
    assert silent == []


def test_every_error_is_a_problem():
    for address, method, operation in operations():
        for status, answer in operation["responses"].items():
            if status >= "400":
                media = answer["content"]
                assert set(media) == {problems.MEDIA_TYPE}, (address, method, status)
                assert media[problems.MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_no_list_is_a_bare_array():
    for address, method, operation in operations():
        for answer in operation["responses"].values():
            for media in answer.get("content", {}).values():
                assert media["schema"].get("type") != "array", (address, method)


def test_every_unsafe_operation_takes_an_idempotency_key():
    for address, method, operation in operations():
        headers = {
            parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "header"
        }
        assert headers == (set() if method == "get" else {"Idempotency-Key"}), (address, method)


def test_ways_to_sign_in():
    assert document()["components"]["securitySchemes"] == {
        "sessionToken": {"type": "apiKey", "in": "header", "name": "X-Session-Token"},
        "cookieAuth": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
    }


@pytest.mark.django_db
def test_the_document_is_for_everyone_from_anywhere(client):
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["API-Version"] == settings.API_VERSION
    assert response.json() == json.loads(json.dumps(document()))


@pytest.mark.django_db
def test_the_root_lists_where_to_start(client):
    listed = [endpoint["href"] for endpoint in client.get("/api/v1").json()["endpoints"]]
    assert listed == [endpoint["href"] for endpoint in endpoints()]
    assert "/api/v1/offers" in listed
    assert not [href for href in listed if "{" in href]


@pytest.mark.django_db
def test_the_type_of_a_problem_leads_to_its_explanation(client, monkeypatch):
    # There are more kinds than a visitor may ask for in a minute.
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_args: True)
    for kind in problems.known_kinds().values():
        address = reverse("api:problem-kind", args=[kind.code])
        assert address == problems.TYPE_PREFIX + kind.code
        body = client.get(address).json()
        assert (body["code"], body["status"]) == (kind.code, kind.status)


@pytest.mark.django_db
def test_an_unknown_kind_of_problem(client):
    assert client.get("/api/v1/problems/no-such-thing").status_code == 404


# --- The page for people ---------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_page_shows_every_operation(client):
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    for address, method, _operation in operations():
        assert f"{method.upper()} {address}" in text
    for kind in problems.known_kinds().values():
        assert f"<code>{kind.code}</code>" in text
    assert "Please sign in first." in text  # in English, whatever the language of the page around it
    assert "style=" not in text
    shown = re.findall(r'\bid="([^"]+)"', text)
    assert len(shown) == len(set(shown))


def test_the_page_names_bodies_parameters_and_answers():
    accept = next(row for row in subjects()["offers"] if row.path == "/api/v1/offers/{id}/accept")
    assert accept.signed_in
    assert accept.parameters[0]["name"] in ("id", "Idempotency-Key")
    assert {answer["status"] for answer in accept.answers} >= {"200", "401", "404", "409"}
    root = subjects()["api"][0]
    assert not root.signed_in


# --- Declared domain errors ------------------------------------------------------------------------
class Selling(OrganisationViewSet):
    domain_errors = (Sold,)


@pytest.fixture
def paths():
    one = ApiRouter()
    one.register("organisations", Selling, basename="organisation")
    generator = EnglishSchemaGenerator(patterns=[path("api/v1/", include(one.urls))])
    return generator.get_schema(public=True)["paths"]


def parameters(operation):
    return {parameter["name"] for parameter in operation.get("parameters", [])}


def test_a_declared_domain_error_stands_under_its_status(paths):
    answers = paths["/api/v1/organisations/{id}/give-name"]["post"]["responses"]
    assert "`sold`: This one is sold." in answers["409"]["description"]
    assert "`invalid-transition`" in answers["409"]["description"]
    assert "`invalid-input`" in answers["422"]["description"]
    assert set(answers) >= {"200", "400", "401", "403", "404", "406", "413", "415", "429", "503"}


def test_filters_and_pages_are_parameters_where_they_count(paths):
    assert parameters(paths["/api/v1/organisations"]["get"]) == {"nameStarts", "cursor", "pageSize"}
    assert not parameters(paths["/api/v1/organisations/shortest"]["get"]) & {"cursor", "pageSize"}
