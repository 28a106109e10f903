"""Writing signals, and reading those a client has missed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min, Q

from common import clock
from events.registry import after_handling
from events.services import handling
from notifications.live.bus import ring, ring_here
from notifications.models import LiveSignal

# Tells the hub to close the sockets of a group; never sent to a client.
KICK = "kick"
# PostgreSQL gives numbers out before commit: readers look back this far for what committed late.
# Longer than any handler's transaction takes; what is longer still is found by the next refresh.
OVERLAP = timedelta(seconds=10)
# How far the clocks of two servers may differ, and how long a handler takes to commit.
SKEW = timedelta(seconds=2)
# The overlap in numbers, for the quick look at every ring.
SLACK = 200
KEPT = timedelta(days=1)
MOST_REPLAYED = 50
MOST_READ = 5000


@dataclass(frozen=True)
class Signal:
    """Something changed for one group: a topic and the id of the thing."""

    group: str
    topic: str
    object_id: UUID | str = ""


def send_signals(signals: Iterable[Signal]) -> None:
    """Store the signals in the current transaction; sockets hear of them after its commit.

    In a handler the bell rings everywhere. In a user's request only in this process, for nothing may
    wait for Redis there: other processes look within a second.
    """
    rows = [
        LiveSignal(group=signal.group, topic=signal.topic, object_id=str(signal.object_id), at=clock.now())
        for signal in dict.fromkeys(signals)
    ]
    if rows:
        LiveSignal.objects.bulk_create(rows)
        after_handling(ring if handling.get() else ring_here)


def latest_cursor() -> int:
    """The number of the newest signal, 0 when there is none."""
    return LiveSignal.objects.aggregate(newest=Max("id"))["newest"] or 0


def missed(groups: Collection[str], cursor: int) -> list[LiveSignal] | None:
    """Return what the groups heard after ``cursor``, each topic and id once, oldest first.

    On PostgreSQL what was heard in the ``OVERLAP`` before it comes again. ``None`` means: too much, too
    long ago, or a cursor that this database never gave: refresh everything.
    """
    known = LiveSignal.objects.aggregate(oldest=Min("id"), newest=Max("id"))
    if known["oldest"] is None:
        return None if cursor else []
    if not known["oldest"] - 1 <= cursor <= known["newest"]:
        return None
    return _replay(groups, _after(cursor))


def missed_since(groups: Collection[str], moment: datetime) -> list[LiveSignal] | None:
    """The same for a page that was read from ``moment`` on; the ``SKEW`` before it comes again."""
    if moment < clock.now() - KEPT:
        return None
    return _replay(groups, Q(at__gte=moment - SKEW))


def _replay(groups: Collection[str], wanted: Q) -> list[LiveSignal] | None:
    rows = LiveSignal.objects.filter(wanted, group__in=groups).exclude(topic=KICK).order_by("id")
    read = list(rows[: MOST_READ + 1])
    newest = {(row.topic, row.object_id): row for row in read}
    if len(read) > MOST_READ or len(newest) > MOST_REPLAYED:
        return None
    return sorted(newest.values(), key=lambda row: row.id)


def _after(cursor: int) -> Q:
    anchor = LiveSignal.objects.filter(id=cursor).values_list("at", flat=True).first()
    late = connection.vendor != "sqlite"  # with one writer at a time numbers follow commits
    if not late or anchor is None:
        return Q(id__gt=cursor)
    return Q(id__gt=cursor) | Q(id__lt=cursor, at__gte=anchor - OVERLAP)


def kicked_since(groups: Collection[str], cursor: int) -> bool:
    """Whether sockets of these groups were closed after ``cursor``."""
    return LiveSignal.objects.filter(group__in=groups, topic=KICK, id__gt=cursor).exists()


def signals_after(cursor: int) -> list[LiveSignal]:
    """Return what was written after ``cursor`` and the ``SLACK`` before it, oldest first.

    At most ``MOST_READ`` and one: then there is more than is worth telling one by one.
    """
    rows = LiveSignal.objects.filter(id__gt=cursor - SLACK).order_by("id")
    return list(rows[: MOST_READ + SLACK + 1])


def late_signals(cursor: int) -> list[LiveSignal]:
    """Return the signals of the last ``OVERLAP`` with a number that ``signals_after`` passes over."""
    rows = LiveSignal.objects.filter(at__gte=clock.now() - OVERLAP, id__lte=cursor - SLACK).order_by("id")
    return list(rows[:MOST_READ])


def forget_old_signals() -> int:
    """Delete signals older than ``KEPT`` but for the newest one, which anchors cursors."""
    old = LiveSignal.objects.filter(at__lt=clock.now() - KEPT).exclude(id=latest_cursor())
    return old.delete()[0]
