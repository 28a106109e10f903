"""Waking workers when something has been recorded, so that nothing waits for the next poll.

Inside one process a bell rings after commit. On PostgreSQL a trigger on the event table (migration 0001)
sends ``NOTIFY`` inside the recording transaction and workers of all processes ``LISTEN``. A missed wake-up
costs at most one polling interval, so neither way needs to be reliable. Redis takes no part.
"""

import threading
from typing import Any, Protocol

import psycopg
import structlog
from django.db import connection

from events.connections import mend_connections
from events.failures import describe

log = structlog.get_logger(__name__)
CHANNEL = "samenkracht_events"


class Wakeup(Protocol):
    """Something a worker can wait on."""

    def wait(self, seconds: float) -> None:
        """Return at the next wake-up, or after ``seconds``. A wake-up since the last wait counts."""

    def close(self) -> None:
        """Give back what is held."""


class Bell:
    """Counts its own rings, so that each waiter sees every ring since its last wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0

    def ring(self) -> None:
        """Wake everyone who waits."""
        with self._changed:
            self._rings += 1
            self._changed.notify_all()

    def rings(self) -> int:
        """How often the bell has rung."""
        with self._changed:
            return self._rings

    def wait_beyond(self, seen: int, seconds: float) -> int:
        """Wait for a ring beyond the ``seen``-th, at most ``seconds``; return the count."""
        with self._changed:
            self._changed.wait_for(lambda: self._rings > seen, seconds)
            return self._rings


# Rung by services after each commit in this process.
bell = Bell()


class InProcessWakeup:
    """Waits on the bell of this process."""

    def __init__(self) -> None:
        self._seen = bell.rings()

    def wait(self, seconds: float) -> None:
        """Return at the next ring, or after ``seconds``."""
        self._seen = bell.wait_beyond(self._seen, seconds)

    def close(self) -> None:
        """Nothing is held."""


class PostgresWakeup:
    """Listens on a connection of its own, outside the pool; makes a new one when the server went away."""

    def __init__(self) -> None:
        self._listener: psycopg.Connection[Any] | None = None
        self._in_process = InProcessWakeup()

    def wait(self, seconds: float) -> None:
        """Return at the next notification, or after ``seconds``.

        Returns at once when it has only now begun to listen: the caller looks again for what was recorded
        before.
        """
        try:
            if self._listener is None:
                self._listener = listen()
                return
            for _notification in self._listener.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.Error as error:
            log.warning("listen_failed", **describe(error))
            self.close()
            # A server that goes down cuts one connection after the other: look when it has cut them all.
            self._in_process.wait(seconds)
            mend_connections()

    def close(self) -> None:
        """Close the listening connection."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def listen(channel: str = CHANNEL) -> psycopg.Connection[Any]:
    """Open a connection that hears what is sent over the channel."""
    # A pooled connection would go back with its LISTEN still on; this one is ours until closed.
    listener = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    listener.execute(f"LISTEN {channel}".encode())
    return listener


def wakeup_for_database() -> Wakeup:
    """Return the way of waiting that fits the configured database."""
    return PostgresWakeup() if connection.vendor == "postgresql" else InProcessWakeup()
