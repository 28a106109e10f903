"""A query that is put together once and run many times.

Django writes the SQL of a query anew each time, which takes longer than a small query itself. What is asked
all the time, with only other ids, can be written once per process: the query is built with stand-ins for the
ids, and their places among the parameters are remembered.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models
from django.db.models import QuerySet

_Text = tuple[str, tuple[Any, ...]]


class Compiled:
    """A query over ids, built by a function whose arguments are ids and which gives rows of values.

    The function is called once per kind of database; what it builds may depend on nothing but its arguments.
    The rows come as the database gives them: an id is a UUID or its text (`uuid_of`).
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *names: str) -> None:
        self._build = build
        self._stand_ins = {name: uuid4() for name in names}
        self._texts: dict[str, _Text] = {}

    def rows(self, **ids: UUID) -> list[tuple[Any, ...]]:
        """Run it with these ids."""
        text, parameters = self._texts.get(connection.vendor) or self._write()
        given = {_held(self._stand_ins[name]): _held(value) for name, value in ids.items()}
        with connection.cursor() as cursor:
            cursor.execute(text, [given.get(each, each) for each in parameters])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def _write(self) -> _Text:
        query = self._build(**self._stand_ins).query
        text, parameters = query.get_compiler(connection=connection).as_sql()
        missing = {_held(one) for one in self._stand_ins.values()} - set(parameters)
        if missing:
            raise ValueError("the query does not ask for each of its ids")
        written = self._texts[connection.vendor] = (text, tuple(parameters))
        return written


def uuid_of(value: UUID | str) -> UUID:
    """Return an id as a UUID, whatever the database gave."""
    return value if isinstance(value, UUID) else UUID(value)


def _held(value: UUID) -> Any:
    """Return an id as the database takes it."""
    return models.UUIDField().get_db_prep_value(value, connection)
