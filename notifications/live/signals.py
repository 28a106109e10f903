"""Writing signals, and reading those a client has missed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Max, Min, Q

from common import clock
from events.registry import after_handling
from notifications.live.bus import ring
from notifications.models import LiveSignal

# Tells the hub to close the sockets of a group; never sent to a client.
KICK = "kick"
# Numbers are given out before commit: readers look back this far for what committed late.
OVERLAP = timedelta(seconds=15)
KEPT = timedelta(days=1)
MOST_REPLAYED = 50


@dataclass(frozen=True)
class Signal:
    """Something changed for one group: a topic and the id of the thing."""

    group: str
    topic: str
    object_id: UUID | str = ""


def send_signals(signals: Iterable[Signal]) -> None:
    """Store the signals in the handler's transaction; sockets hear of them after its commit."""
    rows = [
        LiveSignal(group=signal.group, topic=signal.topic, object_id=str(signal.object_id), at=clock.now())
        for signal in dict.fromkeys(signals)
    ]
    LiveSignal.objects.bulk_create(rows)
    if rows:
        after_handling(ring)


def latest_cursor() -> int:
    """The number of the newest signal, 0 when there is none."""
    return LiveSignal.objects.aggregate(newest=Max("id"))["newest"] or 0


def missed(groups: Collection[str], cursor: int) -> list[LiveSignal] | None:
    """Return what the groups heard after ``cursor``, each topic and id once, oldest first.

    A little of what was heard already comes again (``OVERLAP``). ``None`` means: too much or too
    long ago, refresh everything.
    """
    oldest = LiveSignal.objects.aggregate(oldest=Min("id"))["oldest"]
    if oldest is None or cursor < oldest - 1:
        return None if cursor else []
    recent = Q(id__gt=cursor)
    anchor = LiveSignal.objects.filter(id=cursor).values_list("at", flat=True).first()
    if anchor is not None:
        recent |= Q(at__gte=anchor - OVERLAP)
    rows = LiveSignal.objects.filter(recent, group__in=groups).exclude(topic=KICK).order_by("id")
    newest = {(row.topic, row.object_id): row for row in rows[: MOST_REPLAYED * 10]}
    return sorted(newest.values(), key=lambda row: row.id) if len(newest) <= MOST_REPLAYED else None


def recent_signals() -> list[LiveSignal]:
    """Return every signal of the last ``OVERLAP``, oldest first; the hub skips those it has seen."""
    return list(LiveSignal.objects.filter(at__gte=clock.now() - OVERLAP).order_by("id"))


def forget_old_signals() -> int:
    """Delete signals older than ``KEPT`` but for the newest one, which anchors cursors."""
    old = LiveSignal.objects.filter(at__lt=clock.now() - KEPT).exclude(id=latest_cursor())
    return old.delete()[0]
