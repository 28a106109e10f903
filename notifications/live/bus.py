"""The doorbell between the worker and the sockets: "there are new signals, look".

The signals themselves stand in the database, so a lost ring costs a second (the hub looks by
itself), never a signal. With ``REDIS_URL`` the bell rings in every process through Redis, with
one subscription per process; without it, in this process only.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable

import redis
import redis.asyncio
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
CHANNEL = "samenkracht:live"
# A frozen Redis must not slow the worker down: short waits, then a pause before the next try.
PUBLISH_SECONDS = 0.3
PAUSE_SECONDS = 5.0
RECONNECT_SECONDS = 1.0

_listeners: set[Callable[[], None]] = set()
_lock = threading.Lock()


def ring() -> None:
    """Tell every process to look for new signals. Never raises, waits at most ``PUBLISH_SECONDS``."""
    if settings.REDIS_URL:
        _redis_bell.ring()
    else:
        ring_here()


def ring_here() -> None:
    """Ring in this process; callable from any thread."""
    with _lock:
        listeners = list(_listeners)
    for listener in listeners:
        listener()


class RedisBell:
    """Rings through Redis; falls silent for a moment when Redis does not answer."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._silent_until = 0.0

    def ring(self) -> None:
        """Publish one message, or log why not."""
        if time.monotonic() < self._silent_until:
            return
        try:
            self._connected().publish(CHANNEL, b"1")
        except (redis.RedisError, OSError) as error:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            log.warning("live_bell_silent", error=type(error).__name__)

    def _connected(self) -> redis.Redis:
        if self._client is None:
            self._client = redis.Redis.from_url(
                settings.REDIS_URL,
                socket_timeout=PUBLISH_SECONDS,
                socket_connect_timeout=PUBLISH_SECONDS,
                retry=None,
            )
        return self._client


_redis_bell = RedisBell()


class Bell:
    """One process's ear: sets an asyncio event whenever the bell rings."""

    def __init__(self, rung: asyncio.Event) -> None:
        self._rung = rung
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen."""
        if settings.REDIS_URL:
            self._task = asyncio.create_task(self._listen(), name="live-bell")
        else:
            with _lock:
                _listeners.add(self._heard)

    async def stop(self) -> None:
        """Stop listening."""
        with _lock:
            _listeners.discard(self._heard)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _heard(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
            self._loop.call_soon_threadsafe(self._rung.set)

    async def _listen(self) -> None:
        while True:
            try:
                await self._subscribe()
            except (redis.RedisError, OSError) as error:
                log.warning("live_bell_lost", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _subscribe(self) -> None:
        # redis-py's default read time-out is five seconds, which would end an idle subscription.
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=2, socket_keepalive=True
        )
        try:
            pubsub = client.pubsub(ignore_subscribe_messages=True)
            await pubsub.subscribe(CHANNEL)
            self._rung.set()  # whatever happened while we could not hear
            async for _message in pubsub.listen():
                self._rung.set()
        finally:
            await client.aclose()
