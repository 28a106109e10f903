"""Negative control: a worker that notes in a second transaction what it has done."""

import time

from django.db import transaction

from events.base import Event
from events.models import EventRecord
from events.registry import Handler
from events.worker import Clock, Worker

GAP_SECONDS = 0.02


def take_the_guard_out() -> None:
    """Split effect and note, as a worker without the guard would, and widen the gap so that kills hit it."""
    Worker._run = _run_carelessly  # type: ignore[assignment, method-assign]


def _run_carelessly(worker: Worker, handler: Handler, event: Event, found: EventRecord, clock: Clock) -> None:
    with transaction.atomic():
        handler.function(event, found)
    time.sleep(GAP_SECONDS)
    done = [*found.handled_by, handler.name]
    worker._note(found, done, clock())
    found.handled_by = done
