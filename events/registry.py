"""Which handlers run when an event has been recorded."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.db import transaction

from events.base import Event
from events.failures import describe

if TYPE_CHECKING:
    from events.models import EventRecord

log = structlog.get_logger(__name__)
NAME_PATTERN = re.compile(r"[a-z_]+\.[a-z_]+")

AnyHandler = Callable[[Any, "EventRecord"], None]
HandlerFunction = TypeVar("HandlerFunction", bound=AnyHandler)


@dataclass(frozen=True)
class Handler:
    """A function that runs once for every event of one type. Its name is stored: never rename it."""

    name: str
    event: type[Event]
    function: AnyHandler


_handlers: dict[str, list[Handler]] = {}


def on(event: type[Event], *, name: str) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register the decorated ``function(event, record)`` as a handler of ``event``.

    ``name`` ("app.verb") is unique and stored with each event that it has handled.

    The worker runs a handler inside its own transaction, together with the note that it has run. Its
    database effects therefore happen exactly once. Effects outside the database (mail, push) do not roll
    back: put them in an outbox row, or in ``after_handling``.

    Raises:
        ValueError: the name has another form or is taken.
    """
    if not NAME_PATTERN.fullmatch(name):
        raise ValueError(f'A handler name looks like "app.verb", not {name!r}')
    if any(handler.name == name for handlers in _handlers.values() for handler in handlers):
        raise ValueError(f"Two handlers are called {name}")

    def register(function: HandlerFunction) -> HandlerFunction:
        _handlers.setdefault(event.type, []).append(Handler(name, event, function))
        return function

    return register


def handlers_of(event_type: str) -> tuple[Handler, ...]:
    """Return the handlers of a type in the order of registration."""
    return tuple(_handlers.get(event_type, ()))


def after_handling(function: Callable[[], object]) -> None:
    """Run ``function`` once the current transaction has committed; never when it rolls back.

    At most once: a process killed between commit and call loses it, so use it only for hints that something
    else repairs (a live signal whose row the client replays, a wake-up that polling replaces). An exception
    is logged and does not touch the handler, which has already committed. Django's ``robust=True`` would
    log the exception's message too, and messages may hold personal data.
    """
    transaction.on_commit(lambda: _quietly(function))


def _quietly(function: Callable[[], object]) -> None:
    try:
        function()
    except Exception as error:  # noqa: BLE001  (a hint must not fail what has committed)
        log.warning("after_handling_failed", **describe(error))
