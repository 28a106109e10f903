"""A query that is put together once and run many times.

Django writes the SQL of a query anew each time, which takes longer than a small query itself. What is asked
all the time, with only other ids, can be written once per process: the query is built with stand-ins for the
ids, and their places among the parameters are remembered.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection, models
from django.db.models import QuerySet


class _Written(NamedTuple):
    """A query as one kind of database takes it."""

    text: str
    parameters: tuple[Any, ...]
    from_database: Callable[[Any], Any]


class Compiled:
    """A query over ids, built by a function whose arguments are ids and which gives rows of values.

    The function is called once per kind of database; what it builds may depend on nothing but its arguments.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *names: str) -> None:
        self._build = build
        self._stand_ins = {name: uuid4() for name in names}
        self._written: dict[str, _Written] = {}

    def rows(self, **ids: UUID) -> list[tuple[Any, ...]]:
        """Run it with these ids."""
        text, parameters, from_database = self._written.get(connection.vendor) or self._write()
        given = {_held(self._stand_ins[name]): _held(value) for name, value in ids.items()}
        with connection.cursor() as cursor:
            cursor.execute(text, [given.get(each, each) for each in parameters])
            return [tuple(row) for row in from_database(cursor.fetchall())]

    def _write(self) -> _Written:
        compiler = self._build(**self._stand_ins).query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        missing = {_held(one) for one in self._stand_ins.values()} - set(parameters)
        if missing:
            raise ValueError("the query does not ask for each of its ids")
        converters = compiler.get_converters([column for column, *_ in compiler.select])

        def from_database(rows: Any) -> Any:
            return compiler.apply_converters(rows, converters) if converters else rows

        written = self._written[connection.vendor] = _Written(text, tuple(parameters), from_database)
        return written


def _held(value: UUID) -> Any:
    """Return an id as the database takes it."""
    return models.UUIDField().get_db_prep_value(value, connection)
