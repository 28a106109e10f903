"""The worker: claims events that are due, runs their handlers, tries again, parks what keeps failing.

Guarantees, whatever is killed at whatever moment:

* every event that was committed is handled in the end, or stands parked where staff see it;
* the database effects of a handler happen exactly once, for they commit together with the note in
  ``handled_by`` that it has run, and that note is a compare-and-swap on the lease.

Not guaranteed: an order between events. One worker takes the oldest first; several work side by side, and
a failed event comes back later. Handlers therefore look at the present state of the rows they change.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

import structlog
from django.db import OperationalError, close_old_connections, connections, transaction
from django.db.models import Case, F, QuerySet, When

from common import clock as project_clock
from events.base import Event
from events.connections import mend_connections
from events.enums import OPEN, State
from events.failures import describe, short_name
from events.models import EventRecord
from events.registry import Handler, handlers_of
from events.schedule import Scheduler
from events.services import handling
from events.wakeup import wakeup_for_database

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
LONGEST_TROUBLE_SECONDS = 5.0
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 3600.0

Clock = Callable[[], datetime]


class LeaseLost(Exception):
    """Another worker has taken the event over, or it was cancelled: what was done rolls back."""


class WorkerDied(Exception):
    """Workers that held this event never came back, time after time."""


def backoff(attempts: int, random: Random) -> timedelta:
    """Return how long to wait after the ``attempts``-th failure: 1 s, doubled each time, at most an hour.

    A quarter more or less by chance keeps events that failed together from coming back together.
    """
    seconds = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** (attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))


class Worker:
    """Handles due events, in the thread that calls it.

    Args:
        batch: how many events are claimed at a time.
        lease: how long a claim holds. Longer than the slowest handler; a killed worker's claims
            stay untouched for this long.
        max_attempts: after so many failures an event is parked (the default spans about three hours).
        clock: where time comes from.
        random: where jitter comes from.
    """

    def __init__(
        self,
        *,
        batch: int = 20,
        lease: timedelta = timedelta(seconds=30),
        max_attempts: int = 15,
        clock: Clock = project_clock.now,
        random: Random | None = None,
    ) -> None:
        self.batch = batch
        self.lease = lease
        self.max_attempts = max_attempts
        self.clock = clock
        self.random = random or Random()  # noqa: S311  (spreads load, keeps no secret)
        self.scheduler = Scheduler()

    def run_due(self, until: datetime | None = None) -> int:
        """Handle everything due at ``until`` (now), also what handlers record meanwhile; return how many.

        For tests and tools: no thread, no waiting. A failing event counts once and waits for its back-off.
        Schedules are left alone.
        """
        clock = (lambda: until) if until else self.clock
        total = 0
        while handled := self._handle_batch(clock, threading.Event()):
            total += handled
        return total

    def run_forever(self, stop: threading.Event) -> None:
        """Handle events and record schedules until ``stop`` is set; the handler that runs is finished first.

        Never raises: trouble with the database is logged, and tried again after a moment.
        """
        wakeup = wakeup_for_database()
        failures = 0
        log.info("worker_started")
        while not stop.is_set():
            try:
                self.scheduler.record_due(self.clock())
                idle = self._handle_batch(self.clock, stop) == 0
                failures = 0
            except Exception as error:  # noqa: BLE001  (a server that restarts must not end the worker)
                failures += 1
                idle = False
                log.warning("worker_in_trouble", failures=failures, **describe(error))
                mend_connections()
                stop.wait(min(LONGEST_TROUBLE_SECONDS, 0.1 * 2**failures))
            if idle:
                close_old_connections()
                wakeup.wait(POLL_SECONDS)
        wakeup.close()
        connections.close_all()
        log.info("worker_stopped")

    def _handle_batch(self, clock: Clock, stop: threading.Event) -> int:
        """Claim and handle one batch; return how many events were claimed."""
        claimed = self._claim(clock())
        for position, record in enumerate(claimed):
            if stop.is_set():
                self._release(claimed[position:], clock())
                break
            # What waited in the batch for longer than the lease belongs to whoever takes it over.
            if clock() < record.ready_at:
                self._handle(record, clock)
        return len(claimed)

    def _claim(self, now: datetime) -> list[EventRecord]:
        """Lease the oldest events that are ready.

        ``SKIP LOCKED`` keeps workers on PostgreSQL out of each other's way; SQLite has one writer. The
        conditions of the update hold by themselves, so a claim never overlaps another one.
        """
        ready = EventRecord.objects.filter(state__in=OPEN, ready_at__lte=now)
        if not ready.exists():  # no write lock on SQLite while there is nothing to do
            return []
        token = uuid4()
        with transaction.atomic():
            oldest = ready.order_by("ready_at", "pk").select_for_update(skip_locked=True)
            ids = list(oldest.values_list("pk", flat=True)[: self.batch])
            ready.filter(pk__in=ids).update(
                # An expired lease means that a worker died: that counts as a failure.
                attempts=F("attempts") + Case(When(state=State.LEASED, then=1), default=0),
                state=State.LEASED,
                lease_token=token,
                ready_at=now + self.lease,
            )
        return list(EventRecord.objects.filter(pk__in=ids, lease_token=token).order_by("due_at", "pk"))

    def _handle(self, record: EventRecord, clock: Clock) -> None:
        try:
            failure = self._run_waiting(record, clock)
        except LeaseLost:
            log.info("lease_lost", event_id=record.pk, type=record.type)
            return
        if failure is not None:
            self._give_back(record, failure, clock())

    def _run_waiting(self, record: EventRecord, clock: Clock) -> Exception | None:
        """Run the handlers that have not run yet, also after one has failed; return the first failure."""
        if record.attempts >= self.max_attempts:
            return WorkerDied()
        try:
            event = record.event
        except Exception as error:  # noqa: BLE001  (unknown type or payload: newer code may know it)
            return error
        waiting = [handler for handler in handlers_of(record.type) if handler.name not in record.handled_by]
        if not waiting:
            _held(record).update(state=State.HANDLED, handled_at=clock(), lease_token=None)
        failures = [self._attempt(handler, event, record, clock) for handler in waiting]
        return next((failure for failure in failures if failure is not None), None)

    def _attempt(self, handler: Handler, event: Event, record: EventRecord, clock: Clock) -> Exception | None:
        try:
            self._run(handler, event, record, clock)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001  (whatever a handler raises is tried again)
            log.warning("handler_failed", handler=handler.name, event_id=record.pk, **describe(error))
            if isinstance(error, OperationalError):
                mend_connections()
            return error
        return None

    def _run(self, handler: Handler, event: Event, record: EventRecord, clock: Clock) -> None:
        """Run one handler and note that it has run, in one transaction."""
        done = [*record.handled_by, handler.name]
        with transaction.atomic():
            mark = handling.set(record.pk)
            try:
                handler.function(event, record)
            finally:
                handling.reset(mark)
            self._note(record, done, clock())
        record.handled_by = done

    def _note(self, record: EventRecord, done: list[str], now: datetime) -> None:
        note: dict[str, object] = {"handled_by": done}
        if all(handler.name in done for handler in handlers_of(record.type)):
            note |= {"state": State.HANDLED, "handled_at": now, "lease_token": None, "last_error": ""}
        if _held(record).update(**note) != 1:
            raise LeaseLost

    def _give_back(self, record: EventRecord, error: Exception, now: datetime) -> None:
        """Let the event wait for its next attempt, or park it after the last."""
        attempts = record.attempts + 1
        parked = attempts >= self.max_attempts
        _held(record).update(
            state=State.PARKED if parked else State.PENDING,
            attempts=attempts,
            ready_at=now + backoff(attempts, self.random),
            lease_token=None,
            last_error=short_name(error),
        )
        if parked:
            log.warning("event_parked", event_id=record.pk, type=record.type, error=short_name(error))

    def _release(self, records: list[EventRecord], now: datetime) -> None:
        """Hand back at once what was claimed and not begun."""
        for record in records:
            _held(record).update(state=State.PENDING, ready_at=now, lease_token=None)


def _held(record: EventRecord) -> QuerySet[EventRecord]:
    """The record, as long as this worker's lease on it stands."""
    return EventRecord.objects.filter(pk=record.pk, state=State.LEASED, lease_token=record.lease_token)
