"""A connection from the pool that the server has hung up on is never handed out.

psycopg's pool would ask each connection for a sign of life before a request uses it, which takes as long as a
small query. A server that restarts or cuts a connection says so on its socket, so that it is enough to look
whether anything waits there; only then is the server asked. Neither notices a host that vanishes silently.
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper
from psycopg_pool import ConnectionPool


class DatabaseWrapper(PostgresWrapper):
    """Django's own in all else."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that lives; with a pool, dead ones are taken out of it.

        Raises:
            psycopg_pool.PoolTimeout: none is free in time.
        """
        connection = super().get_new_connection(conn_params)
        while self.pool and _has_hung_up(connection):
            connection.close()
            self.pool.putconn(connection)  # which replaces it
            connection = super().get_new_connection(conn_params)
        return connection


def _has_hung_up(connection: Any) -> bool:
    """Return whether the server has left; a connection at rest from which nothing waits is alive."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if not waiting.poll(0):
        return False
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return True
    return False
