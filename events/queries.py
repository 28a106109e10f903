"""Reading the event table."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Count, Max, Min, Q

from common import clock
from events.enums import OPEN, State
from events.models import EventRecord

# No transaction that records an event may last longer than this, clocks of web servers included.
OVERLAP = timedelta(seconds=60)


def queue_age_seconds() -> float:
    """Return how long the oldest event that is ready has waited for a worker; 0.0 when none waits.

    Events under a lease or in their back-off are not waiting. Above some seconds means: no worker runs,
    or too few.
    """
    now = clock.now()
    oldest = EventRecord.objects.filter(state__in=OPEN, ready_at__lte=now).aggregate(oldest=Min("ready_at"))[
        "oldest"
    ]
    return 0.0 if oldest is None else (now - oldest).total_seconds()


def queue_sizes() -> dict[str, int]:
    """Return how many events are ``ready``, not due yet or in back-off (``later``), and ``parked``."""
    now = clock.now()
    return EventRecord.objects.filter(state__in=(*OPEN, State.PARKED)).aggregate(
        ready=Count("pk", filter=Q(state__in=OPEN, ready_at__lte=now)),
        later=Count("pk", filter=Q(state__in=OPEN, ready_at__gt=now)),
        parked=Count("pk", filter=Q(state=State.PARKED)),
    )


def latest_cursor() -> int:
    """Return the number of the newest record, 0 when there is none. Read it before loading a snapshot."""
    return EventRecord.objects.aggregate(newest=Max("pk"))["newest"] or 0


def since(cursor: int, types: Collection[str], overlap: timedelta = OVERLAP) -> list[EventRecord]:
    """Return the records of ``types`` after ``cursor``, oldest first, and those shortly before it once more.

    Numbers are given out before commit. A transaction that was open when a reader stood at number 100 may
    commit number 99 later. Readers therefore read again what was recorded up to ``overlap`` before the
    record at the cursor, and what they do with a record must bear repetition.

    Args:
        cursor: the highest number read so far (``record.pk``), 0 for everything.
        types: event types to read.
        overlap: longer than any transaction that records.
    """
    found = EventRecord.objects.filter(type__in=types).order_by("pk")
    anchor = EventRecord.objects.filter(pk=cursor).values_list("at", flat=True).first()
    return list(found if anchor is None else found.filter(Q(pk__gt=cursor) | Q(at__gte=anchor - overlap)))
