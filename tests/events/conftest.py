"""Handlers, schedules and workers for one test only."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import pytest
from django.db import connections, transaction

from events import registry, schedule
from events.models import EventRecord
from events.services import record
from events.worker import Worker
from tests.events.samples import Effect, Happened


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers and schedules registered by a test end with it; those of the project stay out."""
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(schedule, "_recurring", {})


@pytest.fixture
def worker() -> Worker:
    return Worker(random=Random(1))


def happen(number: int = 1, **options) -> EventRecord:
    """Record one ``Happened`` in a transaction of its own."""
    with transaction.atomic():
        return record(Happened(number), **options)


def leave_effect(name: str = "one") -> Callable[[Happened, EventRecord], None]:
    """A handler whose effect is a row."""

    def handler(event: Happened, stored: EventRecord) -> None:
        record(Effect(event.number, name))

    return handler


def effects() -> Counter:
    """How often each (number, handler) took effect."""
    found = EventRecord.objects.filter(type=Effect.type).values_list("payload", flat=True)
    return Counter((payload["number"], payload["handler"]) for payload in found)


def in_threads(number: int, work: Callable[[int], object]) -> list:
    """Run ``work(0..number-1)`` at the same moment in threads of their own; return results or exceptions."""
    barrier = threading.Barrier(number)
    results: list = [None] * number

    def run(position: int) -> None:
        barrier.wait(60)
        try:
            results[position] = work(position)
        except Exception as error:
            results[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


@contextmanager
def running(*workers: Worker) -> Iterator[threading.Event]:
    """Workers at work in threads of their own; they have stopped when the block ends."""
    stop = threading.Event()
    threads = [threading.Thread(target=worker.run_forever, args=(stop,)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
