"""Every address × method × person: what they get (trust.md, threat 1).

The expected answers stand in ``matrix.txt``, one line per address and method, one column per
person of ``world.ACTORS``. A new address fails the test until a line says who may use it.
Addresses of libraries are listed in ``library_routes.txt`` and tried as a whole.

On SQLite everybody tries everything. Who may what is decided by the same code on both databases, from what
the same questions return: on PostgreSQL one person for each answer that an address gives tries it.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine as machine
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from matching.supply import supply
from tests.access.world import ACTORS, World, all_routes, build_world
from tests.factories.people import sign_in_by_code
from tests.refusing import drawn_once
from tests.standing import standing

HERE = Path(__file__).parent
LIBRARIES = ("account/", "_allauth/", "beheer/")
pytestmark = pytest.mark.django_db


def expected() -> dict[tuple[str, str], tuple[str, ...]]:
    """The lines of the matrix by method and route."""
    lines = (HERE / "matrix.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def own_routes() -> list[str]:
    return sorted(route for route in all_routes() if not route.startswith(LIBRARIES))


def methods_of(route: str) -> tuple[str, ...]:
    """The methods to try: what a viewset has actions for, else reading and posting."""
    callback = all_routes()[route].callback
    actions = getattr(callback, "actions", None) or {"get": "", "post": ""}
    return tuple(sorted(method.upper() for method in actions if method not in {"head", "options"}))


def address(route: str, world: World) -> str:
    """The route with its parameters filled in."""
    arguments = world.arguments(route)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(arguments[match[1]]), route)


class Visitors:
    """One signed-in client per person of the world."""

    def __init__(self, world: World) -> None:
        self._clients = {person: Client(raise_request_exception=False) for person in ACTORS}
        for person, client in self._clients.items():
            if world.people[person].is_authenticated:
                sign_in_by_code(client, world.people[person])
        self._cookies = {person: client.cookies.copy() for person, client in self._clients.items()}

    def answer(self, person: str, method: str, path: str) -> str:
        """The status a person gets; whatever they changed is undone."""
        client = self._clients[person]
        kind = {"content_type": "application/json"} if path.startswith("/api/") and method != "GET" else {}
        with transaction.atomic():
            status = client.generic(method, path, b"{}" if kind else b"", **kind).status_code
            transaction.set_rollback(True)
        client.cookies = self._cookies[person].copy()
        return str(status)


@pytest.fixture(autouse=True)
def _quiet_and_unlimited(settings, monkeypatch):
    """Thousands of refusals in a row: neither logged one by one nor throttled."""
    logging.disable(logging.ERROR)
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_args: True)
    yield
    logging.disable(logging.NOTSET)


@dataclass
class Sight:
    """What there is to see, and who look."""

    world: World
    visitors: Visitors
    made_at: datetime


def make_sight() -> Sight:
    world = build_world()
    return Sight(world, Visitors(world), datetime.now(UTC))


@pytest.fixture(scope="module")
def standing_sight(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sight]:
    with standing(make_sight, django_db_blocker) as made:
        yield made


@pytest.fixture
def sight(standing_sight: Sight) -> Iterator[Sight]:
    """One for all parts: whatever a visitor changes is undone, and for none of them time has gone by."""
    supply.forget()
    with machine.travel(standing_sight.made_at, tick=False), drawn_once():
        yield standing_sight
    supply.forget()


def first_part(route: str) -> str:
    """The matrix is tried in parts, side by side: by the first words of the address."""
    words = route.split("/")
    return "/".join(words[:3] if words[0] == "api" else words[:1])


def who_try(wanted: dict[str, str], turn: int) -> list[str]:
    """All; on PostgreSQL one for each different answer: another of them, turn by turn."""
    if connection.vendor == "sqlite":
        return list(wanted)
    alike = [[person for person in wanted if wanted[person] == status] for status in set(wanted.values())]
    return [persons[turn % len(persons)] for persons in alike]


@pytest.mark.parametrize("part", sorted({first_part(route) for route in own_routes()}))
def test_everybody_gets_what_the_matrix_says(sight, part):
    world, visitors = sight.world, sight.visitors
    table, wrong = expected(), []
    for turn, route in enumerate(own_routes()):
        for method in methods_of(route) if first_part(route) == part else ():
            statuses = table.get((method, route or "home"), ["unlisted"] * len(ACTORS))
            wanted = dict(zip(ACTORS, statuses, strict=True))
            for person in who_try(wanted, turn):
                got = visitors.answer(person, method, address(route, world))
                if got != wanted[person]:
                    wrong.append(
                        f"{method} {route or 'home'}: {person} gets {got}, the matrix says {wanted[person]}"
                    )
    assert not wrong, "\n" + "\n".join(wrong)


def test_whoever_tries_sees_every_answer_and_in_turn_it_is_everybody():
    for statuses in set(expected().values()):
        wanted = dict(zip(ACTORS, statuses, strict=True))
        turns = [who_try(wanted, turn) for turn in range(len(ACTORS))]
        assert all({wanted[person] for person in turn} == set(statuses) for turn in turns)
        assert {person for turn in turns for person in turn} == set(ACTORS)


def test_the_matrix_lists_exactly_the_addresses_there_are():
    listed = set(expected())
    there = {(method, route or "home") for route in own_routes() for method in methods_of(route)}
    assert listed == there


def test_the_addresses_of_libraries_are_known():
    listed = (HERE / "library_routes.txt").read_text().splitlines()
    there = sorted(route for route in all_routes() if route.startswith(LIBRARIES))
    assert listed == there


def test_nobody_but_a_superuser_gets_into_the_admin(sight):
    routes = [route for route in all_routes() if route.startswith("beheer/") and "login" not in route]
    for turn, route in enumerate(routes):
        path = "/" + re.sub(r"<[^>]+>", "1", route).replace("(?P1.*)$", "x").replace("$", "")
        if "jsi18n" in path:
            continue  # translations of the admin's own scripts
        for person in who_try(dict.fromkeys(ACTORS, "none"), turn):
            assert sight.visitors.answer(person, "GET", path) in {"302", "403", "404"}, (person, path)


def test_no_answer_is_a_fault():
    assert not [row for row, statuses in expected().items() if any(status >= "500" for status in statuses)]
