"""Wherever address, phone number or e-mail of a resident or volunteer is shown, a row in the read log stays.

Every address that can be read is tried by who may see such things. What shows them without a row fails, on
whatever page, fragment or API it stands; a new address is tried by itself. A name alone leaves no row.
"""

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from people.models import AccessLog, Resident, User, Volunteer
from tests.access.test_matrix import address, methods_of, own_routes
from tests.access.world import World, build_world
from tests.refusing import drawn_once
from tests.standing import standing

pytestmark = pytest.mark.django_db
STREET, NUMBER, MAIL = "Qxlaan", "12312312", "qxmail@voorbeeld.nl"
# Of whom it is known by what; a volunteer's e-mail is that of their account and shown to nobody.
Marks = tuple[str, ...]
RESIDENT: Marks = (STREET, NUMBER, MAIL)
VOLUNTEER: Marks = ("45645645",)


@pytest.fixture(autouse=True)
def _quiet_and_unlimited(monkeypatch):
    logging.disable(logging.ERROR)
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_args: True)
    yield
    logging.disable(logging.NOTSET)


def marked_world() -> World:
    made = build_world()
    home = {"street": STREET, "house_number": "1", "postcode": "3431AB", "city": "Nieuwegein"}
    Resident.objects.filter(pk=made.resident_id).update(phone=f"+316{NUMBER}", email=MAIL, address=home)
    Volunteer.objects.filter(pk=made.volunteer.pk).update(phone="+31645645645")
    return made


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all who look: whatever a look changes is undone."""
    with standing(marked_world, django_db_blocker) as made:
        yield made


def looks(client: Client, reader: User, path: str, about: dict[object, Marks]) -> dict[object, bool]:
    """Of whom the page shows marks, and whether it left a row for them; whatever it changed is undone."""
    with transaction.atomic():
        response = client.get(path)
        content = b"".join(response) if response.streaming else response.content
        text = content.decode(errors="replace").replace(" ", "")
        shown = [subject for subject, marks in about.items() if any(mark in text for mark in marks)]
        rows = AccessLog.objects.filter(reader_id=reader.pk, subject_id__in=shown)
        noted = set(rows.values_list("subject_id", flat=True)) if shown else set()
        transaction.set_rollback(True)
    return {subject: subject in noted for subject in shown}


def marked(world, reader: User) -> dict[object, Marks]:
    """By what each of the two people is known; to look at oneself is no look."""
    own = {world.volunteer.pk: VOLUNTEER} if reader.pk != world.volunteer.user_id else {}
    return {world.resident_id: RESIDENT, **own}


@drawn_once()
def unnoted(world, person: str) -> tuple[set[str], set[str]]:
    """The routes that show the marks to this person, and those of them that leave no row."""
    reader, client = world.people[person], Client(raise_request_exception=False)
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    cookies = client.cookies.copy()
    shown, silent = set(), set()
    for route in (route for route in own_routes() if "GET" in methods_of(route)):
        seen = looks(client, reader, address(route, world), marked(world, reader))
        client.cookies = cookies.copy()
        if seen:
            shown.add(route)
            silent |= set() if all(seen.values()) else {route}
    return shown, silent


@pytest.mark.parametrize(("person", "least"), [("coordinator", 9), ("helper", 2), ("organisation", 1)])
def test_every_look_leaves_a_row(world, person, least):
    shown, silent = unnoted(world, person)
    assert silent == set()
    assert len(shown) >= least, "a sweep that sees nothing proves nothing"


def test_a_page_that_forgets_is_seen(world, monkeypatch):
    monkeypatch.setattr("people.web.residents.note_read", lambda *args, **kwargs: False)
    monkeypatch.setattr("vacancies.web.roster.note_reads", lambda *args, **kwargs: 0)
    coordinator = world.people["coordinator"]
    client = Client()
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/inwoners/{world.resident_id}/"
    assert looks(client, coordinator, page, marked(world, coordinator)) == {world.resident_id: False}
    roster = address("diensten/<uuid:shift_id>/", world)
    assert looks(client, coordinator, roster, marked(world, coordinator)) == {world.volunteer.pk: False}
