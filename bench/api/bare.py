"""The bare match endpoint: a question in, the engine or SQL, twenty rows from PostgreSQL, JSON out.

Nobody signs in, nothing is permitted or counted, no request is read from the database: the question stands in
the address. So the figures of the design were measured, and so they compare.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import urlencode

from backend.health import healthz
from bench.api.views import best_in_sql
from common.compiled import prepared_cursor
from matching.api.views import CANDIDATES_SHOWN
from matching.candidates import best_for
from matching.engine import Demand, Screening

_ROWS = (
    "SELECT v.id, v.state, v.reach_km, v.skills, v.dayparts, v.languages, c.name FROM people_volunteer v"
    " JOIN people_centre c ON c.id = v.centre_id WHERE v.id = ANY(%s)"
)
_SETS = ("screenings", "centres", "blocked", "asked", "known")


def address(way: str, demand: Demand) -> str:
    """Return the address that asks this demand, by ``engine`` or by ``sql``."""
    values = {name: sorted(value) if name in _SETS else value for name, value in asdict(demand).items()}
    return f"/{way}?" + urlencode({"demand": orjson.dumps(values)})


def by_engine(request: HttpRequest) -> HttpResponse:
    """Answer with the engine's best."""
    found = best_for(_demand(request), CANDIDATES_SHOWN)
    return _answer([(one.volunteer_id, one.score, one.distance_m) for one in found])


def by_sql(request: HttpRequest) -> HttpResponse:
    """Answer with the best that the index of service areas finds."""
    return _answer(best_in_sql(_demand(request)))


def _demand(request: HttpRequest) -> Demand:
    values: dict[str, Any] = orjson.loads(request.GET["demand"])
    values |= {name: frozenset(values[name]) for name in _SETS}
    return Demand(**values | {"screenings": frozenset(map(Screening, values["screenings"]))})


def _answer(found: list[tuple[Any, float, int]]) -> HttpResponse:
    ids = [volunteer_id for volunteer_id, _, _ in found]
    with prepared_cursor() as cursor:
        cursor.execute(_ROWS, [ids])
        rows: dict[UUID, tuple[Any, ...]] = {row[0]: row for row in cursor.fetchall()}
    items = [{"volunteer": rows[one], "score": score, "distance_m": metres} for one, score, metres in found]
    return HttpResponse(orjson.dumps(items), content_type="application/json")


urlpatterns = [path("healthz", healthz), path("engine", by_engine), path("sql", by_sql)]
