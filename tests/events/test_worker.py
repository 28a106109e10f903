"""What the worker promises, step by step and without threads."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import DatabaseError, connection, transaction

from common.errors import Forbidden
from events import worker as worker_module
from events.enums import State
from events.models import EventRecord
from events.registry import after_handling, on
from events.services import cancel, record
from events.worker import Worker, backoff
from tests.events.conftest import effects, happen, leave_effect
from tests.events.samples import Effect, Happened

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 6, 3, 8, 0, tzinfo=UTC)


class Killed(BaseException):
    """Ends the worker where it stands, as a kill would: nothing that comes after it runs."""


def stored(pk: int) -> EventRecord:
    return EventRecord.objects.get(pk=pk)


# --- Once ------------------------------------------------------------------------------------


def test_each_handler_runs_once(worker, clock):
    on(Happened, name="tests.one")(leave_effect("one"))
    on(Happened, name="tests.two")(leave_effect("two"))
    number = record(Happened(7)).pk
    assert worker.run_due() == 1
    assert worker.run_due() == 0
    assert effects() == {(7, "one"): 1, (7, "two"): 1}
    done = stored(number)
    assert (done.state, done.handled_by, done.handled_at) == (
        State.HANDLED,
        ["tests.one", "tests.two"],
        clock.now(),
    )
    assert done.lease_token is None


def test_a_handler_gets_the_event_and_its_record(worker):
    seen = []
    on(Happened, name="tests.look")(lambda event, found: seen.append((event, found.pk)))
    number = record(Happened(7)).pk
    worker.run_due()
    assert seen == [(Happened(7), number)]


def test_what_handlers_record_is_handled_in_the_same_run(worker):
    @on(Happened, name="tests.count_down")
    def count_down(event, found):
        if event.number:
            record(Happened(event.number - 1))

    record(Happened(3))
    assert worker.run_due() == 4


def test_more_than_a_batch_is_drained(worker):
    on(Happened, name="tests.one")(leave_effect())
    for number in range(45):
        record(Happened(number))
    assert worker.run_due() == 45
    assert effects() == {(number, "one"): 1 for number in range(45)}


@pytest.mark.parametrize("batch", [1, 20])
def test_the_oldest_due_comes_first(batch, clock):
    worker = Worker(batch=batch)
    order = []
    on(Happened, name="tests.note")(lambda event, found: order.append(event.number))
    record(Happened(1), due_at=NOW - timedelta(hours=1))
    record(Happened(2))
    record(Happened(3), due_at=NOW - timedelta(hours=2))
    worker.run_due()
    assert order == [3, 1, 2]


def test_a_timer_waits_for_its_moment(worker, clock):
    on(Happened, name="tests.one")(leave_effect())
    record(Happened(1), due_at=NOW + timedelta(minutes=5))
    clock.forward(minutes=5, seconds=-1)
    assert worker.run_due() == 0
    clock.forward(seconds=1)
    assert worker.run_due() == 1


def test_a_test_can_look_ahead(worker, clock):
    on(Happened, name="tests.one")(leave_effect())
    record(Happened(1), due_at=NOW + timedelta(hours=5))
    assert worker.run_due(until=NOW + timedelta(hours=4)) == 0
    assert worker.run_due(until=NOW + timedelta(hours=5)) == 1


def test_a_handler_that_came_later_does_not_run_for_what_is_handled(worker):
    on(Happened, name="tests.one")(leave_effect("one"))
    record(Happened(1))
    worker.run_due()
    on(Happened, name="tests.two")(leave_effect("two"))
    assert worker.run_due() == 0


def test_an_event_whose_handlers_are_gone_is_closed(worker, monkeypatch):
    on(Happened, name="tests.one")(leave_effect())
    number = record(Happened(1)).pk
    monkeypatch.setattr("events.registry._handlers", {})
    assert worker.run_due() == 1
    assert stored(number).state == State.HANDLED


# --- Failure ---------------------------------------------------------------------------------


def test_a_failing_handler_leaves_nothing_and_is_tried_again(worker, clock):
    attempts = []

    @on(Happened, name="tests.stumble")
    def stumble(event, found):
        record(Effect(event.number))
        attempts.append(clock.now())
        if len(attempts) < 3:
            raise ZeroDivisionError

    number = record(Happened(1)).pk
    assert worker.run_due() == 1
    failed = stored(number)
    assert (failed.state, failed.attempts, failed.last_error) == (State.PENDING, 1, "ZeroDivisionError")
    assert timedelta(seconds=0.75) <= failed.ready_at - NOW <= timedelta(seconds=1.25)
    assert failed.due_at == NOW
    assert effects() == {}
    for _attempt in range(2):
        clock.at(stored(number).ready_at)
        assert worker.run_due() == 1
    assert effects() == {(1, "one"): 1}
    assert (stored(number).state, stored(number).last_error) == (State.HANDLED, "")


def test_a_failing_handler_keeps_no_other_from_running(worker, clock):
    @on(Happened, name="tests.fail")
    def fail(event, found):
        raise ZeroDivisionError

    on(Happened, name="tests.one")(leave_effect())
    number = record(Happened(1)).pk
    worker.run_due()
    assert stored(number).handled_by == ["tests.one"]
    clock.forward(hours=1)
    worker.run_due()
    assert stored(number).attempts == 2
    assert effects() == {(1, "one"): 1}


def test_after_the_last_attempt_the_event_is_parked(clock, caplog):
    @on(Happened, name="tests.fail")
    def fail(event, found):
        raise Forbidden("Truus mag dit niet")

    worker = Worker(max_attempts=3)
    number = record(Happened(1)).pk
    for _attempt in range(5):
        worker.run_due()
        clock.forward(hours=2)
    parked = stored(number)
    assert (parked.state, parked.attempts, parked.last_error) == (State.PARKED, 3, "Forbidden forbidden")
    assert "event_parked" in caplog.text
    assert "Truus" not in caplog.text


def test_an_error_is_told_by_its_class_and_the_databases_code_only(worker, caplog):
    on(Happened, name="tests.clash")(
        lambda event, found: EventRecord.objects.create(pk=found.pk, key="geheim")
    )
    number = record(Happened(1)).pk
    worker.run_due()
    assert stored(number).last_error in ("IntegrityError", "IntegrityError 23505")
    assert "test_worker.py" not in stored(number).last_error
    assert "geheim" not in caplog.text


def test_a_type_this_version_does_not_know_is_tried_again(worker):
    newer = EventRecord.objects.create(type="tests.from_the_future")
    assert worker.run_due() == 1
    newer.refresh_from_db()
    assert (newer.state, newer.last_error) == (State.PENDING, "UnknownEvent")


def test_the_wait_doubles_up_to_an_hour():
    seconds = [backoff(attempt, Random(1)).total_seconds() for attempt in range(1, 40)]
    for attempt, waited in enumerate(seconds[:11]):
        assert 0.75 * 2**attempt <= waited <= 1.25 * 2**attempt
    assert 2700 <= min(seconds[12:]) <= max(seconds) <= 4500
    assert backoff(5, Random(1)) != backoff(5, Random(2))


# --- Death -----------------------------------------------------------------------------------


def die_between(worker: Worker) -> None:
    with pytest.raises(Killed):
        worker.run_due()


def test_a_kill_between_handlers_repeats_only_what_had_not_run(worker, clock):
    alive = []
    on(Happened, name="tests.one")(leave_effect("one"))

    @on(Happened, name="tests.two")
    def two(event, found):
        record(Effect(event.number, "two"))
        if not alive:
            raise Killed

    number = record(Happened(1)).pk
    die_between(worker)
    assert (stored(number).state, stored(number).handled_by) == (State.LEASED, ["tests.one"])
    assert effects() == {(1, "one"): 1}

    alive.append(True)
    other = Worker()
    clock.forward(seconds=29)
    assert other.run_due() == 0  # the lease still stands
    clock.forward(seconds=1)
    assert other.run_due() == 1
    assert effects() == {(1, "one"): 1, (1, "two"): 1}
    assert (stored(number).state, stored(number).attempts) == (State.HANDLED, 1)


def test_the_rest_of_a_dead_workers_batch_is_taken_over_too(worker, clock):
    def fall_at_first(event, found):
        if not clock.now() > NOW:
            raise Killed
        record(Effect(event.number))

    on(Happened, name="tests.one")(fall_at_first)
    for number in range(5):
        record(Happened(number))
    die_between(worker)
    clock.forward(seconds=30)
    assert Worker().run_due() == 5
    assert effects() == {(number, "one"): 1 for number in range(5)}


def test_an_event_that_kills_its_workers_is_parked(clock):
    @on(Happened, name="tests.kill")
    def kill(event, found):
        raise Killed

    worker = Worker(max_attempts=3)
    number = record(Happened(1)).pk
    for _worker in range(3):
        die_between(worker)
        clock.forward(seconds=30)
    worker.run_due()
    assert (stored(number).state, stored(number).last_error) == (State.PARKED, "WorkerDied")


def test_a_worker_whose_lease_was_taken_over_leaves_no_effect(worker, clock):
    """The slow worker wakes up after another one has finished the event."""
    nested = []

    @on(Happened, name="tests.one")
    def slow(event, found):
        record(Effect(event.number))
        if not nested:
            nested.append(True)
            clock.forward(seconds=31)

    number = record(Happened(1)).pk
    claimed = worker._claim(clock.now())
    clock.forward(seconds=30)
    taken_over = Worker()._claim(clock.now())
    assert [found.pk for found in taken_over] == [number]
    worker._handle(claimed[0], clock.now)
    assert effects() == {}
    assert stored(number).lease_token == taken_over[0].lease_token
    Worker()._handle(taken_over[0], clock.now)
    assert effects() == {(1, "one"): 1}


def test_without_the_guard_the_slow_worker_would_double_the_effect(worker, clock, monkeypatch):
    """Negative control: the compare-and-swap on the lease is what holds the test above."""
    on(Happened, name="tests.one")(leave_effect())
    record(Happened(1))
    claimed = worker._claim(clock.now())
    clock.forward(seconds=30)
    Worker().run_due()
    monkeypatch.setattr(worker_module, "_held", lambda found: EventRecord.objects.filter(pk=found.pk))
    worker._handle(claimed[0], clock.now)
    assert effects() == {(1, "one"): 2}


def test_what_waited_in_the_batch_beyond_the_lease_is_not_begun(worker, clock):
    @on(Happened, name="tests.slow")
    def slow(event, found):
        record(Effect(event.number))
        clock.forward(seconds=30)

    record(Happened(1))
    second = record(Happened(2)).pk
    worker._handle_batch(clock.now, worker_module.threading.Event())
    assert effects() == {(1, "one"): 1}
    assert stored(second).state == State.LEASED
    worker.run_due()
    assert effects() == {(1, "one"): 1, (2, "one"): 1}


def test_two_claims_never_overlap(worker, clock):
    on(Happened, name="tests.one")(leave_effect())
    for number in range(30):
        record(Happened(number))
    first, second = worker._claim(clock.now()), Worker()._claim(clock.now())
    assert (len(first), len(second)) == (20, 10)
    assert not {found.pk for found in first} & {found.pk for found in second}


def test_a_claim_that_another_worker_got_ahead_of_takes_nothing(worker, clock):
    """The other claim falls between the look and the update: the update's own conditions hold."""
    on(Happened, name="tests.one")(leave_effect())
    number = record(Happened(1)).pk
    faster = []

    def get_ahead(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and not faster:
            faster.append(None)
            faster[0] = Worker()._claim(clock.now())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(get_ahead):
        assert worker._claim(clock.now()) == []
    assert stored(number).lease_token == faster[0][0].lease_token


def test_stopping_hands_back_what_was_not_begun(worker, clock):
    stop = worker_module.threading.Event()

    @on(Happened, name="tests.stop")
    def stop_after_this(event, found):
        record(Effect(event.number))
        stop.set()

    for number in range(3):
        record(Happened(number))
    worker._handle_batch(clock.now, stop)
    assert effects() == {(0, "one"): 1}
    assert EventRecord.objects.filter(state=State.PENDING, ready_at=clock.now(), attempts=0).count() == 2


# --- Cancelling while it happens -------------------------------------------------------------


def test_a_timer_cancelled_while_its_handler_runs_has_no_effect(worker, clock):
    """The other transaction commits first; the handler then finds its lease gone."""
    record(Happened(1), key="timer/1")
    on(Happened, name="tests.one")(leave_effect())
    number = record(Happened(2), key="timer/2").pk
    claimed = worker._claim(clock.now())
    assert cancel("timer/2") is True
    worker._handle(claimed[0], clock.now)
    assert effects() == {}
    assert stored(number).state == State.CANCELLED


def test_a_handler_may_cancel_its_own_key_in_passing(worker):
    @on(Happened, name="tests.expire")
    def expire(event, found):
        assert cancel("timer/1") is False
        record(Effect(event.number))

    number = record(Happened(1), key="timer/1").pk
    worker.run_due()
    assert effects() == {(1, "one"): 1}
    assert stored(number).state == State.HANDLED


def test_a_handler_cannot_set_its_own_timer_again_unnoticed(worker):
    on(Happened, name="tests.again")(lambda event, found: record(Happened(1), key="timer/1"))
    number = record(Happened(1), key="timer/1").pk
    worker.run_due()
    assert stored(number).last_error == "RuntimeError"


# --- After handling --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_after_handling_runs_once_the_effect_is_committed(worker):
    seen = []

    @on(Happened, name="tests.publish")
    def publish(event, found):
        record(Effect(event.number))
        after_handling(lambda: seen.append((transaction.get_connection().in_atomic_block, effects())))
        assert seen == []

    happen(1)
    worker.run_due()
    assert seen == [(False, {(1, "one"): 1})]


@pytest.mark.django_db(transaction=True)
def test_after_handling_does_not_run_when_the_handler_failed(worker):
    seen = []

    @on(Happened, name="tests.publish")
    def publish(event, found):
        after_handling(lambda: seen.append(1))
        raise ZeroDivisionError

    happen(1)
    worker.run_due()
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_a_failure_after_handling_touches_nothing_else_and_tells_no_secrets(worker, caplog):
    seen = []

    def fail():
        raise DatabaseError("Truus, Kerkstraat 1")

    @on(Happened, name="tests.publish")
    def publish(event, found):
        record(Effect(event.number))
        after_handling(fail)
        after_handling(lambda: seen.append(1))

    number = happen(1).pk
    worker.run_due()
    assert (stored(number).state, seen, effects()) == (State.HANDLED, [1], {(1, "one"): 1})
    assert "after_handling_failed" in caplog.text
    assert "Truus" not in caplog.text
