"""Recording, cancelling and retrying."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from common.errors import InvalidTransition
from events.base import NotAnId
from events.enums import State
from events.models import EventRecord
from events.registry import on
from events.services import cancel, record, retry_parked
from tests.events.conftest import happen, in_threads, leave_effect
from tests.events.samples import Effect, Happened

LATER = datetime(2025, 6, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def handled():
    """``Happened`` has a handler."""
    on(Happened, name="tests.one")(leave_effect())


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_can_be_recorded():
    with pytest.raises(RuntimeError, match="transaction"):
        record(Effect(1))
    assert not EventRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_record_with_it():
    with transaction.atomic():
        record(Effect(1))
        transaction.set_rollback(True)
    assert not EventRecord.objects.exists()


@pytest.mark.django_db
def test_recording_costs_one_query(handled, django_assert_num_queries):
    with django_assert_num_queries(1):
        record(Happened(1))


@pytest.mark.django_db
def test_a_record_holds_who_what_and_when(handled, clock):
    actor = SimpleNamespace(pk=uuid4())
    stored = EventRecord.objects.get(pk=record(Happened(7), actor=actor, due_at=LATER).pk)
    assert stored.event == Happened(7)
    assert (stored.actor_id, stored.at) == (actor.pk, clock.now())
    assert (stored.due_at, stored.ready_at, stored.state) == (LATER, LATER, State.PENDING)


@pytest.mark.django_db
def test_the_actor_may_be_given_as_id_or_not_at_all():
    number = uuid4()
    assert record(Effect(1), actor=number).actor_id == number
    assert record(Effect(1)).actor_id is None


@pytest.mark.django_db
def test_an_event_that_nobody_handles_is_only_kept(clock):
    stored = record(Happened(1), due_at=LATER)
    assert (stored.state, stored.handled_at) == (State.HANDLED, clock.now())


@pytest.mark.django_db
def test_text_does_not_get_in():
    with pytest.raises(NotAnId):
        record(Effect(1, "Truus de Vries"))


@pytest.mark.django_db
def test_a_key_has_one_live_record(handled, django_assert_num_queries):
    first = record(Happened(1), key="timer/1", due_at=LATER)
    with django_assert_num_queries(2):
        second = record(Happened(2), key="timer/1")
    assert second.pk == first.pk
    assert second.event == Happened(1)
    assert EventRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_handled_key_stays_taken(handled, worker):
    first = record(Happened(1), key="timer/1")
    worker.run_due()
    assert record(Happened(1), key="timer/1").pk == first.pk
    assert worker.run_due() == 0


@pytest.mark.django_db
def test_without_key_every_record_is_its_own(handled):
    assert record(Happened(1)).pk != record(Happened(1)).pk


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["Truus de Vries", "a@b", "x" * 201, "0612345678"])
def test_keys_are_words_for_programs(key):
    with pytest.raises(ValueError, match="event key"):
        record(Effect(1), key=key)


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_a_second_live_key():
    happen(key="timer/1")
    with pytest.raises(IntegrityError), transaction.atomic():
        EventRecord.objects.create(type="tests.happened", key="timer/1")


@pytest.mark.django_db(transaction=True)
def test_one_key_recorded_by_many_at_once_is_one_record(handled):
    stored = in_threads(8, lambda number: happen(number, key="timer/1").pk)
    assert stored == [EventRecord.objects.get().pk] * 8


@pytest.mark.django_db
def test_a_cancelled_timer_never_runs_and_frees_its_key(handled, worker):
    first = record(Happened(1), key="timer/1", due_at=LATER)
    assert cancel("timer/1") is True
    assert worker.run_due(LATER) == 0
    first.refresh_from_db()
    assert first.state == State.CANCELLED
    second = record(Happened(1), key="timer/1", due_at=LATER)
    assert second.pk != first.pk
    assert worker.run_due(LATER) == 1


@pytest.mark.django_db
def test_there_is_nothing_to_cancel(handled, worker):
    record(Happened(1), key="timer/1")
    record(Happened(2))
    worker.run_due()
    record(Happened(3))
    assert cancel("timer/1") is False  # handled already
    assert cancel("timer/2") is False  # never was
    assert cancel("") is False  # no key names no record
    assert EventRecord.objects.filter(state=State.PENDING).count() == 1


@pytest.mark.django_db
def test_a_parked_event_gets_another_chance(handled, worker, clock):
    stored = record(Happened(1))
    EventRecord.objects.filter(pk=stored.pk).update(state=State.PARKED, attempts=15)
    clock.forward(hours=1)
    by = uuid4()
    retried = retry_parked(stored, by)
    assert (retried.state, retried.attempts, retried.ready_at) == (State.PENDING, 0, clock.now())
    audit = EventRecord.objects.get(type="events.retried")
    assert (audit.payload, audit.actor_id) == ({"record_id": stored.pk}, by)
    assert worker.run_due() == 1


@pytest.mark.django_db
def test_only_parked_events_can_be_retried(handled):
    stored = record(Happened(1))
    with pytest.raises(InvalidTransition):
        retry_parked(stored, None)
    assert not EventRecord.objects.filter(type="events.retried").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "raised"), [("tests.one", ValueError), ("tests", ValueError), ("tests.two", None)]
)
def test_handler_names_are_unique_and_have_a_form(handled, name, raised):
    if raised is None:
        on(Happened, name=name)(leave_effect("two"))
        return
    with pytest.raises(raised):
        on(Effect, name=name)
