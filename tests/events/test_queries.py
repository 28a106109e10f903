"""Reading the queue and following the log."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction
from prometheus_client import CollectorRegistry, generate_latest

from events.enums import State
from events.metrics import QueueCollector
from events.models import EventRecord
from events.queries import OVERLAP, latest_cursor, queue_age_seconds, queue_sizes, since
from events.registry import on
from events.services import record
from tests.events.conftest import leave_effect
from tests.events.samples import Effect, Happened

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 6, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def handled():
    on(Happened, name="tests.one")(leave_effect())


def test_an_empty_queue_is_not_old():
    assert queue_age_seconds() == 0.0


def test_the_age_is_that_of_the_oldest_event_a_worker_could_take(handled, clock, worker):
    record(Effect(1), due_at=NOW - timedelta(days=1))  # nobody waits for this one
    record(Happened(1), due_at=NOW + timedelta(hours=1))
    record(Happened(2))
    record(Happened(3), due_at=NOW - timedelta(seconds=30))
    clock.forward(seconds=12)
    assert queue_age_seconds() == 42.0
    worker._claim(clock.now())
    assert queue_age_seconds() == 0.0


def test_the_queue_is_counted_by_what_it_waits_for(handled, clock):
    record(Happened(1), due_at=NOW + timedelta(hours=1))
    record(Happened(2))
    record(Happened(3))
    EventRecord.objects.filter(pk=record(Happened(4)).pk).update(state=State.PARKED)
    assert queue_sizes() == {"ready": 2, "later": 1, "parked": 1}


def test_prometheus_sees_the_queue(handled, clock):
    record(Happened(1))
    clock.forward(seconds=5)
    registry = CollectorRegistry()
    registry.register(QueueCollector())
    lines = generate_latest(registry).decode().splitlines()
    assert "events_queue_age_seconds 5.0" in lines
    assert 'events_queue_records{state="ready"} 1.0' in lines
    assert 'events_queue_records{state="parked"} 0.0' in lines


def test_a_scrape_survives_the_database():
    def fail(*_query):
        raise OperationalError

    registry = CollectorRegistry()
    registry.register(QueueCollector())
    with connection.execute_wrapper(fail):
        assert generate_latest(registry) == b""


def test_a_reader_gets_its_types_from_its_cursor_on(clock):
    first = record(Effect(1))
    clock.forward(hours=1)
    record(Happened(2))
    second = record(Effect(3))
    clock.forward(hours=1)
    third = record(Effect(4))
    assert since(0, [Effect.type]) == [first, second, third]
    assert since(second.pk, [Effect.type]) == [second, third]
    assert since(second.pk, [Happened.type, Effect.type], timedelta(hours=1)) == [
        first,
        EventRecord.objects.get(type=Happened.type),
        second,
        third,
    ]
    assert latest_cursor() == third.pk


def test_a_lower_number_that_commits_later_is_not_missed(clock):
    """What a reader at 100 sees when 99 is still open, and afterwards."""
    late = record(Effect(99))
    clock.forward(seconds=1)
    seen = record(Effect(100))
    cursor = seen.pk
    clock.forward(hours=3)  # the reader slept; the window is measured from where it stood
    assert late in since(cursor, [Effect.type])
    assert late not in since(cursor, [Effect.type], timedelta(0))
    assert timedelta(seconds=60) == OVERLAP


@pytest.mark.django_db(transaction=True)
def test_the_reader_catches_up_with_a_slow_transaction():
    """For real: on PostgreSQL the lower number commits after the reader stands at the higher one."""
    recorded, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(Effect(1))
            recorded.set()
            if connection.vendor == "postgresql":  # SQLite has one writer: the second waits for the first
                finish.wait(30)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    recorded.wait(30)
    with transaction.atomic():
        record(Effect(2))
    numbers = [found.payload["number"] for found in since(0, [Effect.type])]
    assert numbers == ([2] if connection.vendor == "postgresql" else [1, 2])
    cursor = latest_cursor()
    finish.set()
    thread.join(30)
    assert [found.payload["number"] for found in since(cursor, [Effect.type])] == [1, 2]
