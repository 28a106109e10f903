"""All volunteers read at once, column by column: no object per volunteer, as a million of them would need.

The index holds exactly what `supply_rows` gives, row for row. On PostgreSQL the rows come as COPY sends them:
every column as wide in each row, so that the answer is an array as it is. Elsewhere they come as usual.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    Max,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

from academy.models import Completion
from common import clock
from matching.engine import FOREVER, SupplyIndex, day_number
from matching.engine.roster import Finder, words_of
from matching.enums import ASSIGNMENT_RUNNING, OfferOrigin
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from people.enums import VolunteerState
from people.models import Volunteer
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement

Columns: TypeAlias = dict[str, NDArray[Any]]

ASK_WINDOW = timedelta(days=30)
# An offer that a volunteer made to themselves from the list near by is no ask.
ASKED = Q(origin__in=[OfferOrigin.WAVE, OfferOrigin.COORDINATOR])

EPOCH = date(1970, 1, 1)
_NO_END = EPOCH + timedelta(days=FOREVER)
# How PostgreSQL sends each kind of column, what arrives, and the day that its dates and moments count from.
_WIRE: Mapping[str, tuple[str, np.dtype[Any]]] = {
    "id": ("uuid_send", np.dtype((">u8", (2,)))),
    "float": ("float8send", np.dtype(">f8")),
    "big": ("int8send", np.dtype(">i8")),
    "int": ("int4send", np.dtype(">i4")),
    "small": ("int2send", np.dtype(">i2")),
    "bool": ("boolsend", np.dtype("?")),
    "day": ("date_send", np.dtype(">i4")),
    "moment": ("timestamptz_send", np.dtype(">i8")),
}
# The one row of a copy: the number of records, and after its length the records; before and after it that of COPY.
_COUNT, _RECORDS, _TRAILER = slice(25, 33), 37, 2
_WIRE_DAY = day_number(date(2000, 1, 1))
_DAY_MICROSECONDS = 86_400_000_000
_CHUNK = 10_000


def eligible() -> QuerySet[Volunteer]:
    """Those whom the engine may know: who have not left and who consent."""
    return Volunteer.objects.exclude(state=VolunteerState.LEFT).filter(
        consented_at__isnull=False, user__is_active=True, user__suspended_at=None
    )


def load_index() -> SupplyIndex:
    """Return the index of everybody; five queries."""
    people = _people()
    finder = Finder(people["id"])
    raw = people | _asks(finder) | _work(finder) | {"screenings": _screenings(finder)}
    return SupplyIndex.from_columns(people["id"], raw, _trainings(finder))


def _people() -> Columns:
    found = read(
        eligible().annotate(
            active=ExpressionWrapper(Q(state=VolunteerState.ACTIVE), BooleanField()),
            paused=Coalesce("paused_until", Value(EPOCH)),
        ),
        {
            "id": "id", "lat": "float", "lon": "float", "reach_km": "float", "skills": "big",
            "dayparts": "int", "languages": "big", "dislikes": "big", "centre__code": "small",
            "active": "bool", "paused": "day", "adult": "bool", "monthly_ask_cap": "small",
            "running_cap": "small",
        },
    )  # fmt: skip
    names = {
        "latitude": "lat", "longitude": "lon", "centre": "centre__code", "paused_until": "paused",
        "asks_cap": "monthly_ask_cap",
    }  # fmt: skip
    return (
        found | {name: found[own] for name, own in names.items()} | {"age": np.where(found["adult"], 18, 16)}
    )


def _asks(finder: Finder) -> Columns:
    recent = Count("id", filter=Q(sent_at__gte=clock.now() - ASK_WINDOW))
    asked = Offer.objects.filter(ASKED).order_by().values("volunteer_id")
    found = read(
        asked.annotate(recent=recent, last=Max("sent_at")),
        {"volunteer_id": "id", "recent": "big", "last": "moment"},
    )
    return {"asks": _spread(finder, found, "recent"), "last_asked": _spread(finder, found, "last")}


def _work(finder: Finder) -> Columns:
    worked = Assignment.objects.order_by().values("volunteer_id")
    found = read(
        worked.annotate(
            running=Count("id", filter=Q(state__in=ASSIGNMENT_RUNNING)), done=Count("id", filter=WENT_WELL)
        ),
        {"volunteer_id": "id", "running": "big", "done": "big"},
    )
    return {"running": _spread(finder, found, "running"), "tasks_done": _spread(finder, found, "done")}


def _screenings(finder: Finder) -> NDArray[np.int64]:
    place_of = Case(*(When(requirement=each, then=place) for place, each in enumerate(Requirement)))
    found = read(
        safeguarding.counting().annotate(
            step=Cast(place_of, SmallIntegerField()), until=Coalesce("valid_until", Value(_NO_END))
        ),
        {"volunteer_id": "id", "step": "small", "until": "day"},
    )
    rows = finder.find(found["volunteer_id"])
    known = rows >= 0
    days = np.zeros((len(Requirement), len(finder)), np.int64)
    days[found["step"][known], rows[known]] = found["until"][known]
    return days


def _trainings(finder: Finder) -> NDArray[np.int64]:
    done = Completion.objects.filter(revoked_at=None, course__retired_at=None).order_by()
    found = read(
        done.values("volunteer_id", "course__bit").annotate(
            until=Max(Coalesce("valid_until", Value(_NO_END)))
        ),
        {"volunteer_id": "id", "course__bit": "small", "until": "day"},
    )
    rows = finder.find(found["volunteer_id"])
    known = rows >= 0
    return np.stack((rows, found["course__bit"], found["until"]))[:, known]


def _spread(finder: Finder, found: Columns, name: str) -> NDArray[np.int64]:
    """Return a column over everybody, 0 for whom there is nothing."""
    rows = finder.find(found["volunteer_id"])
    known = rows >= 0
    column = np.zeros(len(finder), np.int64)
    column[rows[known]] = found[name][known]
    return column


def read(rows: QuerySet[Any], kinds: Mapping[str, str]) -> Columns:
    """Return columns of a query, none empty: ids as words, days and moments (UTC) as day numbers."""
    chosen = rows.order_by().values_list(*kinds)
    if copies(chosen.db):
        return _copied(chosen, kinds)
    columns: list[list[Any]] = [[] for _ in kinds]
    for row in chosen.iterator(_CHUNK):
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return {name: _plain(values, kinds[name]) for name, values in zip(kinds, columns, strict=True)}


def copies(database: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the database sends columns by COPY."""
    return connections[database].vendor == "postgresql"


def _plain(values: list[Any], kind: str) -> NDArray[Any]:
    if None in values:
        raise ValueError("empty values")
    if kind == "id":
        return words_of(values)
    if kind == "moment":
        values = [moment.date() for moment in values]
    if kind in {"moment", "day"}:
        return np.array([day_number(day) for day in values], np.int64)
    return np.array(values, _WIRE[kind][1].newbyteorder("="))


def _copied(rows: QuerySet[Any], kinds: Mapping[str, str]) -> Columns:
    inner, params = rows.query.sql_with_params()
    wires = [_WIRE[kind] for kind in kinds.values()]
    fields = [f"f{number}" for number in range(len(wires))]
    record = " || ".join(f"{send}({field})" for field, (send, _) in zip(fields, wires, strict=True))
    # All records in one row: a million rows would come as a million messages.
    statement = (
        f"COPY (SELECT count(*), string_agg({record}, '') FROM ({inner}) AS found ({', '.join(fields)}))"  # noqa: S608
        " TO STDOUT (FORMAT BINARY)"
    )
    # The driver's own cursor: Django's wrapper for debugging knows no parameters of a copy.
    with connections[rows.db].cursor() as cursor, cursor.cursor.copy(statement, params) as copy:
        answer = b"".join(copy)
    dtype = np.dtype([(name, wire) for name, (_, wire) in zip(kinds, wires, strict=True)])
    count = int.from_bytes(answer[_COUNT])
    # A record with an empty value is empty, and no part of the whole.
    if len(answer) != _RECORDS + count * dtype.itemsize + _TRAILER:
        raise ValueError("empty values in " + ", ".join(kinds))
    found = np.frombuffer(answer, dtype, count, _RECORDS)
    return {name: _native(found[name], kind) for name, kind in kinds.items()}


def _native(column: NDArray[Any], kind: str) -> NDArray[Any]:
    if kind == "day":
        return column.astype(np.int64) + _WIRE_DAY
    if kind == "moment":
        return column.astype(np.int64) // _DAY_MICROSECONDS + _WIRE_DAY
    return column.astype(column.dtype.newbyteorder("="))
