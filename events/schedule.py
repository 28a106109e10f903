"""Work that recurs: events recorded at the times of a cron expression, in Europe/Amsterdam."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cronsim import CronSim
from django.db import transaction
from django.utils import timezone

from events.base import Event, type_of
from events.enums import State
from events.models import EventRecord
from events.services import record

OCCURRENCES_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Recurring:
    """An event and the times at which it falls due. The name is part of stored keys: never rename it."""

    name: str
    cron: str
    event: Event


_recurring: dict[str, Recurring] = {}


def every(cron: str, event: Event, *, name: str = "") -> None:
    """Record ``event`` at each time of the five-field ``cron`` expression, Europe/Amsterdam.

    Daylight saving follows Debian's cron: a skipped hour runs at its end, a repeated hour runs once.
    ``name`` tells several schedules of one event type apart; the type is the default.

    Raises:
        ValueError: the name is taken.
        cronsim.CronSimError: the expression is wrong.
    """
    item = Recurring(name or type_of(event), cron, event)
    if item.name in _recurring:
        raise ValueError(f"Two schedules are called {item.name}")
    following(cron, datetime.now(UTC))
    _recurring[item.name] = item


def latest(cron: str, now: datetime) -> datetime:
    """Return the last moment of ``cron`` at or before ``now``, UTC."""
    # CronSim excludes its own start and counts whole minutes beside that.
    start = timezone.localtime(now + timedelta(seconds=1))
    moments = CronSim(cron, start, reverse=True)
    return next(moment for moment in moments if moment <= now).astimezone(UTC)


def following(cron: str, now: datetime) -> datetime:
    """Return the first moment of ``cron`` after ``now``, UTC."""
    return next(CronSim(cron, timezone.localtime(now))).astimezone(UTC)


def forget_old_occurrences(now: datetime) -> int:
    """Remove handled occurrences of schedules after 30 days; return how many.

    Schedules tell when work was done, not who did what: they need no place in the audit log. The latest
    occurrence of each stays, for its key keeps it from being recorded again.
    """
    return sum(
        _forget(item, min(latest(item.cron, now), now - OCCURRENCES_KEPT_FOR)) for item in _recurring.values()
    )


def _forget(item: Recurring, before: datetime) -> int:
    traces = EventRecord.objects.filter(
        type=item.event.type, key__startswith=f"{item.name}/", due_at__lt=before
    )
    return traces.filter(state=State.HANDLED).delete()[0]


class Scheduler:
    """Records occurrences as they fall due. Each worker has one; the key of the record makes them one.

    After downtime only the latest missed occurrence is recorded: recurring work looks at the whole table,
    so one late run makes up for all. For the same reason a schedule that is new starts with one run.
    """

    def __init__(self) -> None:
        self._next: dict[str, datetime] = {}

    def record_due(self, now: datetime) -> None:
        """Record the latest occurrence of every schedule that has fallen due since the last call."""
        for item in _recurring.values():
            if now >= self._next.get(item.name, now):
                _record_once(item, latest(item.cron, now))
                self._next[item.name] = following(item.cron, now)


def _record_once(item: Recurring, occurrence: datetime) -> None:
    with transaction.atomic():
        record(item.event, due_at=occurrence, key=f"{item.name}/{occurrence:%Y-%m-%dT%H:%MZ}")
