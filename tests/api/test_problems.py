"""Every error is problem+json, says all that is wrong at once and nothing it should not say."""

import uuid

import pytest
from django.core.exceptions import SuspiciousOperation
from rest_framework.test import APIClient

from common.api import problems
from common.errors import DomainError

pytestmark = [pytest.mark.urls("tests.api.sample"), pytest.mark.django_db]
LIST = "/api/v1/organisations"


def problem(response, status, code):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"/api/v1/problems/{code}"
    assert set(body) == {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert body["title"]
    assert body["detail"]
    return body


def test_not_signed_in_is_401_with_a_challenge(anonymous):
    response = anonymous.get(LIST)
    problem(response, 401, "not-signed-in")
    assert response["WWW-Authenticate"] == 'X-Session-Token realm="api"'


def test_an_unknown_token_is_401(anonymous):
    problem(anonymous.get(LIST, headers={"X-Session-Token": "nonsense"}), 401, "not-signed-in")


def test_a_session_without_csrf_token_is_403(coordinator, own):
    strict = APIClient(enforce_csrf_checks=True)
    strict.force_login(coordinator)
    problem(strict.post(f"{LIST}/{own.pk}/give-name", {"firstLine": "a"}, format="json"), 403, "forbidden")


def test_absent_and_foreign_look_exactly_alike(signed_in, foreign):
    absent_id = uuid.uuid4()
    absent = problem(signed_in.get(f"{LIST}/{absent_id}"), 404, "not-found")
    other = problem(signed_in.get(f"{LIST}/{foreign.pk}"), 404, "not-found")
    assert absent["instance"].replace(str(absent_id), str(foreign.pk)) == other["instance"]
    assert {**absent, "instance": ""} == {**other, "instance": ""}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/nothing", "/api/v1/organisations/", "/api/v1/organisations/12"]
)
def test_every_other_address_is_a_404_problem(anonymous, method, path):
    body = problem(getattr(anonymous, method)(path), 404, "not-found")
    assert body["instance"] == path


def test_a_method_the_address_does_not_know(signed_in):
    response = signed_in.put(LIST, {}, format="json")
    problem(response, 405, "method-not-allowed")
    assert response["Allow"] == "GET, HEAD"


def test_options_tells_nothing_about_serializers(signed_in, own):
    problem(signed_in.options(f"{LIST}/{own.pk}/give-name"), 405, "method-not-allowed")


def test_an_answer_in_another_format_is_406(signed_in):
    problem(signed_in.get(LIST, headers={"Accept": "text/csv"}), 406, "not-acceptable")


def test_a_body_in_another_format_is_415(signed_in, own):
    response = signed_in.post(
        f"{LIST}/{own.pk}/give-name", "a=1", content_type="application/x-www-form-urlencoded"
    )
    problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body", ["{", "", "nonsense", '{"a": NaN}', '{"firstLine": "a", "first_line": "b"}', b"\xff"]
)
def test_a_body_that_cannot_be_read_is_400(signed_in, own, body):
    response = signed_in.post(f"{LIST}/{own.pk}/give-name", body, content_type="application/json")
    expected = "invalid-fields" if body == "" else "malformed"  # no body at all is a body without fields
    problem(response, 400, expected)


def test_a_body_that_is_too_large_is_413(signed_in, own, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = signed_in.post(f"{LIST}/{own.pk}/give-name", {"firstLine": "a" * 200}, format="json")
    problem(response, 413, "too-large")


def test_all_field_errors_at_once_with_their_paths(signed_in, own):
    sent = {"firstLine": "much too long for this", "otherLines": [{"houseNumber": 1}, {"houseNumber": 0}, {}]}
    response = signed_in.post(
        f"{LIST}/{own.pk}/give-name", sent, format="json", headers={"Accept-Language": "en"}
    )
    errors = problem(response, 400, "invalid-fields")["errors"]
    assert [(error["name"], error["code"]) for error in errors] == [
        ("firstLine", "max-length"),
        ("otherLines.1.houseNumber", "min-value"),
        ("otherLines.2.houseNumber", "required"),
    ]
    assert all(error["reason"] for error in errors)


def test_an_error_of_the_whole_body_has_no_name(signed_in, own):
    response = signed_in.post(f"{LIST}/{own.pk}/give-name", {"firstLine": "nonsense"}, format="json")
    assert problem(response, 400, "invalid-fields")["errors"] == [
        {"name": "", "code": "no-sense", "reason": "This makes no sense."}
    ]


def test_a_body_that_is_no_object(signed_in, own):
    response = signed_in.post(f"{LIST}/{own.pk}/give-name", [1], format="json")
    assert problem(response, 400, "invalid-fields")["errors"][0]["name"] == ""


def test_a_domain_error_keeps_its_status_code_and_sentence(anonymous):
    body = problem(anonymous.get("/api/v1/raising/sold"), 409, "sold")
    assert body["title"] == body["detail"] == "This one is sold."


def test_a_refused_value_names_its_field(anonymous):
    body = problem(anonymous.get("/api/v1/raising/field"), 422, "invalid-input")
    assert body["detail"] == "Not this street."
    assert body["errors"] == [{"name": "houseNumber", "code": "invalid-input", "reason": "Not this street."}]
    assert body["title"] != body["detail"]


def test_a_clash_in_the_database_is_409_and_keeps_the_databases_words_inside(anonymous):
    response = anonymous.get("/api/v1/raising/integrity")
    problem(response, 409, "conflict")
    assert b"UNIQUE" not in response.content


@pytest.mark.parametrize("kind", ["operational", "interface"])
def test_a_database_that_is_away_is_503_with_a_moment_to_come_back(anonymous, kind):
    response = anonymous.get(f"/api/v1/raising/{kind}")
    problem(response, 503, "unavailable")
    assert int(response["Retry-After"]) >= 1
    assert b"connection" not in response.content


def test_a_bug_is_500_without_its_words():
    client = APIClient(raise_request_exception=False)
    response = client.get("/api/v1/raising/bug")
    problem(response, 500, "server-error")
    assert b"secret" not in response.content


def test_a_bug_reaches_djangos_own_handling(anonymous):
    """So that it is logged and counted as any other."""
    with pytest.raises(ZeroDivisionError):
        anonymous.get("/api/v1/raising/bug")


def test_a_suspicious_request_is_400():
    assert problems.problem_of(SuspiciousOperation("../..")).kind is problems.MALFORMED
    assert problems.problem_of(KeyError("x")) is None


def test_too_many_requests_say_when_to_come_back(anonymous, monkeypatch):
    from common.api.throttling import AnonymousThrottle

    monkeypatch.setattr(AnonymousThrottle, "rate", "2/min", raising=False)
    codes = [anonymous.get("/api/v1/raising/sold").status_code for _call in range(3)]
    assert codes == [409, 409, 429]
    response = anonymous.get("/api/v1/raising/sold")
    problem(response, 429, "too-many-requests")
    assert 1 <= int(response["Retry-After"]) <= 60


def test_a_made_up_forwarded_address_does_not_escape_the_limit(anonymous, monkeypatch):
    from common.api.throttling import AnonymousThrottle

    monkeypatch.setattr(AnonymousThrottle, "rate", "2/min", raising=False)
    codes = [
        anonymous.get("/api/v1/raising/sold", headers={"X-Forwarded-For": f"10.0.0.{call}"}).status_code
        for call in range(3)
    ]
    assert codes[-1] == 429


def test_the_sentences_follow_the_language(anonymous):
    dutch = anonymous.get(LIST, headers={"Accept-Language": "nl"}).json()
    english = anonymous.get(LIST, headers={"Accept-Language": "en"}).json()
    assert dutch["title"] == "Log eerst in."
    assert english["title"] == "Please sign in first."
    assert dutch["code"] == english["code"]


def test_every_code_means_one_status():
    """A code is stable and for programs: two kinds never share one with another status."""
    seen: dict[str, int] = {}
    for kind in (*problems.GENERAL_KINDS, *every(DomainError)):
        assert seen.setdefault(kind.code, kind.status) == kind.status, kind.code
        assert kind.code == kind.code.lower().replace("_", "-")
    assert set(seen) == set(problems.known_kinds())


def every(kind):
    """The class and all that derive from it."""
    return [kind, *(found for child in kind.__subclasses__() for found in every(child))]
