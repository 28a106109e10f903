"""Reading the event table."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import connection
from django.db.models import Count, Max, Min, Q

from common import clock
from common.compiled import prepared_cursor
from events.enums import OPEN, State
from events.models import EventRecord

# No transaction that records an event may last longer than this, clocks of web servers included.
OVERLAP = timedelta(seconds=60)
# Before the first record there may be as many transactions under way as there are connections; and a
# sequence that was set far ahead leaves a larger gap than transactions under way do.
_MOST_OPEN, _MOST_MISSING = 300, 10_000

# What is beyond a number or among some; PostgreSQL takes these as an array, SQLite as JSON.
_NEW = f"SELECT id, type, payload FROM {EventRecord._meta.db_table} WHERE id > %s OR id {{among}}"  # noqa: S608
_NEW_OF_ARRAY = _NEW.format(among="= ANY(%s)")
_NEW_OF_JSON = _NEW.format(among="IN (SELECT value FROM json_each(%s))")
BATCH = 100
# So bounded that PostgreSQL plans it once: without the number it would reckon with a third of all there is.
NEXT = (
    f"(SELECT id, type, payload FROM {EventRecord._meta.db_table}"  # noqa: S608
    f" WHERE id > %s ORDER BY id LIMIT {BATCH})"
    f" UNION ALL SELECT id, type, payload FROM {EventRecord._meta.db_table} WHERE id = ANY(%s)"
)

Recorded: TypeAlias = tuple[int, str, dict[str, str]]
"""Number, type and payload."""


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


class Reader:
    """Reads every record of some types once, in whatever order their transactions commit.

    Numbers are given out before commit: a transaction that was open when the reader stood at number 100 may
    commit number 99 later. The reader therefore keeps the numbers it has passed without seeing them and
    asks for these again, for as long as a transaction may last. What is read inside a transaction that is
    taken back afterwards was never recorded: only who reads there can know.

    Make it before loading a snapshot: what commits meanwhile is read then. Not for two threads at once.

    Args:
        types: event types to read.
        overlap: longer than any transaction that records.
    """

    def __init__(self, types: Collection[str], overlap: timedelta = OVERLAP) -> None:
        self._types = frozenset(types)
        self._overlap = overlap
        self._cursor = 0
        self._missing: dict[int, datetime] = {}  # numbers passed, each with when it is given up
        self._inside: set[str] = set()  # records read inside a transaction that is still open
        self._heard: set[int] = set()
        self.is_behind = False
        """Whether `NEXT` gave so many that there may be more."""
        newest = EventRecord.objects.order_by("-pk").values_list("pk", "at").first()
        if newest:
            old = (
                EventRecord.objects.filter(at__lt=newest[1] - overlap).aggregate(newest=Max("pk"))["newest"]
                or 0
            )
            recent = EventRecord.objects.filter(pk__gt=old, pk__lte=newest[0])
            self._pass(set(recent.values_list("pk", flat=True)), old)

    def read(self) -> list[dict[str, str]]:
        """Return the payloads of what was recorded since the last call, in the order of their numbers."""
        return self.take(self.new())

    @property
    def asked(self) -> tuple[int, list[int]]:
        """The values of `NEXT`, for who asks more with it; `take` gets what comes, by number."""
        if self._heard:
            self._pass(self._heard, self._cursor)
            self._heard = set()
        return self._cursor, list(self._missing)

    def heard(self, number: int) -> None:
        """Let a record count as read that was committed and came another way."""
        self._heard.add(number)

    def unread(self, rows: Collection[Recorded]) -> list[dict[str, str]]:
        """Return the payloads among the rows that came which concern this reader and were not read yet."""
        new = [row for row in rows if repr(row) not in self._inside] if self._inside else rows
        return [payload for _, kind, payload in new if kind in self._types]

    def take(self, rows: Collection[Recorded]) -> list[dict[str, str]]:
        """Return the same, and let the rows count as read now."""
        payloads = self.unread(rows)
        self.is_behind = len(rows) >= BATCH and not connection.in_atomic_block
        if connection.in_atomic_block:
            # What is taken back gives its number free for another (SQLite): stay where we are.
            self._inside.update(map(repr, rows))
        else:
            self._pass({pk for pk, _, _ in rows}, self._cursor)
            self._inside.clear()
        return payloads

    def new(self) -> list[Recorded]:
        """Return what is new, for `take`, by number; Django would take longer to write the query."""
        after, missing = self.asked
        array = connection.vendor == "postgresql"
        statement = _NEW_OF_ARRAY if array else _NEW_OF_JSON
        with prepared_cursor() as cursor:
            cursor.execute(f"{statement} ORDER BY id", [after, missing if array else json.dumps(missing)])
            return [(number, kind, json.loads(payload)) for number, kind, payload in cursor.fetchall()]

    def _pass(self, seen: set[int], after: int) -> None:
        """Move on to the last number seen, and keep those in between that were not."""
        now = clock.now()
        last = max(seen, default=after)
        first = (after or max(min(seen, default=1) - _MOST_OPEN, 0)) + 1
        passed = dict.fromkeys(range(max(first, last - _MOST_MISSING), last), now + self._overlap)
        self._missing = {
            number: until
            for number, until in (passed | self._missing).items()
            if number not in seen and until > now
        }
        self._cursor = max(self._cursor, last)
