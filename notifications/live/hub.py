"""The sockets of this process and what they hear.

One loop looks for new signals when the bell rings (and once a second, for the bell may be silent)
and hands each to the sockets of its group. One query per ring and process, however many sockets.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session

from common import clock
from events.connections import mend_connections
from notifications.live import signals
from notifications.live.bus import Bell
from notifications.models import LiveSignal
from people.models import User

log = structlog.get_logger(__name__)
LOOK_SECONDS = 1.0
VERIFY_SECONDS = 30.0
# A client that does not read keeps at most this many messages here; then it must refresh.
QUEUE_LENGTH = 64
CLOSE_RIGHTS_CHANGED = 4408
CLOSE_SIGNED_OUT = 4401

Message = dict[str, object]
REFRESH: Message = {"type": "refresh"}
# A thread of its own: the one that Django shares among sockets may have thousands at the door.
_lookout = ThreadPoolExecutor(1, thread_name_prefix="live-hub")


@dataclass(eq=False)
class Listener:
    """One socket: its groups, and the messages it still has to send."""

    groups: frozenset[str]
    user_id: UUID | None = None
    session_key: str | None = None
    queue: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))
    close_code: int | None = None

    def put(self, message: Message) -> None:
        """Queue a message; when the queue is full, forget it all and tell the client to refresh."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            message = REFRESH
        self.queue.put_nowait(message)

    def close(self, code: int) -> None:
        """Close the socket; nothing queued is sent any more."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.close_code = code
        self.queue.put_nowait({})


class Hub:
    """All listeners of this process, by group."""

    def __init__(self) -> None:
        self._groups: defaultdict[str, set[Listener]] = defaultdict(set)
        self._listeners: set[Listener] = set()
        self._newest: int | None = None
        self._seen: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._bell: Bell | None = None
        self._starting = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._listeners)

    async def start(self) -> None:
        """Listen to the bell and begin to look for signals. Starting twice changes nothing."""
        async with self._starting:
            if self._tasks:
                return
            await self._carefully(self._begin())
            rung = asyncio.Event()
            self._bell = Bell(rung)
            await self._bell.start()
            self._tasks = [
                asyncio.create_task(self._look_forever(rung), name="live-hub"),
                asyncio.create_task(self._verify_forever(), name="live-hub-verify"),
            ]

    async def stop(self) -> None:
        """Stop looking; open sockets are the server's to close."""
        if self._bell is not None:
            await self._bell.stop()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        self._newest = None

    async def add(self, listener: Listener) -> None:
        """Let a socket hear its groups from now on."""
        await self.start()
        self._listeners.add(listener)
        for group in listener.groups:
            self._groups[group].add(listener)

    def remove(self, listener: Listener) -> None:
        """The socket is gone."""
        self._listeners.discard(listener)
        for group in listener.groups:
            self._groups[group].discard(listener)
            if not self._groups[group]:
                del self._groups[group]

    def deliver(self, rows: Iterable[LiveSignal]) -> None:
        """Hand new signals to the sockets of their groups."""
        for row in rows:
            for listener in list(self._groups.get(row.group, ())):
                if row.topic == signals.KICK:
                    self._dismiss(listener, CLOSE_RIGHTS_CHANGED)
                else:
                    listener.put({"cursor": row.id, "topic": row.topic, "id": row.object_id})

    async def _look_forever(self, rung: asyncio.Event) -> None:
        """Look at every ring, and once in ``LOOK_SECONDS`` also for what committed late."""
        thorough_at = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_SECONDS)
            rung.clear()
            thorough = time.monotonic() >= thorough_at
            if thorough:
                thorough_at = time.monotonic() + LOOK_SECONDS
            await self._carefully(self._look(thorough=thorough))

    async def _look(self, *, thorough: bool) -> None:
        if self._newest is None:
            await self._begin()
            return
        rows = await _in_thread(_read, self._newest, thorough)
        new = [row for row in rows if row.id not in self._seen]
        if len(new) > signals.MOST_READ:  # blind for long: more than is worth telling one by one
            await self._begin()
            return
        read = {row.id for row in rows}
        self._seen = read if thorough else self._seen | read
        self._newest = max(self._newest, *read, 0)
        self.deliver(new)

    async def _begin(self) -> None:
        """Hear from here on. What was before is for cursors to replay; who is here already comes back."""
        newest = await _in_thread(signals.latest_cursor)
        self._seen = {row.id for row in await _in_thread(_read, newest, True)}
        self._newest = newest
        for listener in list(self._listeners):
            self._dismiss(listener, CLOSE_RIGHTS_CHANGED)

    def _dismiss(self, listener: Listener, code: int) -> None:
        self.remove(listener)
        listener.close(code)

    async def _carefully(self, work: Coroutine[Any, Any, None]) -> None:
        """Whatever goes wrong, the hub goes on: blind for a moment, never dead."""
        try:
            await work
        except Exception as error:  # noqa: BLE001
            log.warning("live_hub_blind", error=type(error).__name__)
            with contextlib.suppress(Exception):
                await _in_thread(mend_connections)

    async def _verify_forever(self) -> None:
        """Close sockets whose session or account is gone, whatever signal was missed."""
        while True:
            await asyncio.sleep(VERIFY_SECONDS)
            await self._carefully(self.verify())

    async def verify(self) -> None:
        """Check every socket's session and account in two queries and close those that are gone."""
        listeners = [listener for listener in self._listeners if listener.user_id is not None]
        if not listeners:
            return
        sessions, users = await _in_thread(
            _still_valid,
            {listener.session_key for listener in listeners if listener.session_key},
            {listener.user_id for listener in listeners if listener.user_id},
        )
        for listener in listeners:
            if listener.user_id not in users or (
                listener.session_key and listener.session_key not in sessions
            ):
                self._dismiss(listener, CLOSE_SIGNED_OUT)


async def _in_thread(function: Callable[..., Any], *args: Any) -> Any:
    return await database_sync_to_async(function, thread_sensitive=False, executor=_lookout)(*args)


def _read(newest: int, thorough: bool) -> list[LiveSignal]:
    late = signals.late_signals(newest) if thorough else []
    return late + signals.signals_after(newest)


def _still_valid(session_keys: set[str], user_ids: set[UUID]) -> tuple[set[str], set[UUID]]:
    sessions = Session.objects.filter(session_key__in=session_keys, expire_date__gt=clock.now())
    users = User.objects.filter(pk__in=user_ids, is_active=True, suspended_at=None)
    return set(sessions.values_list("session_key", flat=True)), set(users.values_list("pk", flat=True))


hub = Hub()
