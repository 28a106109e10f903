"""Recurring work: once per occurrence, by Dutch clocks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from cronsim import CronSimError
from django.db import transaction

from events.base import Event
from events.enums import State
from events.events import CleanUpDue
from events.models import EventRecord
from events.receivers import forget_occurrences
from events.registry import on
from events.schedule import Scheduler, every, following, latest
from events.services import record
from events.worker import Worker
from tests.events.conftest import in_threads
from tests.events.samples import Effect


@dataclass(frozen=True)
class NightFell(Event):
    type: ClassVar[str] = "tests.night_fell"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "now", "expected"),
    [
        ("15 3 * * *", utc(2025, 6, 3, 1, 15), utc(2025, 6, 3, 1, 15)),
        ("15 3 * * *", utc(2025, 6, 3, 1, 14, 59), utc(2025, 6, 2, 1, 15)),
        ("15 3 * * *", utc(2025, 6, 3, 12, 0), utc(2025, 6, 3, 1, 15)),
        ("15 3 * * *", utc(2025, 12, 3, 12, 0), utc(2025, 12, 3, 2, 15)),
        ("30 2 * * *", utc(2025, 3, 30, 12, 0), utc(2025, 3, 30, 1, 0)),  # 02:30 did not exist
        ("30 2 * * *", utc(2025, 10, 26, 12, 0), utc(2025, 10, 26, 0, 30)),  # 02:30 came twice
        ("0 9 * * 1", utc(2025, 6, 8, 12, 0), utc(2025, 6, 2, 7, 0)),
    ],
)
def test_the_latest_occurrence_by_dutch_clocks(cron, now, expected):
    assert latest(cron, now) == expected
    assert following(cron, expected) > expected


def test_the_following_occurrence():
    assert following("15 3 * * *", utc(2025, 6, 3, 1, 15)) == utc(2025, 6, 4, 1, 15)
    assert following("15 3 * * *", utc(2025, 6, 3, 1, 14)) == utc(2025, 6, 3, 1, 15)


@pytest.mark.django_db
def test_each_occurrence_is_recorded_once_by_whatever_number_of_workers():
    every("15 3 * * *", NightFell())
    first, second = Scheduler(), Scheduler()
    for now in (utc(2025, 6, 3, 0, 0), utc(2025, 6, 3, 1, 14), utc(2025, 6, 3, 1, 15), utc(2025, 6, 3, 9, 0)):
        first.record_due(now)
        second.record_due(now)
    recorded = EventRecord.objects.filter(type=NightFell.type).values_list("due_at", "key")
    assert list(recorded) == [
        (utc(2025, 6, 2, 1, 15), "tests.night_fell/2025-06-02T01:15Z"),
        (utc(2025, 6, 3, 1, 15), "tests.night_fell/2025-06-03T01:15Z"),
    ]


@pytest.mark.django_db
def test_after_downtime_only_the_latest_missed_occurrence_is_made_up_for():
    every("15 3 * * *", NightFell())
    Scheduler().record_due(utc(2025, 6, 3, 2, 0))
    Scheduler().record_due(utc(2025, 6, 9, 9, 0))
    assert list(EventRecord.objects.values_list("due_at", flat=True)) == [
        utc(2025, 6, 3, 1, 15),
        utc(2025, 6, 9, 1, 15),
    ]


@pytest.mark.django_db
def test_between_occurrences_the_database_is_left_alone(django_assert_num_queries):
    every("15 3 * * *", NightFell())
    scheduler = Scheduler()
    scheduler.record_due(utc(2025, 6, 3, 2, 0))
    with django_assert_num_queries(0):
        scheduler.record_due(utc(2025, 6, 4, 1, 14))


@pytest.mark.django_db
def test_a_late_worker_on_a_handled_occurrence_does_not_repeat_it():
    runs = []
    every("15 3 * * *", NightFell())
    on(NightFell, name="tests.sleep")(lambda event, found: runs.append(found.due_at))
    for _worker in range(2):
        Scheduler().record_due(utc(2025, 6, 3, 2, 0))
        Worker().run_due()
    assert runs == [utc(2025, 6, 3, 1, 15)]


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_record_one_occurrence():
    every("15 3 * * *", NightFell())
    results = in_threads(4, lambda _position: Scheduler().record_due(utc(2025, 6, 3, 2, 0)))
    assert results == [None] * 4
    assert EventRecord.objects.filter(type=NightFell.type).count() == 1


@pytest.mark.django_db
def test_old_occurrences_go_and_the_latest_and_everything_else_stays(clock):
    every("15 3 * * *", NightFell())
    every("0 0 1 1 *", NightFell(), name="tests.new_year")
    now = utc(2025, 6, 30, 12, 0)
    scheduler = Scheduler()
    for day in range(1, 31):
        scheduler.record_due(utc(2025, 5, day, 12, 0))
    with transaction.atomic():
        record(NightFell(), due_at=utc(2025, 5, 1, 12, 0), key="something/else")
    EventRecord.objects.filter(due_at=utc(2025, 5, 2, 1, 15)).update(state=State.PARKED)
    clock.at(now)
    forget_occurrences(CleanUpDue(), EventRecord())
    assert sorted(EventRecord.objects.values_list("key", flat=True)) == [
        "something/else",
        "tests.new_year/2024-12-31T23:00Z",
        "tests.night_fell/2025-05-02T01:15Z",
    ]
    clock.at(utc(2025, 5, 30, 12, 0))
    Scheduler().record_due(utc(2025, 5, 30, 12, 0))
    forget_occurrences(CleanUpDue(), EventRecord())
    assert EventRecord.objects.filter(key="tests.night_fell/2025-05-30T01:15Z").exists()


def test_names_are_unique_and_tell_schedules_of_one_event_apart():
    every("0 8 * * *", Effect(1), name="tests.morning")
    every("0 20 * * *", Effect(2), name="tests.evening")
    with pytest.raises(ValueError, match=r"tests\.morning"):
        every("0 9 * * *", Effect(3), name="tests.morning")


def test_a_wrong_expression_is_told_at_once():
    with pytest.raises(CronSimError):
        every("61 * * * *", NightFell())
