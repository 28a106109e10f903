"""Errors in words: for pages, for htmx, for programs; with the right status and a way back."""

import asyncio

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import AsyncClient, Client
from django.urls import include, path

from backend import refusals
from backend.middleware import HtmxSignInMiddleware
from common.errors import DomainError, Forbidden, InvalidInput, NotFound
from tests.factories.people import CentreFactory

HTMX = {"HX-Request": "true"}


class Gone(DomainError):
    code = "gone"
    message = "Someone else is helping now."


ERRORS = {
    "gone": Gone(),
    "forbidden": Forbidden(),
    "hidden": NotFound("We do not know this person."),
    "input": InvalidInput("Choose a day.", field="day"),
    "away": OperationalError("secret host 10.0.0.1 is down"),
    "denied": PermissionDenied(),
    "odd": SuspiciousOperation("odd"),
    "bug": ZeroDivisionError("secret detail"),
}


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


async def fail_async(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


def to_login(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/account/login/?next=/deel/")


def elsewhere(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/vandaag/")


urlpatterns = [
    path("fout/<slug:kind>/", fail),
    path("fout-async/<slug:kind>/", fail_async),
    path("api/fout/<slug:kind>/", fail),
    path("deel/", to_login),
    path("verder/", elsewhere),
    path("", include("backend.urls")),
]
handler400 = refusals.bad_request
handler403 = refusals.forbidden
handler404 = refusals.not_found
handler500 = refusals.server_error

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("kind", "status", "sentence"),
    [
        ("gone", 409, "Someone else is helping now."),
        ("forbidden", 403, "You may not do this."),
        ("hidden", 404, "We do not know this person."),
        ("input", 422, "Choose a day."),
        ("denied", 403, "This page is not for you"),
        ("odd", 400, "We did not understand that"),
        ("bug", 500, "Something went wrong on our side"),
    ],
)
def test_a_page_says_what_is_wrong_and_keeps_the_status(visitor, kind, status, sentence):
    answer = visitor.get(f"/fout/{kind}/")
    assert answer.status_code == status
    page = answer.content.decode()
    assert sentence in page
    assert "<!doctype html>" in page
    assert 'class="sk-button" href="/"' in page


def test_an_asynchronous_view_fails_in_the_same_words():
    async def both() -> tuple[HttpResponse, HttpResponse]:
        client = AsyncClient(raise_request_exception=False)
        return await client.get("/fout-async/gone/"), await client.get("/fout-async/away/")

    gone, away = async_to_sync(both)()
    assert (gone.status_code, away.status_code) == (409, 503)
    assert "Someone else is helping now." in gone.content.decode()


def test_htmx_gets_an_alert_at_the_top_of_the_page(visitor):
    answer = visitor.get("/fout/gone/", headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#messages"
    assert answer.content.decode().lstrip().startswith('<div class="sk-alert sk-alert--danger" role="alert">')


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_database_that_is_away_asks_to_come_back(visitor, headers):
    answer = visitor.get("/fout/away/", headers=headers)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "10.0.0.1" not in answer.content.decode()


@pytest.mark.parametrize("kind", ["away", "bug"])
def test_a_page_about_a_fault_asks_nothing_of_the_database(visitor, kind, django_assert_num_queries):
    CentreFactory()
    with django_assert_num_queries(0):
        visitor.get(f"/fout/{kind}/")


def test_a_database_that_goes_away_outside_a_view_is_told_the_same_way(visitor, monkeypatch):
    def broken(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("locked")

    monkeypatch.setattr("django.contrib.messages.middleware.MessageMiddleware.process_response", broken)
    answer = visitor.get("/")
    assert answer.status_code == 503
    assert "Retry-After" in answer


def test_a_bug_tells_nothing_of_itself(visitor):
    assert "secret detail" not in visitor.get("/fout/bug/").content.decode()


@pytest.mark.parametrize(("kind", "status"), [("away", 503), ("bug", 500), ("denied", 403), ("odd", 400)])
def test_a_program_gets_a_problem_instead_of_a_page(visitor, kind, status):
    answer = visitor.get(f"/api/fout/{kind}/")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unknown_page_keeps_the_frame_with_its_phone_number(visitor):
    CentreFactory(phone="030 765 43 21")
    answer = visitor.get("/bestaat-niet/")
    assert answer.status_code == 404
    assert "030 765 43 21" in answer.content.decode()


def test_a_form_without_its_token_is_explained(visitor):
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    answer = strict.post("/weergave/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Please send it once more" in answer.content.decode()


def test_a_fragment_never_holds_the_sign_in_page(visitor):
    answer = visitor.get("/deel/", headers={**HTMX, "HX-Current-URL": "http://testserver/balie/?q=1"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/account/login/?next=/balie/%3Fq%3D1"


def test_a_current_page_of_another_site_is_not_returned_to(visitor):
    answer = visitor.get("/deel/", headers={**HTMX, "HX-Current-URL": "http://elsewhere.example/x"})
    assert answer["HX-Redirect"] == "/account/login/?next=/"


@pytest.mark.parametrize(("address", "headers"), [("/deel/", {}), ("/verder/", HTMX)])
def test_other_redirects_are_left_alone(visitor, address, headers):
    assert visitor.get(address, headers=headers).status_code == 302


def test_the_sign_in_middleware_works_without_a_thread_under_asgi(rf):
    async def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect("/account/login/")

    request = rf.get("/deel/")
    request.htmx = type("Details", (), {"current_url_abs_path": "/balie/", "__bool__": lambda self: True})()
    middleware = HtmxSignInMiddleware(answer)
    assert middleware.async_mode
    assert asyncio.run(middleware(request))["HX-Redirect"] == "/account/login/?next=/balie/"
