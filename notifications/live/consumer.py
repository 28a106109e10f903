"""The socket of one client."""

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from notifications.live import signals
from notifications.live.groups import groups_of
from notifications.live.hub import CLOSE_SIGNED_OUT, REFRESH, Listener, hub
from notifications.models import LiveSignal


class LiveConsumer(AsyncWebsocketConsumer):
    """Tells a client what changed, never the data itself.

    ``/ws?cursor=N`` first sends what was missed since N, or ``{"type": "refresh"}``. Then comes
    ``{"type": "hello", "cursor": n}`` and from there one ``{"cursor", "topic", "id"}`` per change.
    Closes with 4401 when nobody is signed in (any more) and 4408 when rights changed: connect again.
    Whatever the client sends is ignored.
    """

    async def connect(self) -> None:
        """Accept, derive the groups, replay what was missed, then listen."""
        self.listener: Listener | None = None
        self.sender: asyncio.Task[None] | None = None
        await self.accept()
        groups = await database_sync_to_async(groups_of)(self.scope["user"], self.scope["session"])
        if not groups:
            await self.close(CLOSE_SIGNED_OUT)
            return
        self.listener = Listener(
            groups, user_id=self.scope["user"].pk, session_key=self.scope["session"].session_key
        )
        await hub.add(self.listener)  # before the replay is read: nothing falls between the two
        await self._replay(groups)
        self.sender = asyncio.create_task(self._send_forever(self.listener))

    async def disconnect(self, code: int) -> None:
        """Forget the socket."""
        if self.listener is not None:
            hub.remove(self.listener)
        if self.sender is not None:
            self.sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.sender

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing a client says changes what it hears."""

    async def _replay(self, groups: frozenset[str]) -> None:
        newest = await database_sync_to_async(signals.latest_cursor)()
        cursor = _cursor_of(self.scope)
        if cursor is not None:
            rows = await database_sync_to_async(signals.missed)(groups, cursor)
            for message in [REFRESH] if rows is None else map(_message, rows):
                await self.send(json.dumps(message))
        await self.send(json.dumps({"type": "hello", "cursor": newest}))

    async def _send_forever(self, listener: Listener) -> None:
        while True:
            message = await listener.queue.get()
            if listener.close_code is not None:
                await self.close(listener.close_code)
                return
            await self.send(json.dumps(message))


def _cursor_of(scope: dict[str, Any]) -> int | None:
    text = parse_qs(scope["query_string"].decode("latin-1")).get("cursor", [""])[0]
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _message(row: LiveSignal) -> dict[str, object]:
    return {"cursor": row.id, "topic": row.topic, "id": row.object_id}
