"""Whether anything may have been recorded since the last look, told without asking the database.

Who keeps a copy of something (the matching engine's index) must know before each use whether it is still
fresh. On PostgreSQL every commit that records an event sends ``NOTIFY``, whatever process it comes from; a
connection that listens hears of it within a millisecond, and hearing nothing costs no query. What this
process itself commits rings its own bell, so that whoever changes something sees it in the next answer.
Whatever is doubtful counts as news: another database, a transaction of one's own that may have recorded
something, a connection that was lost or has only now begun to listen, and silence for longer than a second.
"""

import select
import time

import psycopg
import structlog
from django.db import connection

from events.failures import describe
from events.wakeup import bell, listen

log = structlog.get_logger(__name__)
CHANNEL = "samenkracht_news"
"""Rung by a trigger on the event table (migration 0002) for every event; nothing more is said over it."""
SILENCE_SECONDS = 1.0
"""So long silence is believed: a connection that died without a word costs a second and no more."""
_TRY_AGAIN_SECONDS = 5.0


class News:
    """Listens for one reader. Not for use by two threads at once, but for one more that waits.

    Args:
        channel: over which PostgreSQL sends word.
    """

    def __init__(self, channel: str = CHANNEL) -> None:
        self._channel = channel
        self._listener: psycopg.Connection[tuple[object, ...]] | None = None
        self._looked_at = 0.0
        self._try_at = 0.0
        self._rings = 0

    @property
    def is_heard(self) -> bool:
        """Whether it listens now."""
        return self._listener is not None

    def wait(self) -> None:
        """Return when there may be news, or after as long as silence is believed. What came is not taken."""
        listener = self._listener
        try:
            _arrived(listener, SILENCE_SECONDS)
        except psycopg.Error:
            return  # closed just now

    def may_be(self) -> bool:
        """Whether to look. ``True`` means that the caller looks now, after this call and not before."""
        heard = self.heard()
        if heard:
            self._looked_at = time.monotonic()
        return heard != []

    def heard(self) -> list[str] | None:
        """Return what was sent over the channel since the last call, in the order of the commits.

        ``None`` means that the caller looks now, after this call and not before, and finds all of it.
        """
        if connection.vendor != "postgresql" or connection.in_atomic_block:
            return None
        now = time.monotonic()
        rings, heard = bell.rings(), self._taken(now)
        if heard is None or rings != self._rings or now - self._looked_at > SILENCE_SECONDS:
            self._looked_at, self._rings = now, rings
            return None
        return heard

    def close(self) -> None:
        """Close the listening connection; the next question opens another."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _taken(self, now: float) -> list[str] | None:
        try:
            if self._listener is None:
                if now < self._try_at:
                    return None
                self._listener = listen(self._channel)
                return None
            return _taken(self._listener) if _arrived(self._listener, 0) else []
        except psycopg.Error as error:
            log.warning("listen_failed", **describe(error))
            self.close()
            self._try_at = now + _TRY_AGAIN_SECONDS
            return None


def _arrived(listener: psycopg.Connection[tuple[object, ...]] | None, seconds: float) -> bool:
    """Wait until something came for the listener, at most so long; return whether it did."""
    poll = select.poll()  # unlike `select` it knows more than 1,024 sockets
    if listener is not None:
        poll.register(listener.fileno(), select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _taken(listener: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Take what came and return what it says; the driver's own loop takes longer."""
    listener.pgconn.consume_input()
    said = []
    while (notification := listener.pgconn.notifies()) is not None:
        said.append(notification.extra.decode())
    return said
