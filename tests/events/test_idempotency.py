"""Repeating a call with its key gives the same answer and one effect."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test import AsyncClient, Client
from django.test.client import encode_multipart
from rest_framework.test import APIClient

from events import idempotency
from events.events import CleanUpDue
from events.models import EventRecord, IdempotentCall
from events.receivers import forget_calls
from events.services import forget_old_calls
from tests.events.conftest import effects, in_threads
from tests.events.urls import Gate

THINGS = "/api/v1/things"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.events.urls")]


@pytest.fixture
def user():
    return get_user_model().objects.create_user("truus@voorbeeld.nl")


@pytest.fixture
def client(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def post(client: Client, key: str | None = "key-1", *, path: str = THINGS, **body):
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(path, body, content_type="application/json", headers=headers)


def made() -> int:
    return effects()[1, "one"]


def test_without_a_key_every_call_has_its_effect(client):
    assert [post(client, None).status_code for _call in range(2)] == [201, 201]
    assert made() == 2
    assert not IdempotentCall.objects.exists()


def test_a_repeat_gets_the_same_answer_and_has_no_effect(client):
    first, second = post(client, what="ride"), post(client, what="ride")
    assert (second.status_code, second.content) == (201, first.content)
    assert second["Location"] == first["Location"]
    assert second["Content-Type"] == first["Content-Type"]
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert made() == 1


def test_another_key_is_another_call(client):
    post(client, "key-1")
    assert "Idempotency-Replayed" not in post(client, "key-2")
    assert made() == 2


@pytest.mark.parametrize(
    "change", [{"path": "/api/v1/others"}, {"path": THINGS + "?a=1"}, {"what": "groceries"}]
)
def test_a_key_is_not_reused_for_another_call(client, change):
    post(client)
    refused = post(client, **change)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "idempotency-key-reused"
    assert made() == 1


def test_the_method_is_part_of_the_call(client):
    post(client)
    assert client.put(THINGS, {}, "application/json", headers={"Idempotency-Key": "key-1"}).status_code == 422


@pytest.mark.parametrize("key", ["", "x" * 129, "sleutel één", "tab\tkey"])
def test_a_malformed_key_is_refused(client, key):
    refused = post(client, key)
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"
    assert made() == 0


@pytest.mark.parametrize("key", ["x", "x" * 128, '"8e03978e-40d5-43dd-bc93-6894a57f9324"'])
def test_visible_characters_make_a_key(client, key):
    assert post(client, key).status_code == 201


def test_safe_methods_and_pages_take_no_notice(client):
    headers = {"Idempotency-Key": "key-1"}
    assert client.get(THINGS, headers=headers).status_code == 405
    for _call in range(2):
        client.post("/page", headers=headers)
    assert made() == 2
    assert not IdempotentCall.objects.exists()


# --- What is kept ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_server_error_undoes_the_effect_and_the_repeat_runs_anew(client):
    assert [post(client, status=503).status_code for _call in range(2)] == [503, 503]
    assert post(client, path="/api/v1/crash").status_code == 500
    assert made() == 0
    assert not IdempotentCall.objects.exists()
    assert post(client, status=201).status_code == 201


def test_a_refusal_is_not_kept(client):
    assert post(client, status=409).status_code == 409
    again = post(client, status=409)
    assert "Idempotency-Replayed" not in again
    assert post(client, status=201).status_code == 201


def test_what_a_refusing_view_counted_stays_counted(client):
    """Throttle counters may live in the same database: a key is no way around the limits."""
    post(client, status=429)
    assert made() == 1


def test_an_answer_without_end_is_not_kept(client):
    for _call in range(2):
        assert b"".join(post(client, path="/api/v1/stream").streaming_content) == b"ab"
    assert made() == 2


def test_of_a_view_that_leaves_no_trace_nothing_is_kept(client):
    answers = [post(client, path="/api/v1/untraced") for _call in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (made(), IdempotentCall.objects.count()) == (2, 0)


def test_cookies_are_not_kept(client):
    assert "secret" in post(client, path="/api/v1/cookie").cookies
    assert "secret" not in post(client, path="/api/v1/cookie").cookies


def test_the_kept_answer_is_not_readable_in_the_database(client):
    body = post(client, what="ride").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer, scope, fingerprint FROM events_idempotentcall")
        row = " ".join(cursor.fetchone())
    assert "made" in body
    assert "made" not in row
    assert "truus" not in row


def test_a_form_sent_again_has_another_boundary_and_is_the_same_call(client):
    def send(boundary: str, content: bytes):
        form = encode_multipart(boundary, {"photo": SimpleUploadedFile("a.txt", content)})
        kind = f"multipart/form-data; boundary={boundary}"
        return client.post("/api/v1/upload", form, kind, headers={"Idempotency-Key": "key-1"})

    assert send("one", b"hello").content == b"5"
    assert send("two", b"hello")["Idempotency-Replayed"] == "true"
    assert send("three", b"hello!").status_code == 422


def test_kept_answers_go_after_a_day(client, clock):
    post(client, "old")
    clock.forward(hours=2)
    post(client, "young")
    clock.forward(hours=22)
    forget_calls(CleanUpDue(), EventRecord())
    assert IdempotentCall.objects.count() == 2
    clock.forward(seconds=1)
    forget_calls(CleanUpDue(), EventRecord())
    assert IdempotentCall.objects.get().key == "young"
    clock.forward(seconds=timedelta(days=1).total_seconds())
    assert forget_old_calls() == 1


# --- Whose key it is -------------------------------------------------------------------------


def test_a_key_belongs_to_its_account(client):
    other = Client()
    other.force_login(get_user_model().objects.create_user("henk@voorbeeld.nl"))
    post(client)
    assert "Idempotency-Replayed" not in post(other)
    assert made() == 2


def test_an_account_keeps_its_key_in_another_session(client, user):
    post(client)
    other = Client()
    other.force_login(user)
    assert post(other)["Idempotency-Replayed"] == "true"


def test_a_signed_out_person_gets_no_replay(client):
    post(client)
    client.logout()
    assert "Idempotency-Replayed" not in post(client)


def test_a_deactivated_account_gets_no_replay(client, user):
    post(client)
    user.is_active = False
    user.save()
    assert "Idempotency-Replayed" not in post(client)


def test_a_replay_needs_the_csrf_token_as_the_call_did(user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    post(Client(), "other")
    trusting = Client()
    trusting.force_login(user)
    assert post(trusting).status_code == 201
    assert "Idempotency-Replayed" not in post(strict)


def test_authentication_as_the_api_does_it(user):
    api = APIClient()
    api.force_authenticate(user)
    first = api.post(THINGS, {}, format="json", headers={"Idempotency-Key": "key-1"})
    second = api.post(THINGS, {}, format="json", headers={"Idempotency-Key": "key-1"})
    assert first.status_code == 201
    assert second["Idempotency-Replayed"] == "true"


def test_strangers_share_a_key_only_for_the_very_same_request():
    one, two = Client(), Client()
    post(one, what="a")
    assert "Idempotency-Replayed" not in post(two, what="b")
    assert post(two, what="b")["Idempotency-Replayed"] == "true"
    assert made() == 2


def test_a_stranger_with_a_session_has_keys_of_their_own():
    one, two = Client(), Client()
    for client in (one, two):
        session = client.session
        session["seen"] = True
        session.save()
    post(one, what="a")
    assert "Idempotency-Replayed" not in post(two, what="a")
    assert post(one, what="b").status_code == 422


# --- At the same time ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_repeat_while_the_first_still_runs_is_told_to_wait(client, user):
    other = Client()
    other.force_login(user)
    Gate.entered.clear()
    Gate.leave.clear()

    def call(position: int):
        if position == 0:
            return post(client, path="/api/v1/slow")
        assert Gate.entered.wait(60)
        try:
            return post(other, path="/api/v1/slow")
        finally:
            Gate.leave.set()

    first, second = in_threads(2, call)
    assert (second.status_code, second["Retry-After"]) == (409, "1")
    assert second["Content-Type"] == "application/problem+json"
    assert second.json()["code"] == "idempotency-key-in-use"
    assert (first.status_code, first.content) == (200, b"done")
    assert post(other, path="/api/v1/slow")["Idempotency-Replayed"] == "true"
    assert made() == 1


@pytest.mark.django_db(transaction=True)
def test_processes_tell_each_other_of_running_calls_where_there_can_be_several():
    call = idempotency.Call("scope", "key", "fingerprint")
    with transaction.atomic():
        assert idempotency._only_one_anywhere(call)
        assert in_threads(1, lambda _position: idempotency._only_one_anywhere(call)) == [
            connection.vendor == "sqlite"  # one process, which knows its own threads
        ]
    assert in_threads(1, lambda _position: idempotency._only_one_anywhere(call)) == [True]


@pytest.mark.django_db(transaction=True)
def test_fifty_repeats_at_once_have_one_effect(client, user):
    clients = [Client() for _call in range(50)]
    for other in clients:
        other.force_login(user)

    def insist(position: int):
        """Repeat as a client would: for as long as the first call is still running."""
        while (answer := post(clients[position], what="ride")).status_code == 409:
            assert answer["Retry-After"] == "1"
            assert answer.json()["code"] == "idempotency-key-in-use"
        return answer.status_code, answer.content, answer.headers.get("Idempotency-Replayed")

    answers = in_threads(50, insist)
    assert {(status, body) for status, body, _replayed in answers} == {(201, answers[0][1])}
    assert sum(replayed is None for *_answer, replayed in answers) == 1
    assert made() == 1
    assert IdempotentCall.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_keys_fifty_calls_have_fifty_effects(user):
    """Negative control of the test above."""
    client = Client()
    client.force_login(user)
    statuses = in_threads(50, lambda _position: post(client, None).status_code)
    assert statuses == [201] * 50
    assert made() == 50


# --- Served by an asynchronous server --------------------------------------------------------


@pytest.fixture
async def asgi() -> AsyncIterator[None]:
    """Gives back the connections of the thread in which synchronous code runs."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.mark.django_db(transaction=True)
async def test_it_holds_under_asgi(user, asgi):
    client = AsyncClient(raise_request_exception=False)
    await client.aforce_login(user)
    headers = {"Idempotency-Key": "key-1"}

    async def send(**body):
        return await client.post(THINGS, body, content_type="application/json", headers=headers)

    assert (await send(status=503)).status_code == 503
    assert await sync_to_async(made)() == 0  # view and key share one transaction
    first, second = await send(), await send()
    assert second.content == first.content
    assert second["Idempotency-Replayed"] == "true"
    assert await sync_to_async(made)() == 1


@pytest.mark.django_db(transaction=True)
async def test_asynchronous_views_are_answered_with_and_without_a_key(user, asgi):
    client = AsyncClient()
    for headers in ({}, {"Idempotency-Key": "key-1"}):
        assert (await client.post("/api/v1/async", headers=headers)).json() == {"asynchronous": True}
