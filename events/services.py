"""Recording what happened, setting and cancelling timers."""

import json
from base64 import b64decode
from collections.abc import Collection
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from common import clock
from common.errors import InvalidTransition
from events.base import Event, is_key, type_of
from events.enums import OPEN, State
from events.events import EventRetried
from events.models import EventRecord, IdempotentCall
from events.registry import handlers_of
from events.wakeup import bell

LONGEST_KEY = 200
CALLS_KEPT_FOR = timedelta(hours=24)
# The number of the record whose handler runs in this thread; 0 outside handlers.
handling: ContextVar[int] = ContextVar("handling", default=0)


def record(event: Event, *, actor: Any = None, due_at: datetime | None = None, key: str = "") -> EventRecord:
    """Store ``event`` in the transaction of the change it tells about, and wake a worker after commit.

    Args:
        event: what happened; ids only.
        actor: the acting user (or their UUID); ``None`` for the system.
        due_at: when handlers may run; ``None`` for at once. In the future it makes the event a timer.
        key: a name for at most one live record (letters, digits, ``_.:/-``, at most 200). Recording a
            key again changes nothing and returns the first record, also when that was handled long ago;
            after ``cancel`` the key is free. Number the keys of timers that repeat.

    Returns:
        The stored record. An event without handlers is stored as handled: audit only.

    Raises:
        RuntimeError: no transaction is open, or a handler records its own key again.
        NotAnId: the event holds something else than ids.
        ValueError: the key has another form.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event is recorded in the transaction of the change it tells about")
    if not is_key(key, LONGEST_KEY):
        raise ValueError("An event key holds letters, digits and _.:/- only")
    new = _new_record(event, actor=actor, due_at=due_at, key=key)
    stored = _store_once(new) if key else _store(new)
    transaction.on_commit(bell.ring)
    return stored


def cancel(key: str) -> bool:
    """Cancel the live record with ``key``; return whether there was one left to cancel.

    It holds until the last handler has committed: a handler that is running rolls back. A handler that
    cancels its own key is left alone, for its event is already happening.
    """
    live = EventRecord.objects.filter(key=key, state__in=(*OPEN, State.PARKED)).exclude(pk=handling.get())
    return bool(key) and live.update(state=State.CANCELLED, lease_token=None) == 1


@transaction.atomic
def retry_parked(parked: EventRecord, by: Any) -> EventRecord:
    """Let workers try a parked event again, from its first attempt. Handlers that have run do not run again.

    Raises:
        InvalidTransition: the event is not parked (any more).
    """
    rows = EventRecord.objects.filter(pk=parked.pk, state=State.PARKED).update(
        state=State.PENDING, attempts=0, ready_at=clock.now()
    )
    if rows != 1:
        raise InvalidTransition
    record(EventRetried(record_id=parked.pk), actor=by)
    parked.refresh_from_db()
    return parked


def forget_calls_about(words: Collection[str]) -> int:
    """Remove the kept answers to API calls in which one of ``words`` stands; return how many."""
    told = [call.pk for call in IdempotentCall.objects.iterator() if _tells(call.answer, words)]
    return IdempotentCall.objects.filter(pk__in=told).delete()[0]


def _tells(answer: Any, words: Collection[str]) -> bool:
    body = b64decode(answer["body"]).decode(errors="replace") + json.dumps(answer["headers"])
    return any(word in body for word in words)


def forget_old_calls() -> int:
    """Remove the answers to API calls that were kept for longer than a day; return how many."""
    return IdempotentCall.objects.filter(created_at__lt=clock.now() - CALLS_KEPT_FOR).delete()[0]


def _new_record(event: Event, *, actor: Any, due_at: datetime | None, key: str) -> EventRecord:
    now = clock.now()
    due = now if due_at is None else due_at
    event_type = type_of(event)
    audit_only = not handlers_of(event_type)
    return EventRecord(
        type=event_type,
        payload=event.payload(),
        actor_id=actor if isinstance(actor, UUID) else getattr(actor, "pk", None),
        key=key,
        at=now,
        due_at=due,
        ready_at=due,
        state=State.HANDLED if audit_only else State.PENDING,
        handled_at=now if audit_only else None,
    )


def _store(new: EventRecord) -> EventRecord:
    new.save(force_insert=True)
    return new


def _store_once(new: EventRecord) -> EventRecord:
    # ON CONFLICT DO NOTHING waits for another transaction with the same key and never fails ours.
    EventRecord.objects.bulk_create([new], ignore_conflicts=True)
    stored = EventRecord.objects.exclude(state=State.CANCELLED).get(key=new.key)
    if stored.pk == handling.get():
        raise RuntimeError("A handler cannot set its own timer again: number the keys of timers that repeat")
    return stored
