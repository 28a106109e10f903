"""Every operation of the document under made-up and broken calls, by everyone: no 5xx, all as documented."""

import os
import uuid
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.errors import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.wsgi import application
from common.api.document import document
from common.api.throttling import AnonymousThrottle, UserThrottle
from matching import services as matching
from matching.api.views import OfferViewSet
from matching.models import Assignment, Offer
from tests.factories.matching import Town, open_request
from tests.standing import standing

# Calls per operation; more of them find more: API_EXAMPLES=100. PostgreSQL refuses more of what one
# may send (bytes that are no text, numbers too large), so most of them go there.
EXAMPLES = int(os.environ.get("API_EXAMPLES", "2" if connection.vendor == "sqlite" else "5"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ("nobody", "resident", "volunteer", "coordinator")


class World:
    """A town in the middle of things, and a token for each role."""

    def __init__(self) -> None:
        town = Town(volunteers=3)
        asked, agreed = open_request(town.centre), open_request(town.centre)
        for volunteer in town.volunteers[:2]:
            matching.ask_volunteer(asked, volunteer, by=town.coordinator)
        offer = matching.ask_volunteer(agreed, town.volunteers[0], by=town.coordinator)
        matching.accept_offer(offer, by=town.volunteers[0].user)
        self.users = {
            "resident": agreed.resident.user,
            "volunteer": town.volunteers[0].user,
            "coordinator": town.coordinator,
        }
        requests = [town.request, asked, agreed]
        rows = {
            "offer": Offer.objects.all(),
            "assignment": Assignment.objects.all(),
            "request": requests,
            "resident": [request.resident for request in requests],
            "volunteer": town.volunteers,
        }
        self.ids = {kind: [str(row.pk) for row in found] for kind, found in rows.items()}
        self._tokens = {role: self._sign_in(role) for role in self.users}

    def _sign_in(self, role: str) -> str:
        browser = Client()
        browser.force_login(self.users[role])
        return str(browser.session.session_key)

    def headers(self, role: str) -> dict[str, str]:
        """What a signed-in app sends."""
        return {"X-Session-Token": self._tokens[role]} if role in self._tokens else {}

    def existing(self, value: Any, name: str, number: int) -> Any:
        """The same value, each made-up UUID replaced by one of the kind its field is named after."""
        if isinstance(value, dict):
            return {key: self.existing(inner, key, number) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.existing(inner, name, number) for inner in value]
        if not is_uuid(value):
            return value
        kinds = [kind for kind in self.ids if kind in name.lower()] or list(self.ids)
        pool = list(chain(*(self.ids[kind] for kind in kinds)))
        return pool[number % len(pool)]


def is_uuid(value: Any) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except (ValueError, AttributeError, TypeError):
        return False


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A server closes stale connections around each request; here all calls share the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def standing_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The same for every call: what one changes is undone."""
    with standing(World, django_db_blocker) as made:
        yield made


@pytest.fixture
def world(standing_world: World, db: None, _one_connection: None, monkeypatch: pytest.MonkeyPatch) -> World:
    for throttle in (AnonymousThrottle, UserThrottle):
        monkeypatch.setattr(throttle, "allow_request", lambda *_call: True)
    return standing_world


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.slow
@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
def test_an_operation_holds_its_promise(operation, world):
    calls = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if operation.path_parameters or operation.query or operation.body:
        calls |= operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    subject = operation.path.split("/{")[0].rsplit("/", 1)[-1]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=calls, number=st.integers(0, 1000))
    def call(case: Any, number: int) -> None:
        if number % 4:  # the rest asks for what is not there
            parameters = case.path_parameters or {}
            case.path_parameters = {
                key: world.existing(value, subject, number) for key, value in parameters.items()
            }
            case.body = world.existing(case.body, "", number)
        # To think a call up takes longer than to make it: each is made by everyone.
        for role in ROLES:
            try:
                make(case, world.headers(role))
            except BaseException as error:
                error.add_note(f"asked as {role}")
                raise

    call()


def make(case: Any, headers: dict[str, str]) -> None:
    """Call and look at the answer; each call meets the same world."""
    with transaction.atomic():
        response = case.call(headers=headers)
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
    assert response.headers["api-version"]


def test_the_check_sees_a_server_error(world, monkeypatch):
    """The same call fails when an operation breaks: the net has no hole."""
    monkeypatch.setattr(OfferViewSet, "scope", lambda *_call: 1 / 0)
    listing = next(found for found in operations() if found.label == "GET /api/v1/offers")
    case = listing.Case()
    response = case.call(headers=world.headers("volunteer"))
    assert response.status_code == 500
    with pytest.raises(FailureGroup):
        case.validate_response(response, checks=CHECKS)
