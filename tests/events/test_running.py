"""The worker as it runs: threads, wake-ups, trouble, the command and its death."""

import json
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from events import worker as worker_module
from events.embedded import start_embedded_worker
from events.enums import State
from events.models import EventRecord
from events.registry import on
from events.services import record
from events.wakeup import wakeup_for_database
from events.worker import Worker
from tests.events.conftest import effects, happen, leave_effect, running
from tests.events.samples import Effect, Happened

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent
# What only has to come, also on a busy machine; and longer than that: whoever is awake sooner did not poll.
PATIENCE, NO_POLLING = 30.0, 60.0


class Bystander:
    """Counts handled events and lets a test wait for them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.seen: list[int] = []

    def __call__(self, event: Happened, found: EventRecord) -> None:
        with self._changed:
            self.seen.append(event.number)
            self._changed.notify_all()

    def wait_for(self, count: int, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.seen) >= count, seconds)


@pytest.fixture
def bystander() -> Bystander:
    found = Bystander()
    on(Happened, name="tests.see")(found)
    return found


def all_handled(seconds: float = 2 * PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while EventRecord.objects.filter(type=Happened.type).exclude(state=State.HANDLED).exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_commit_wakes_the_embedded_worker_without_polling(bystander, monkeypatch):
    monkeypatch.setattr(worker_module, "POLL_SECONDS", NO_POLLING)
    embedded = start_embedded_worker()
    try:
        for number in range(6):
            happen(number)
            assert bystander.wait_for(number + 1, PATIENCE)
    finally:
        monkeypatch.setattr(worker_module, "POLL_SECONDS", 0.01)
        happen(6)  # PostgreSQL's listener does not hear that it may stop
        assert embedded.stop(PATIENCE)


def test_a_rollback_wakes_nobody_and_a_commit_does():
    on(Happened, name="tests.one")(leave_effect())
    wakeup = wakeup_for_database()
    wakeup.wait(0)  # begins to listen
    try:
        began = time.monotonic()
        with transaction.atomic():
            record(Happened(1))
            transaction.set_rollback(True)
        wakeup.wait(0.3)
        assert time.monotonic() - began >= 0.3
        began = time.monotonic()
        happen(1)
        wakeup.wait(NO_POLLING)
        assert time.monotonic() - began < PATIENCE
    finally:
        wakeup.close()


def test_polling_finds_timers_that_fall_due(bystander):
    with running(Worker()):
        happen(1, due_at=worker_module.project_clock.now() + timedelta(seconds=0.4))
        assert bystander.wait_for(1, PATIENCE)


def test_four_workers_side_by_side_have_each_effect_once():
    on(Happened, name="tests.one")(leave_effect("one"))
    on(Happened, name="tests.two")(leave_effect("two"))
    for number in range(80):
        happen(number)
    with running(*(Worker(batch=5) for _worker in range(4))):
        assert all_handled()
    expected = {(number, handler): 1 for number in range(80) for handler in ("one", "two")}
    assert effects() == expected


def test_stopping_finishes_the_running_handler_and_begins_no_other():
    started, finish = threading.Event(), threading.Event()

    @on(Happened, name="tests.slow")
    def slow(event, found):
        started.set()
        finish.wait(PATIENCE)
        record(Effect(event.number))

    for number in range(3):
        happen(number)
    with running(Worker()) as stop:
        assert started.wait(PATIENCE)
        stop.set()
        finish.set()
    assert effects() == {(0, "one"): 1}
    states = EventRecord.objects.filter(type=Happened.type).values_list("state", flat=True)
    assert list(states) == [State.HANDLED, State.PENDING, State.PENDING]


def test_an_embedded_worker_that_does_not_end_is_told(caplog):
    started, finish = threading.Event(), threading.Event()

    @on(Happened, name="tests.slow")
    def slow(event, found):
        started.set()
        finish.wait(PATIENCE)

    happen(1)
    embedded = start_embedded_worker()
    assert started.wait(PATIENCE)
    assert embedded.stop(seconds=0.1) is False
    assert "worker_still_running" in caplog.text
    finish.set()
    assert embedded.stop(PATIENCE)


def test_trouble_with_the_database_is_waited_out(bystander, monkeypatch, caplog):
    claim, troubles = Worker._claim, []

    def troubled(worker, now):
        if len(troubles) < 3:
            troubles.append(now)
            raise OperationalError("wachtwoord=geheim")
        return claim(worker, now)

    monkeypatch.setattr(Worker, "_claim", troubled)
    happen(1)
    with running(Worker()):
        assert bystander.wait_for(1, PATIENCE)
    assert caplog.text.count("worker_in_trouble") == 3
    assert "geheim" not in caplog.text


def test_connections_cut_by_the_server_are_replaced(bystander):
    """PostgreSQL restarts: the worker's connections are gone. SQLite has none to cut: it just goes on."""
    happen(0)
    with running(Worker()):
        assert bystander.wait_for(1, PATIENCE)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                assert cursor.fetchall()
        for number in range(1, 4):
            happen(number)
        assert bystander.wait_for(4, 2 * PATIENCE)
        assert all_handled()
    assert set(bystander.seen) == {0, 1, 2, 3}


def trial(*options: str) -> dict:
    """Run the kill trial in a process of its own, on a throw-away database of the same kind."""
    finished = subprocess.run(
        [sys.executable, "-m", "bench.worker_kill", *options],
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "INFO"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert finished.stdout, finished.stderr
    return {**json.loads(finished.stdout.splitlines()[-1]), "status": finished.returncode}


@pytest.mark.slow
def test_workers_killed_at_random_lose_nothing_and_double_nothing():
    """The short form of ``python -m bench.worker_kill --kills 200``; it also ends a worker by SIGTERM."""
    result = trial("--kills=20", "--workers=2")
    assert result["taken_over"] > 0, "no kill hit a worker at work"
    assert {key: result[key] for key in ("lost", "doubled", "parked", "exit_status", "status")} == {
        "lost": 0,
        "doubled": 0,
        "parked": 0,
        "exit_status": 0,
        "status": 0,
    }


@pytest.mark.slow
def test_without_the_guard_kills_double_effects():
    """Negative control: the trial above sees a worker that notes its work in a second transaction."""
    result = trial("--kills=6", "--ready=30", "--careless")
    assert result["doubled"] > 0
    assert result["status"] == 1
