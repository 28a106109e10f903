"""Columns of a query as arrays: no object per row, as a million of them would need.

On PostgreSQL every column is as wide in each row, and thousands of rows come as one value of a COPY: what
arrives is an array as it is. A large table is read in pieces, runs of its blocks, over two connections that
see one moment, so that the server puts the next pieces together while the last ones are looked at here.
Elsewhere rows come as usual.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache, partial
from queue import SimpleQueue
from struct import Struct
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import numpy as np
import psycopg
from django.db import connection, transaction
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from numpy.typing import NDArray

from matching.engine import day_number
from matching.engine.roster import words_of

Array: TypeAlias = NDArray[Any]
Columns: TypeAlias = dict[str, Array]

EPOCH = date(1970, 1, 1)
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
_WIRE_DAY = day_number(date(2000, 1, 1))
_DAY_MICROSECONDS = 86_400_000_000
# The same for a few rows, which are sooner read one by one than made arrays of.
_LETTERS = {
    "id": "16s", "float": "d", "big": "q", "int": "i", "small": "h", "bool": "?", "day": "i", "moment": "q",
}  # fmt: skip
# What comes before the first value of a copy; where in a part stand the number and the length of its records.
_HEADER = 21
_COUNT, _LENGTH = (4, 12), (12, 16)
_CHUNK = 10_000
_BLOCKS = 2048  # 16 MB of a table at a time
_READERS = 2


class Part(NamedTuple):
    """A query, and the kind of each of its columns."""

    rows: QuerySet[Any]
    kinds: Mapping[str, str]
    is_large: bool = False
    """Whether to read it in pieces: a row of its table is a row of the query."""


def copies() -> bool:
    """Whether the database sends columns by COPY."""
    return connection.vendor == "postgresql"


@contextmanager
def reading(parts: Sequence[Part]) -> Iterator[list[Iterable[Columns]]]:
    """Give the pieces of each part, in their order; they come while they are looked at, and of one moment.

    Columns are never empty: ids are words, days and moments are day numbers, a moment that of the day here.

    Raises:
        ValueError: a value is empty.
    """
    if not copies():
        yield [[_plain_columns(part)] for part in parts]
    elif connection.in_atomic_block:  # what is not committed has one connection only
        with connection.cursor() as cursor:
            # The driver's own cursor: Django's wrapper for debugging knows no parameters of a copy.
            yield [[_copied(cursor.cursor, piece) for piece in _pieces(part)] for part in parts]
    else:
        with connection.wrap_database_errors, ExitStack() as stack:
            snapshot = stack.enter_context(_snapshot())
            free: SimpleQueue[psycopg.Connection[Any]] = SimpleQueue()
            for _ in range(_READERS):
                free.put(stack.enter_context(_beside(snapshot)))
            readers = ThreadPoolExecutor(_READERS)
            stack.callback(readers.shutdown, cancel_futures=True)
            yield [readers.map(partial(_copied_beside, free), _pieces(part)) for part in parts]


@contextmanager
def _snapshot() -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        yield snapshot


@contextmanager
def _beside(snapshot: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection that sees what the transaction with this snapshot sees."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as reader:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        reader.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'".encode())
        yield reader


def _pieces(part: Part) -> list[Part]:
    """Return the part cut in runs of blocks of its table, the last without an end; one if it is not large."""
    if not part.is_large:
        return [part]
    table = part.rows.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s) / current_setting('block_size')::int", [f'"{table}"'])
        [blocks] = cursor.fetchone()
    firsts = range(0, max(blocks, 1), _BLOCKS)
    return [
        part._replace(
            rows=_between(part.rows, table, first, first + _BLOCKS if first != firsts[-1] else None)
        )
        for first in firsts
    ]


def _between(rows: QuerySet[Any], table: str, first: int, end: int | None) -> QuerySet[Any]:
    row = f'"{table}".ctid'
    here, given = f"{row} >= %s::tid", [f"({first},0)"]
    if end is not None:
        here, given = f"{here} AND {row} < %s::tid", [*given, f"({end},0)"]
    return rows.filter(RawSQL(here, given, BooleanField()))  # noqa: S611  # nosec B611


def _copied_beside(free: SimpleQueue[psycopg.Connection[Any]], part: Part) -> Columns:
    reader = free.get()
    try:
        with reader.cursor() as cursor:
            return _copied(cursor, part)
    finally:
        free.put(reader)


def _copied(cursor: psycopg.Cursor[Any], part: Part) -> Columns:
    statement, params = statement_of([part])
    with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)".encode(), params) as copy:
        messages = [*copy]
    answer = memoryview(messages[0] if len(messages) == 2 else b"".join(messages))  # the row, and the end
    count, length = (
        int.from_bytes(answer[_HEADER + start : _HEADER + stop]) for start, stop in (_COUNT, _LENGTH)
    )
    start = _HEADER + _LENGTH[1]
    return columns_of(answer[start : start + length], count, part.kinds)


def _plain_columns(part: Part) -> Columns:
    columns: list[list[Any]] = [[] for _ in part.kinds]
    for row in part.rows.order_by().values_list(*part.kinds).iterator(_CHUNK):
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    found = zip(part.kinds.items(), columns, strict=True)
    return {name: _plain(values, kind) for (name, kind), values in found}


def _plain(values: list[Any], kind: str) -> Array:
    if None in values:
        raise ValueError("empty values")
    if kind == "id":
        return words_of(values)
    if kind == "moment":
        values = [*map(timezone.localdate, values)]
    if kind in {"moment", "day"}:
        return np.array([day_number(day) for day in values], np.int64)
    return np.array(values, _WIRE[kind][1].newbyteorder("="))


def statement_of(parts: Sequence[Part]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of one row, and its parameters: of each part the number and all records as one.

    A million rows would come as a million messages.
    """
    columns: list[str] = []
    asked: list[Any] = []
    for rows, kinds, _ in parts:
        inner, params = rows.order_by().values_list(*kinds).query.sql_with_params()
        sends = {f"f{number}": _WIRE[kind][0] for number, kind in enumerate(kinds.values())}
        record = " || ".join(f"{send}({field})" for field, send in sends.items())
        counted = f"SELECT int8send(count(*)), coalesce(string_agg({record}, ''), '') FROM ({inner})"  # noqa: S608
        columns.append(f"({counted} AS found ({', '.join(sends)}))")
        asked += params
    named = [f"part{number}" for number in range(len(parts))]
    joined = " CROSS JOIN ".join(f"{part} AS {name}" for part, name in zip(columns, named, strict=True))
    return f"SELECT * FROM {joined}", tuple(asked)  # noqa: S608


def columns_of(records: bytes | memoryview, count: int, kinds: Mapping[str, str]) -> Columns:
    """Return the columns of records laid end to end."""
    dtype = np.dtype([(name, _WIRE[kind][1]) for name, kind in kinds.items()])
    # A record with an empty value is empty, and no part of the whole.
    if len(records) != count * dtype.itemsize:
        raise ValueError("empty values in " + ", ".join(kinds))
    found = np.frombuffer(records, dtype, count)
    return {name: _native(found[name], kind) for name, kind in kinds.items()}


def _native(column: Array, kind: str) -> Array:
    if kind == "day":
        return column.astype(np.int32) + _WIRE_DAY
    if kind == "moment":
        return _days_here(column.astype(np.int64))
    return column.astype(column.dtype.newbyteorder("="))


def _days_here(moments: Array) -> Array:
    """Return the day numbers, here, of moments as PostgreSQL sends them."""
    if not len(moments):
        return moments
    days = moments // _DAY_MICROSECONDS + _WIRE_DAY
    first, last = int(days.min()), int(days.max())
    begins = np.array([*map(_begin, range(first, last + 2))])
    return days + (moments >= begins[days - first + 1]) - (moments < begins[days - first])


def _day_here(moment: int) -> int:
    day = moment // _DAY_MICROSECONDS + _WIRE_DAY
    return day + (moment >= _begin(day + 1)) - (moment < _begin(day))


@lru_cache(maxsize=5000)
def _begin(day: int) -> int:
    """Return the moment at which a day begins here, as PostgreSQL sends it."""
    midnight = datetime.combine(EPOCH + timedelta(day), time.min, timezone.get_default_timezone())
    return int(midnight.timestamp()) * 1_000_000 - _WIRE_DAY * _DAY_MICROSECONDS


def rows_of(records: bytes, count: int, kinds: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Return the rows of a few records laid end to end; days and moments as day numbers."""
    if not count and not records:
        return []
    layout, decoders = _layout(tuple(kinds.values()))
    if len(records) != count * layout.size:
        raise ValueError("empty values in " + ", ".join(kinds))
    rows = layout.iter_unpack(records)
    return [tuple(map(_decoded, decoders, row)) for row in rows]


def plain_rows(part: Part) -> list[tuple[Any, ...]]:
    """Return the same of a query where nothing is copied."""
    columns = _plain_columns(part)
    values = (
        [UUID(int=high << 64 | low) for high, low in column.tolist()] if column.ndim == 2 else column.tolist()
        for column in columns.values()
    )
    return list(zip(*values, strict=True))


@cache
def _layout(kinds: tuple[str, ...]) -> tuple[Struct, list[Callable[[Any], Any] | None]]:
    return Struct(">" + "".join(map(_LETTERS.__getitem__, kinds))), [*map(_DECODERS.get, kinds)]


def _decoded(decode: Callable[[Any], Any] | None, value: Any) -> Any:
    return decode(value) if decode else value


_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "id": lambda value: UUID(bytes=value),
    "day": lambda value: value + _WIRE_DAY,
    "moment": _day_here,
}
