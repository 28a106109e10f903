"""A query that is put together once and run many times.

Django writes the SQL of a query anew each time, which takes longer than a small query itself, and PostgreSQL
plans it anew, which may take longer still. What is asked all the time, with only other values, can be written
once per process: the query is built with stand-ins for the values, and their places are remembered. On
PostgreSQL each connection prepares it at its first use (`DATABASE_PREPARES`).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from re import compile as pattern
from typing import Any, NamedTuple, Self, cast
from uuid import UUID, uuid4

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)
_PLACES = pattern("%([s%])")


class _Given(NamedTuple):
    """The place of a value that is given at each run."""

    name: str


class _Written(NamedTuple):
    """A query as one kind of database takes it."""

    text: str
    parameters: tuple[Any, ...]
    from_database: Callable[[Any], list[tuple[Any, ...]]] | None
    """Where Django makes other values of what the driver gives."""


class Compiled:
    """A query over values, built by a function whose arguments are these and which gives rows of values.

    The function is called once per kind of database; what it builds may depend on nothing but its arguments.

    Args:
        build: takes a stand-in for each value.
        ids: names of the values that are ids.
        texts: names of those that are texts.
        moments: names of those that are moments.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], *ids: str, texts: str = "", moments: str = ""
    ) -> None:
        self._build = build
        self._stand_ins: dict[str, Any] = {name: uuid4() for name in ids}
        self._stand_ins |= {name: uuid4().hex for name in texts.split()}
        self._stand_ins |= {
            name: _MOMENT.replace(microsecond=number + 1) for number, name in enumerate(moments.split())
        }
        self._written: dict[str, _Written] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run it with these values."""
        database = connections[DEFAULT_DB_ALIAS]  # looked up once: a request asks many such questions
        text, parameters, from_database = self._written.get(database.vendor) or self._write()
        given = {name: _held(value, database) for name, value in values.items()}
        chosen = [given[one.name] if type(one) is _Given else one for one in parameters]
        with prepared_cursor() as cursor:
            cursor.execute(text, chosen)
            found = cursor.fetchall()
        return from_database(found) if from_database else found

    def _write(self) -> _Written:
        compiler = self._build(**self._stand_ins).query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        places = {_held(value, connection): _Given(name) for name, value in self._stand_ins.items()}
        if set(places) - set(parameters):
            raise ValueError("the query does not ask for each of its values")
        converters = compiler.get_converters([column for column, *_ in compiler.select])

        def from_database(rows: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in compiler.apply_converters(rows, converters)]

        text, left = with_constants(text, [places.get(each, each) for each in parameters], _Given)
        written = self._written[connection.vendor] = _Written(
            text, tuple(left), from_database if converters else None
        )
        return written


def with_constants(text: str, parameters: list[Any], kept: type) -> tuple[str, list[Any]]:
    """Write what never differs into the statement; return it and the parameters that are left.

    A plan that is made once must know them: an index of open requests serves no request "in some state".
    Elsewhere than on PostgreSQL nothing is prepared, and the statement stays as it is.
    """
    if connection.vendor != "postgresql":
        return text, parameters
    connection.ensure_connection()
    writer = psycopg.ClientCursor(cast("Any", connection.connection))
    pieces = text.split("%s")
    written, left = [pieces[0]], []
    for value, piece in zip(parameters, pieces[1:], strict=True):
        if isinstance(value, kept):
            left.append(value)
            written.append("%s")
        else:
            written.append(writer.mogrify("%s", [value]).replace("%", "%%"))
        written.append(piece)
    return "".join(written), left


class _Asked(NamedTuple):
    """What a cursor asked, for Django's log of queries: psycopg forgets it of what it has prepared."""

    query: bytes


class _PreparingCursor(psycopg.RawCursor[Any]):
    """Prepares what it runs, and does not look for its parameters each time: the driver does in long ones."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Self:
        """As ever; the first time on this connection the statement is prepared."""
        numbered = query.encode() if params is None else with_numbers(query)
        super().execute(numbered, params, prepare=True, **kwargs)
        self._query: Any = _Asked(numbered)
        return self


@lru_cache(maxsize=512)
def with_numbers(query: str) -> bytes:
    """Return a statement as PostgreSQL takes it: $1, $2, … for each %s, and one % for two."""
    numbers = count(1)
    return _PLACES.sub(lambda found: f"${next(numbers)}" if found[1] == "s" else "%", query).encode()


def prepared_cursor() -> Any:
    """Return a cursor like Django's; PostgreSQL prepares its statements, once per connection.

    Their parameters are bound by the server: a list goes as an array (``= ANY(%s)``).
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        return database.cursor()
    database.ensure_connection()
    return database._prepare_cursor(_PreparingCursor(database.connection))  # type: ignore[attr-defined]


def _held(value: Any, database: Any) -> Any:
    """Return a value as the database takes it."""
    if database.vendor == "postgresql":
        return value
    if isinstance(value, UUID):
        return value if database.features.has_native_uuid_field else value.hex
    return database.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
