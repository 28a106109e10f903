"""The socket of one client: a plain ASGI application, for Channels' consumers cost twice the memory."""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth import get_user

from notifications.live import signals
from notifications.live.groups import groups_of
from notifications.live.hub import CLOSE_RIGHTS_CHANGED, CLOSE_SIGNED_OUT, REFRESH, Listener, Message, hub
from notifications.models import LiveSignal
from people.services import note_session

CLOSE_TOO_LONG = 1009
# Clients have nothing to tell; a word to keep the line open is fine.
LONGEST_MESSAGE = 1024
NUMBER = re.compile(r"[0-9]{1,15}")
# Not the one thread that Django shares among all sockets: thousands may come back at once.
_doorkeepers = ThreadPoolExecutor(4, thread_name_prefix="live-door")

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def live_socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Tell a client what changed, never the data itself.

    ``/ws?cursor=N`` first sends what was missed since N, and ``/ws?since=T`` (milliseconds of 1970) what
    a page asked for at T can have missed; or ``{"type": "refresh"}`` when that is too much. Then comes
    ``{"type": "hello", "cursor": n}`` and from there one ``{"cursor", "topic", "id"}`` per change.
    A change can be told twice, never not at all.

    Closes with 4401 when nobody is signed in (any more), 4408 when rights changed (connect again)
    and 1009 when the client sends more than ``LONGEST_MESSAGE`` bytes. What it sends is ignored.
    """
    await receive()  # websocket.connect
    listener, known = await _at_the_door(_admit, scope["session"])
    await send({"type": "websocket.accept"})
    if not listener.groups:
        await send({"type": "websocket.close", "code": CLOSE_SIGNED_OUT})
        return
    await hub.add(listener)  # before the replay is read: nothing falls between the two
    try:
        await _serve(listener, known, _question(scope), receive, send)
    finally:
        hub.remove(listener)


async def _serve(listener: Listener, known: int, asked: dict[str, int], receive: Receive, send: Send) -> None:
    opening = await _at_the_door(_opening, listener, known, asked)
    if opening is None:
        await send({"type": "websocket.close", "code": CLOSE_RIGHTS_CHANGED})
        return
    sender = asyncio.create_task(_send_forever(opening, listener, send))
    try:
        await _until_gone(receive, listener)
    finally:
        sender.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):  # OSError: the client went first
            await sender


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (event := await receive())["type"] != "websocket.disconnect":
        if len(event.get("text") or event.get("bytes") or "") > LONGEST_MESSAGE:
            listener.close(CLOSE_TOO_LONG)


async def _send_forever(opening: list[Message], listener: Listener, send: Send) -> None:
    for message in opening:
        await send({"type": "websocket.send", "text": json.dumps(message)})
    while listener.close_code is None:
        message = await listener.queue.get()
        if listener.close_code is None:
            await send({"type": "websocket.send", "text": json.dumps(message)})
    await send({"type": "websocket.close", "code": listener.close_code})


async def _at_the_door(function: Callable[..., Any], *args: Any) -> Any:
    return await database_sync_to_async(function, thread_sensitive=False, executor=_doorkeepers)(*args)


def _admit(session: Any) -> tuple[Listener, int]:
    """Who is there, and what they may hear; with the newest cursor from before that was read."""
    known = signals.latest_cursor()
    user = note_session(get_user(SimpleNamespace(session=session)), session)  # type: ignore[arg-type]
    return Listener(groups_of(user, session), user_id=user.pk, session_key=session.session_key), known


def _opening(listener: Listener, known: int, asked: dict[str, int]) -> list[Message] | None:
    """What a new socket is told first; ``None`` when rights changed while it was let in."""
    if signals.kicked_since(listener.groups, known):
        return None
    hello: Message = {"type": "hello", "cursor": signals.latest_cursor()}
    rows: list[LiveSignal] | None = []
    if "cursor" in asked:
        rows = signals.missed(listener.groups, asked["cursor"])
    elif "since" in asked:
        rows = signals.missed_since(listener.groups, datetime.fromtimestamp(asked["since"] / 1000, UTC))
    return [*([REFRESH] if rows is None else map(message_of, rows)), hello]


def _question(scope: dict[str, Any]) -> dict[str, int]:
    """The numbers in the query string; whatever else stands there is left alone."""
    given = parse_qs(scope["query_string"].decode("latin-1"))
    numbers = {name: given[name][0] for name in ("cursor", "since") if name in given}
    return {name: int(text) for name, text in numbers.items() if NUMBER.fullmatch(text)}


def message_of(row: LiveSignal) -> Message:
    """A signal as clients hear it."""
    return {"cursor": row.id, "topic": row.topic, "id": row.object_id}
