"""One large centre in the database: the volunteers of `bench.population`, open requests, a desk of many."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple, cast
from uuid import UUID, uuid5

import numpy as np
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from bench.peers.postgres import copy_volunteers
from bench.population import Population, demands, population
from common import clock
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching.demand import demands_of
from matching.engine import FOREVER, Demand, day_number
from people.enums import Role, VolunteerState
from people.models import Centre, Resident, RoleGrant, User, Volunteer
from places.cells import cell_of
from places.models import Municipality
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening

_AT_ONCE = 2_000
_BACKEND = "people.sessions.AccountBackend"
_PEOPLE = UUID("5f0c7d2e-9a52-4c55-8f0e-2f7f4b0d5a11")
_ADULT = 18
# What the database counts from offers and agreements, of which there are none here.
_NOTHING_YET = ("centre", "asks", "running", "last_asked", "tasks_done")


class Desk(NamedTuple):
    """Who asks, and about what."""

    sessions: list[str]
    """Keys of signed-in coordinators."""
    requests: list[UUID]


def fill(volunteers: int, requests: int, coordinators: int) -> Desk:
    """Fill an empty database, with the table ``volunteer`` of `bench.peers` beside the project's own."""
    people = _people(volunteers)
    municipality = Municipality.objects.create(code="GM9999", name="Veld")
    centre = Centre.objects.create(name="Veld", slug="veld", code=1, municipality=municipality)
    _make_volunteers(people, centre)
    made = [_request(demand, centre) for demand in demands(requests, people)]
    Resident.objects.bulk_create([request.resident for request in made], _AT_ONCE)
    HelpRequest.objects.bulk_create(made, _AT_ONCE)
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        copy_volunteers(connection.connection, people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Desk(_signed_in(coordinators, centre), [request.pk for request in made])


def demands_in(desk: Desk) -> list[Demand]:
    """Return the questions that these requests come to."""
    asked = HelpRequest.objects.filter(pk__in=desk.requests).select_related("centre", "resident")
    return demands_of(asked)


def _people(count: int) -> Population:
    """Return the population as the database will know it: one centre, today's days, nothing asked yet."""
    people = population(count)
    today = day_number(clock.today())
    raw = dict(people.raw)
    for name in _NOTHING_YET:
        raw[name] = np.full(count, int(name == "centre"))
    raw["paused_until"] = np.where(raw["paused_until"] > 0, today + 20, 0)
    raw["screenings"] = np.where(raw["screenings"] == FOREVER, FOREVER, 0)
    return replace(people, raw=raw, trainings={})


def _make_volunteers(people: Population, centre: Centre) -> None:
    rows = [people.row(number) for number in range(len(people.ids))]
    accounts = [uuid5(_PEOPLE, str(row.id)) for row in rows]
    _insert(User, (User(id=key, email=f"{key}@veld.example") for key in accounts))
    _insert(
        Volunteer,
        (
            Volunteer(
                id=cast("UUID", row.id),
                user_id=account,
                centre=centre,
                state=VolunteerState.ACTIVE if row.active else VolunteerState.APPLIED,
                paused_until=_day(row.paused_until),
                adult=row.age >= _ADULT,
                postcode="3431AB",
                lat=row.latitude,
                lon=row.longitude,
                cell=cell_of(row.latitude, row.longitude),
                reach_km=row.reach_km,
                skills=row.skills,
                dislikes=row.dislikes,
                dayparts=row.dayparts,
                languages=row.languages,
                monthly_ask_cap=row.asks_cap,
                running_cap=row.running_cap,
                consented_at=clock.now(),
            )
            for row, account in zip(rows, accounts, strict=True)
        ),
    )
    _insert(
        Screening,
        (
            Screening(volunteer_id=cast("UUID", row.id), requirement=step, state=ScreeningState.VALID)
            for row in rows
            for step, until in zip(Requirement, row.screenings, strict=True)
            if until
        ),
    )


def _insert(model: type, objects: object) -> None:
    model.objects.bulk_create(objects, _AT_ONCE)  # type: ignore[attr-defined]


def _day(number: int) -> date | None:
    return clock.today() + timedelta(number - day_number(clock.today())) if number else None


def _request(demand: Demand, centre: Centre) -> HelpRequest:
    cell = cell_of(demand.latitude, demand.longitude)
    resident = Resident(
        centre=centre, name="Bewoner", cell=cell, any_screened_volunteer=True, consented_at=clock.now()
    )
    return HelpRequest(
        centre=centre,
        resident=resident,
        state=RequestState.OPEN,
        category=demand.kind,
        description="Ik kan even niet zelf naar de winkel.",
        summary="Boodschappen doen voor een buurtgenoot.",
        dayparts=demand.dayparts,
        required_skills=demand.required_skills,
        preferred_skills=demand.preferred_skills,
        adults_only=demand.minimum_age >= _ADULT,
        cell=cell,
        submitted_at=clock.now(),
        opened_at=clock.now() - timedelta(days=demand.waiting_days),
    )


def _signed_in(number: int, centre: Centre) -> list[str]:
    """Make coordinators and return the keys of their sessions."""
    keys = []
    for place in range(number):
        user = User.objects.create(email=f"desk{place}@veld.example", password=f"!{place}")
        RoleGrant.objects.create(user=user, role=Role.COORDINATOR, centre=centre)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = _BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        keys.append(str(session.session_key))
    return keys


def cookie(session: str) -> str:
    """Return the header that carries a session."""
    return f"{settings.SESSION_COOKIE_NAME}={session}"
