"""Reading the queue and following the log."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction
from prometheus_client import CollectorRegistry, generate_latest

from events.base import Event
from events.enums import State
from events.metrics import QueueCollector
from events.models import EventRecord
from events.queries import OVERLAP, Reader, queue_age_seconds, queue_sizes
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


def numbers(reader: Reader) -> list[int]:
    return [payload["number"] for payload in reader.read()]


def test_a_reader_gets_its_types_once_from_where_it_began(clock):
    record(Effect(1))
    reader = Reader([Effect.type])
    assert numbers(reader) == []
    record(Effect(2))
    record(Happened(3))
    record(Effect(4))
    assert numbers(reader) == [2, 4]
    assert numbers(reader) == []
    clock.forward(hours=1)
    record(Effect(5))
    assert numbers(reader) == [5]
    assert numbers(Reader([Effect.type])) == []


def test_who_begins_with_nothing_recorded_gets_all():
    reader = Reader([Effect.type])
    record(Effect(1))
    assert numbers(reader) == [1]


def committed(event: Event) -> EventRecord:
    with transaction.atomic():
        return record(event)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("began", ["before", "between"])
def test_a_lower_number_that_commits_later_is_read_for_a_minute(clock, began):
    """What a reader at 100 sees when 99 is still open, and afterwards."""
    committed(Effect(98))
    reader = Reader([Effect.type])
    late, lost = committed(Effect(99)), committed(Effect(100))
    EventRecord.objects.filter(pk__in=(late.pk, lost.pk)).delete()
    committed(Effect(101))
    reader = Reader([Effect.type]) if began == "between" else reader
    assert numbers(reader) == ([] if began == "between" else [101])
    clock.forward(seconds=50)
    late.save(force_insert=True)
    assert numbers(reader) == [99]
    clock.forward(seconds=11)  # longer than a transaction may last
    assert numbers(reader) == []
    lost.save(force_insert=True)
    assert numbers(reader) == []
    assert timedelta(seconds=60) == OVERLAP


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_slept_asks_once_more(clock):
    reader = Reader([Effect.type])
    late = committed(Effect(99))
    EventRecord.objects.filter(pk=late.pk).delete()
    committed(Effect(100))
    assert numbers(reader) == [100]
    clock.forward(hours=3)
    late.save(force_insert=True)
    assert numbers(reader) == [99]


@pytest.mark.django_db(transaction=True)
def test_a_number_that_was_taken_back_may_come_again():
    reader = Reader([Effect.type])
    with transaction.atomic():
        record(Effect(1))
        assert (numbers(reader), numbers(reader)) == ([1], [])
        transaction.set_rollback(True)
    committed(Effect(2))
    assert (numbers(reader), numbers(reader)) == ([2], [])


@pytest.mark.django_db(transaction=True)
def test_what_came_another_way_is_not_read_again():
    reader = Reader([Effect.type])
    first, _, third, _ = (committed(Effect(number)).pk for number in (1, 2, 3, 4))
    reader.heard(third)
    reader.heard(first)
    assert (numbers(reader), numbers(reader)) == ([2, 4], [])


@pytest.mark.django_db(transaction=True)
def test_the_reader_catches_up_with_a_slow_transaction():
    """For real: on PostgreSQL the lower number commits after the reader stands at the higher one."""
    recorded, finish = threading.Event(), threading.Event()
    reader = Reader([Effect.type])

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
    first, later = (numbers(reader), numbers(Reader([Effect.type])))
    between = Reader([Effect.type])
    finish.set()
    thread.join(30)
    if connection.vendor == "postgresql":
        assert (first, later, numbers(reader), numbers(between)) == ([2], [], [1], [1])
    else:
        assert (first, later, numbers(reader), numbers(between)) == ([1, 2], [], [], [])
