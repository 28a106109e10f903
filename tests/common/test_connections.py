"""A connection that the server has cut while it rested is not handed out. SQLite has none to cut."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db(transaction=True)


def answered() -> int:
    """Ask something as a request does, over a connection that goes back to the pool."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone()[0]
    finally:
        connection.close()


def in_thread(call: Callable[[], int]) -> int:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result(timeout=30)


def cut_all_others() -> None:
    """As a restart does; returns when the server has let them go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert all(gone for (gone,) in cursor.fetchall())


def test_a_connection_that_was_cut_is_replaced(monkeypatch):
    assert in_thread(answered) == 1
    if connection.vendor != "postgresql":
        return
    cut_all_others()
    assert in_thread(answered) == 1
    monkeypatch.setattr("common.postgresql.base._has_hung_up", lambda _connection: False)
    cut_all_others()
    with pytest.raises(OperationalError):
        in_thread(answered)
    connection.pool.check()


def test_one_that_lives_is_not_asked_first(monkeypatch):
    assert in_thread(answered) == 1
    monkeypatch.setattr("psycopg_pool.ConnectionPool.check_connection", lambda _connection: 1 / 0)
    assert in_thread(answered) == 1
