"""All volunteers read at once, column by column: no object per volunteer, as a million of them would need.

The index holds exactly what `supply_rows` gives, row for row. On PostgreSQL the rows come as COPY sends them:
every column as wide in each row, so that the answer is an array as it is. Elsewhere they come as usual.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import numpy as np
import psycopg
from django.db import connection, transaction
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    Max,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from numpy.typing import NDArray

from academy.models import Completion
from common import clock
from common.compiled import prepared_cursor, with_constants
from matching.engine import FOREVER, SupplyIndex, SupplyRow, day_number
from matching.engine.roster import Finder, Words, words_of
from matching.enums import ASSIGNMENT_RUNNING, OfferOrigin
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from people.enums import VolunteerState
from people.models import User, Volunteer
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement

Columns: TypeAlias = dict[str, NDArray[Any]]


class _StandIn(str):
    """The place of a value that is given at each run."""

    __slots__ = ()


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
# What comes before the first part of a copy; where in a part stand the number and the length of its records.
_HEADER = 21
_COUNT, _LENGTH = (4, 12), (12, 16)
# Stand for the ids of a few volunteers and for the first moment that counts.
_IDS, _SINCE = _StandIn("the volunteers"), _StandIn("the moment")
# Which part PostgreSQL takes longest for, of those beside the people themselves: screenings.
_LONGEST = 3
_RAW_FIELDS = tuple(field.name for field in fields(SupplyRow) if field.name not in {"id", "trainings"})
_WIRE_DAY = day_number(date(2000, 1, 1))
_DAY_MICROSECONDS = 86_400_000_000
_CHUNK = 10_000


def eligible() -> QuerySet[Volunteer]:
    """Those whom the engine may know: who have not left and who consent."""
    # Few are barred: to leave these out takes less than to look up everybody's account.
    barred = User.objects.filter(Q(is_active=False) | Q(suspended_at__isnull=False), pk=OuterRef("user"))
    return Volunteer.objects.exclude(state=VolunteerState.LEFT).filter(
        ~Exists(barred), consented_at__isnull=False
    )


class Part(NamedTuple):
    """A query, and the kind of each of its columns."""

    rows: QuerySet[Any]
    kinds: Mapping[str, str]


def asks_from() -> datetime:
    """Return where the window of asks begins: at a midnight, so that the counts hold all day."""
    first = clock.today() - ASK_WINDOW
    return timezone.make_aware(datetime.combine(first, time.min))


def load_index() -> SupplyIndex:
    """Return the index of everybody; five queries."""
    return SupplyIndex.from_columns(*_joined(_read_all(_parts(asks_from()))))


def _read_all(parts: Sequence[Part]) -> list[Columns]:
    """Read the parts. PostgreSQL does so for people and screenings at the same time, and of one moment."""
    if not copies() or connection.in_atomic_block:  # what is not committed has one connection only
        return [read(*part) for part in parts]
    with transaction.atomic(), ThreadPoolExecutor(1) as beside, connection.wrap_database_errors:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
        server, part = connection.get_connection_params(), parts[_LONGEST]
        second = beside.submit(_read_beside, server, snapshot, *_statement([part]), part.kinds)
        found = [read(*part) for number, part in enumerate(parts) if number != _LONGEST]
        found.insert(_LONGEST, second.result())
        return found


def _read_beside(
    server: Mapping[str, Any], snapshot: str, statement: str, params: Sequence[Any], kinds: Mapping[str, str]
) -> Columns:
    """Read a part over a connection of its own, as the transaction with this snapshot sees it."""
    with psycopg.connect(**server, autocommit=True) as second:
        second.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        second.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'".encode())
        with second.cursor() as cursor:
            return _copied(cursor, statement, params, (kinds,))[0]


def load_rows(volunteer_ids: Collection[UUID]) -> list[SupplyRow]:
    """Return what `load_index` would hold of a few; one statement, written once, where columns are copied."""
    since = asks_from()
    if copies():
        found = _asked({_IDS: list(volunteer_ids), _SINCE: since})
    else:
        found = [
            read(rows.filter(**{f"{_whose(rows)}__in": volunteer_ids}), kinds)
            for rows, kinds in _parts(since)
        ]
    ids, columns, trainings = _joined(found)
    lessons: list[list[tuple[int, int]]] = [[] for _ in ids]
    for row, bit, until in sorted(trainings.T.tolist()):
        lessons[row].append((bit, until))
    return [
        SupplyRow(
            id=UUID(int=high << 64 | low),
            trainings=tuple(lessons[row]),
            **{name: _plain_value(columns[name][..., row]) for name in _RAW_FIELDS},
        )
        for row, (high, low) in enumerate(ids.tolist())
    ]


def _asked(given: Mapping[_StandIn, Any]) -> list[Columns]:
    """Return the parts of a few people, by one statement that PostgreSQL has planned once."""
    statement, params, all_kinds = _written()
    with prepared_cursor() as cursor:
        cursor.execute(statement, [given[param] for param in params])
        found = cursor.fetchone()
    counted = zip(found[::2], found[1::2], all_kinds, strict=True)
    return [_columns(records, count, kinds) for count, records, kinds in counted]


@cache
def _written() -> tuple[str, list[_StandIn], tuple[Mapping[str, str], ...]]:
    """Return the statement about a few, the stand-ins for who and since when, and what it gives."""
    parts = _parts(RawSQL("%s", [_SINCE]))
    statement, params = _statement([Part(_of_a_few(rows), kinds) for rows, kinds in parts])
    return *with_constants(statement, list(params), _StandIn), tuple(kinds for _, kinds in parts)


def _of_a_few(rows: QuerySet[Any]) -> QuerySet[Any]:
    column = f'"{rows.model._meta.db_table}"."{_whose(rows)}"'
    # Of an array that is made here no plan knows the length: one plan does for all.
    few = f"{column} = ANY(ARRAY(SELECT unnest(%s::uuid[])))"
    return rows.filter(RawSQL(few, [_IDS], BooleanField()))  # noqa: S611  # nosec B611


def _whose(rows: QuerySet[Any]) -> str:
    return "id" if rows.model is Volunteer else "volunteer_id"


def _parts(since: Any) -> list[Part]:
    """Return what is read: people, what they were asked, what they do and did, screenings, trainings."""
    return [_people(), _asks(since), _work(), _screenings(), _trainings()]


def _people() -> Part:
    return Part(
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


def _asks(since: Any) -> Part:
    asked = Offer.objects.filter(ASKED).order_by().values("volunteer_id")
    return Part(
        asked.annotate(asks=Count("id", filter=Q(sent_at__gte=since)), last_asked=Max("sent_at")),
        {"volunteer_id": "id", "asks": "big", "last_asked": "moment"},
    )


def _work() -> Part:
    worked = Assignment.objects.order_by().values("volunteer_id")
    running = Count("id", filter=Q(state__in=ASSIGNMENT_RUNNING))
    return Part(
        worked.annotate(running=running, tasks_done=Count("id", filter=WENT_WELL)),
        {"volunteer_id": "id", "running": "big", "tasks_done": "big"},
    )


def _screenings() -> Part:
    place_of = Case(*(When(requirement=each, then=place) for place, each in enumerate(Requirement)))
    return Part(
        safeguarding.counting().annotate(
            step=Cast(place_of, SmallIntegerField()), until=Coalesce("valid_until", Value(_NO_END))
        ),
        {"volunteer_id": "id", "step": "small", "until": "day"},
    )


def _trainings() -> Part:
    done = Completion.objects.filter(revoked_at=None, course__retired_at=None).order_by()
    return Part(
        done.values("volunteer_id", "course__bit").annotate(
            until=Max(Coalesce("valid_until", Value(_NO_END)))
        ),
        {"volunteer_id": "id", "course__bit": "small", "until": "day"},
    )


def _joined(parts: Iterable[Columns]) -> tuple[Words, Columns, NDArray[np.int64]]:
    """Return ids, columns and trainings as the index takes them, of the parts in their order."""
    people, asks, work, screenings, trainings = parts
    names = {
        "latitude": "lat", "longitude": "lon", "centre": "centre__code", "paused_until": "paused",
        "asks_cap": "monthly_ask_cap",
    }  # fmt: skip
    columns = people | {name: people[own] for name, own in names.items()}
    columns["age"] = np.where(people["adult"], 18, 16)
    finder = Finder(people["id"])
    for found in (asks, work):
        known, rows = _known(finder, found)
        for name in found.keys() - {"volunteer_id"}:
            columns[name] = np.zeros(len(finder), np.int64)
            columns[name][rows] = found[name][known]
    known, rows = _known(finder, screenings)
    columns["screenings"] = np.zeros((len(Requirement), len(finder)), np.int64)
    columns["screenings"][screenings["step"][known], rows] = screenings["until"][known]
    known, rows = _known(finder, trainings)
    return people["id"], columns, np.stack((rows, trainings["course__bit"][known], trainings["until"][known]))


def _plain_value(value: NDArray[Any]) -> Any:
    return tuple(value.tolist()) if value.ndim else value.item()


def _known(finder: Finder, found: Columns) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Return which rows are of someone the index may know, and of whom."""
    rows = finder.find(found["volunteer_id"])
    known = rows >= 0
    return known, rows[known]


def read(rows: QuerySet[Any], kinds: Mapping[str, str]) -> Columns:
    """Return columns of a query, none empty: ids as words, days and moments (UTC) as day numbers."""
    chosen = rows.order_by().values_list(*kinds)
    if copies():
        with connection.cursor() as cursor:
            # The driver's own cursor: Django's wrapper for debugging knows no parameters of a copy.
            return _copied(cursor.cursor, *_statement([Part(rows, kinds)]), (kinds,))[0]
    columns: list[list[Any]] = [[] for _ in kinds]
    for row in chosen.iterator(_CHUNK):
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return {name: _plain(values, kinds[name]) for name, values in zip(kinds, columns, strict=True)}


def copies() -> bool:
    """Whether the database sends columns by COPY."""
    return connection.vendor == "postgresql"


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


def _statement(parts: Sequence[Part]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of one row, and its parameters: of each part the number and all records as one.

    A million rows would come as a million messages.
    """
    columns: list[str] = []
    asked: list[Any] = []
    for rows, kinds in parts:
        inner, params = rows.order_by().values_list(*kinds).query.sql_with_params()
        sends = {f"f{number}": _WIRE[kind][0] for number, kind in enumerate(kinds.values())}
        record = " || ".join(f"{send}({field})" for field, send in sends.items())
        counted = f"SELECT count(*), coalesce(string_agg({record}, ''), '') FROM ({inner})"  # noqa: S608
        columns.append(f"({counted} AS found ({', '.join(sends)}))")
        asked += params
    named = [f"part{number}" for number in range(len(parts))]
    joined = " CROSS JOIN ".join(f"{part} AS {name}" for part, name in zip(columns, named, strict=True))
    return f"SELECT * FROM {joined}", tuple(asked)  # noqa: S608


def _copied(
    cursor: psycopg.Cursor[Any],
    statement: str,
    params: Sequence[Any],
    all_kinds: Iterable[Mapping[str, str]],
) -> list[Columns]:
    with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)".encode(), params) as copy:
        answer = b"".join(copy)
    columns, at = [], _HEADER
    for kinds in all_kinds:
        count, length = (int.from_bytes(answer[at + start : at + stop]) for start, stop in (_COUNT, _LENGTH))
        at += _LENGTH[1]
        columns.append(_columns(memoryview(answer)[at : at + length], count, kinds))
        at += length
    return columns


def _columns(records: bytes | memoryview, count: int, kinds: Mapping[str, str]) -> Columns:
    """Return the columns of records laid end to end."""
    dtype = np.dtype([(name, _WIRE[kind][1]) for name, kind in kinds.items()])
    # A record with an empty value is empty, and no part of the whole.
    if len(records) != count * dtype.itemsize:
        raise ValueError("empty values in " + ", ".join(kinds))
    found = np.frombuffer(records, dtype, count)
    return {name: _native(found[name], kind) for name, kind in kinds.items()}


def _native(column: NDArray[Any], kind: str) -> NDArray[Any]:
    if kind == "day":
        return column.astype(np.int64) + _WIRE_DAY
    if kind == "moment":
        return column.astype(np.int64) // _DAY_MICROSECONDS + _WIRE_DAY
    return column.astype(column.dtype.newbyteorder("="))
