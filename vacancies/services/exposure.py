"""How often vacancies are shown and opened, kept in memory and written now and then.

A list would else write twenty rows each time it is read. What a process had not written when it was killed is
lost: these are counts of how often, for figures, and no decision stands on the last minute of them.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from django.db import transaction
from django.db.models import F

from common import clock
from vacancies.models import Vacancy, VacancyExposure

WRITE_AFTER_SECONDS = 60.0
WRITE_AFTER_COUNTS = 2000


@dataclass
class Tally:
    """What this process has shown since it last wrote."""

    _shown: Counter[UUID] = field(default_factory=Counter)
    _opened: Counter[UUID] = field(default_factory=Counter)
    _since: float = field(default_factory=time.monotonic)
    _lock: Lock = field(default_factory=Lock)

    def shown(self, vacancy_ids: Iterable[UUID]) -> None:
        """Count what a list showed."""
        self._count(self._shown, vacancy_ids)

    def opened(self, vacancy_id: UUID) -> None:
        """Count a page that was read."""
        self._count(self._opened, [vacancy_id])

    def _count(self, counter: Counter[UUID], vacancy_ids: Iterable[UUID]) -> None:
        with self._lock:
            counter.update(vacancy_ids)
            waited = time.monotonic() - self._since
            due = waited > WRITE_AFTER_SECONDS or self._shown.total() > WRITE_AFTER_COUNTS
        if due:
            self.write()

    def write(self) -> int:
        """Add what was counted to the table; return for how many vacancies."""
        with self._lock:
            shown, opened = self._shown, self._opened
            self._shown, self._opened, self._since = Counter(), Counter(), time.monotonic()
        ids = shown.keys() | opened.keys()
        return _add({pk: (shown[pk], opened[pk]) for pk in ids}) if ids else 0


@transaction.atomic
def _add(counts: dict[UUID, tuple[int, int]]) -> int:
    known = set(Vacancy.objects.filter(pk__in=counts).values_list("pk", flat=True))
    today = clock.today()
    VacancyExposure.objects.bulk_create(
        [VacancyExposure(vacancy_id=pk, day=today) for pk in sorted(known)], ignore_conflicts=True
    )
    for pk in sorted(known):
        shown, opened = counts[pk]
        VacancyExposure.objects.filter(vacancy=pk, day=today).update(
            shown=F("shown") + shown, opened=F("opened") + opened
        )
    return len(known)


tally = Tally()
