"""A query of one row of bytes, asked of PostgreSQL straight over libpq.

What the driver's cursors and Django's wrappers do for every query takes longer than a small query itself,
most of all in a thread that was woken just now and finds the processor's caches full of other work. Who
takes in each change of a volunteer within a millisecond has no time for that.
"""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from common.compiled import prepared_cursor, with_numbers

_BINARY = 1
# What each connection has prepared, and under which names.
_prepared: WeakKeyDictionary[psycopg.Connection[Any], dict[bytes, bytes]] = WeakKeyDictionary()


def only_row(query: str, values: Sequence[Any]) -> list[bytes]:
    """Return the values of the one row of a query, each of type ``bytea`` and none of them NULL.

    The query is prepared, once per connection (`DATABASE_PREPARES`). Inside a transaction, where asking once
    more would be too late, a cursor asks it as ever.

    Args:
        query: with %s for each value, of which PostgreSQL can tell the type.
        values: what ``str`` writes as PostgreSQL reads it, or lists of such.

    Raises:
        django.db.Error: as with a cursor.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        with prepared_cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchone())
    with database.wrap_database_errors:
        database.ensure_connection()
        result = _asked(database.connection, with_numbers(query), [_as_text(value) for value in values])
        return [result.get_value(0, column) or b"" for column in range(result.nfields)]


def _asked(driver: psycopg.Connection[Any], query: bytes, values: list[bytes]) -> PGresult:
    if driver.prepare_threshold is None:
        return _checked(driver.pgconn, driver.pgconn.exec_params(query, values, result_format=_BINARY))
    names = _prepared.setdefault(driver, {})
    if query in names:
        try:
            return _by_name(driver.pgconn, names[query], values)
        except InvalidSqlStatementName:
            names.clear()  # the driver has the server forget them all after a transaction that is taken back
    name = f"straight_{len(names)}".encode()
    _checked(driver.pgconn, driver.pgconn.prepare(name, query))
    names[query] = name
    return _by_name(driver.pgconn, name, values)


def _by_name(connection: PGconn, name: bytes, values: list[bytes]) -> PGresult:
    return _checked(connection, connection.exec_prepared(name, values, result_format=_BINARY))


def _checked(connection: PGconn, result: PGresult) -> PGresult:
    if result.status in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        return result
    if connection.status != ConnStatus.OK:
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)


def _as_text(value: Any) -> bytes:
    if isinstance(value, list):
        return f"{{{','.join(map(str, value))}}}".encode()
    return str(value).encode()
