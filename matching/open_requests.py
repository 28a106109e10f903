"""The open requests as the engine sees them: kept in memory per centre, and fresh by the event cursor.

What hangs on one volunteer (asked, answered, blocked, helped before) and what the centre asks of who helps is
read for each question; so only the requests themselves are kept. Whoever shows some reads these from the
database and compares: an event that was forgotten may hide a request until tomorrow, and shows none that is
gone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache
from itertools import groupby
from operator import attrgetter
from threading import Event as Signal
from threading import RLock, Thread
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db import DatabaseError, Error, connection, connections
from django.db.models import IntegerField, Q, QuerySet, Value
from django.utils import timezone

from academy.events import CourseChanged
from common import clock
from common.compiled import Compiled
from common.uncommitted import Uncommitted
from events.base import Event
from events.connections import mend_connections
from events.news import News
from events.queries import Reader
from help_requests.enums import ASKABLE
from help_requests.events import RequestChanged
from help_requests.models import HelpRequest
from matching.demand import (
    Asked,
    asked_by,
    asked_dayparts,
    demands_of_anybody,
    kind_for,
    masks,
    minimum_age,
    own_courses,
    screenings_in,
)
from matching.engine import (
    FOREVER,
    Columns,
    Demand,
    DemandIndex,
    Related,
    as_rows,
    day_number,
    demand_columns,
)
from matching.enums import OFFER_OPEN, OfferState
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from people.enums import HelpCategory
from people.events import ResidentChanged, ResidentConsentWithdrawn
from people.models import Representative, Volunteer
from places.cells import centre_of
from safeguarding import queries as safeguarding

log = structlog.get_logger(__name__)

# Each names a request, a resident, or a course that some ask of who helps.
EVENTS: tuple[type[Event], ...] = (
    *RequestChanged.__subclasses__(),
    ResidentChanged,
    ResidentConsentWithdrawn,
    CourseChanged,
)
# So many requests are read again one by one; for more, all are read anew.
_MOST_AGAIN = 2000
# A server looks so often by itself, so that a question seldom finds much to read.
_LOOK_SECONDS = 1.0
# How a volunteer stands to a request.
_RELATIONS: tuple[Any, ...] = ("asked", "known", "blocked")
_ASKED, _KNOWN, _BLOCKED = range(3)
_OPEN = Q(state__in=ASKABLE, cell__isnull=False, resident__consented_at__isnull=False)
_ANSWERED = OFFER_OPEN | {OfferState.ACCEPTED, OfferState.DECLINED}


class _Row(NamedTuple):
    """What the engine is told of a request: columns of the database."""

    id: UUID
    kind: str
    category: str
    cell: int
    on_date: date | None
    start_time: time | None
    until_date: date | None
    dayparts: int
    required_skills: int
    preferred_skills: int
    required_languages: int
    adults_only: bool
    opened_at: datetime | None
    centre__code: int
    resident__languages: int
    resident__dislikes: int
    centre_id: UUID

    @property
    def last_day(self) -> date | None:
        """The last day on which somebody may be asked."""
        return min((day for day in (self.on_date, self.until_date) if day), default=None)


_of_request: Callable[[HelpRequest], tuple[Any, ...]] = attrgetter(
    *(name.replace("__", ".") for name in _Row._fields)
)


def _askable() -> QuerySet[HelpRequest]:
    return HelpRequest.objects.filter(_OPEN).order_by()


class _Centre:
    """The open requests of one centre, and what it asked of who helps when they were put in."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.index = DemandIndex()

    def put(self, rows: Sequence[_Row], courses: Mapping[UUID, int]) -> None:
        if rows:
            self.index.put([row.id for row in rows], columns_of(rows, self.asked, courses))


def columns_of(rows: Sequence[_Row], asked: Asked, courses: Mapping[UUID, int]) -> Columns:
    """Return requests of one centre as the engine takes them; it says the same as `matching.demand`."""
    wanted = {pair: asked.of(*pair) for pair in {(row.kind, row.category) for row in rows}}
    needed = [wanted[row.kind, row.category] for row in rows]
    places = {cell: centre_of(cell) for cell in {row.cell for row in rows}}
    codes = {code: frozenset({code}) for code in {row.centre__code for row in rows}}
    return demand_columns(
        {
            "latitude": [places[row.cell][0] for row in rows],
            "longitude": [places[row.cell][1] for row in rows],
            "anywhere": [False] * len(rows),
            "kind": [kind_for(row.kind, row.category) for row in rows],
            "needs": [row.required_skills | 1 << _bit(row.category) for row in rows],
            "preferred_skills": [row.preferred_skills for row in rows],
            "dayparts": [asked_dayparts(row) for row in rows],
            "required_languages": [row.required_languages for row in rows],
            "preferred_languages": [row.resident__languages for row in rows],
            "dislikes": [row.resident__dislikes for row in rows],
            "screenings": [_steps(screenings) for screenings, _ in needed],
            "trainings": [
                trainings | courses.get(row.id, 0) for row, (_, trainings) in zip(rows, needed, strict=True)
            ],
            "date": [_number(row.on_date) for row in rows],
            "minimum_age": [minimum_age(row.adults_only) for row in rows],
            "centres": [codes[row.centre__code] for row in rows],
            "waiting_since": [
                day_number(timezone.localdate(row.opened_at)) if row.opened_at else 0 for row in rows
            ],
            "last_day": [_number(row.last_day) or FOREVER for row in rows],
        }
    )


@cache
def _bit(category: str) -> int:
    return HelpCategory(category).bit


@cache
def _steps(screenings: int) -> int:
    return sum(1 << step for step in screenings_in(screenings))


def _number(day: date | None) -> int:
    return min(day_number(day), FOREVER) if day else 0


def _rows(requests: QuerySet[HelpRequest]) -> list[_Row]:
    return [_Row(*values) for values in requests.values_list(*_Row._fields)]


class _Kept:
    """The open requests of the centres that were asked about, and how far they have been read on."""

    def __init__(self) -> None:
        # Before any row: what commits meanwhile is read again.
        self._reader = Reader([event.type for event in EVENTS])
        self._centres: dict[UUID, _Centre] = {}
        # What was read inside transactions: single requests, all of a centre (its id), or everything.
        self._uncommitted = Uncommitted[set[UUID] | UUID | None]()
        self._again: set[UUID] = set()  # whose rows are not in yet
        self._residents: set[UUID] = set()  # whose requests are not known yet
        self._courses: set[UUID] = set()
        self._day = clock.today()
        if connection.in_atomic_block:
            self._uncommitted.note(None)

    def __len__(self) -> int:
        return sum(len(centre.index) for centre in self._centres.values())

    @property
    def is_dated(self) -> bool:
        """Whether to read all anew: once a day, so that nothing that was missed lasts."""
        return self._day != clock.today()

    @property
    def is_doubtful(self) -> bool:
        """Whether rows were read inside a transaction, which may not have been, or are not in yet."""
        waits = self._again or self._residents or self._courses
        return bool(self._uncommitted or waits)

    def index_of(self, centre_id: UUID, asked: Asked) -> DemandIndex:
        """Return the open requests of a centre that asks this of who helps."""
        centre = self._centres.get(centre_id)
        if centre is None or centre.asked != asked:
            if connection.in_atomic_block:
                self._uncommitted.note(centre_id)
            centre = _Centre(asked)
            courses = own_courses().filter(helprequest__centre=centre_id, helprequest__state__in=ASKABLE)
            centre.put(_rows(_askable().filter(centre_id=centre_id)), masks(courses))
            self._centres[centre_id] = centre
        return centre.index

    def load_all(self) -> None:
        """Load every centre."""
        for centre_id in list(_askable().values_list("centre_id", flat=True).distinct()):
            self.index_of(centre_id, asked_by(centre_id))

    def look_again(self, request_ids: Iterable[UUID]) -> None:
        """Read these anew before the next question."""
        self._again |= set(request_ids)

    def catch_up(self) -> bool:
        """Read anew all about which something was recorded, or taken back; ``False``: better begin anew."""
        for read in self._uncommitted.settled():
            if isinstance(read, set):
                self._again |= read
        for read in self._uncommitted.taken_back():
            if read is None:
                return False
            if isinstance(read, UUID):
                self._centres.pop(read, None)
            else:
                self._again |= read
        self._hear(self._reader.read())
        if len(self._again) > _MOST_AGAIN:
            return False
        if self._again:
            self._read_again()
        return True

    def _hear(self, recorded: Iterable[Mapping[str, str]]) -> None:
        for payload in recorded:
            # Kept until their rows are in: what fails half-way is read again.
            if "request_id" in payload:
                self._again.add(UUID(payload["request_id"]))
            elif "resident_id" in payload:
                self._residents.add(UUID(payload["resident_id"]))
            else:
                self._courses.add(UUID(payload["course_id"]))
        if self._residents or self._courses:
            theirs = Q(resident__in=self._residents) | Q(required_courses__in=self._courses)
            named = HelpRequest.objects.filter(theirs, state__in=ASKABLE).order_by()
            self._again |= set(named.values_list("pk", flat=True))
            self._residents, self._courses = set(), set()

    def _read_again(self) -> None:
        stale = self._again
        if connection.in_atomic_block:
            self._uncommitted.note(set(stale))
        rows = sorted(_rows(_askable().filter(pk__in=stale)), key=lambda row: row.centre_id)
        courses = masks(own_courses().filter(helprequest__in=stale)) if rows else {}
        for centre in self._centres.values():
            for request_id in stale:
                centre.index.remove(request_id)
        for centre_id, theirs in groupby(rows, key=lambda row: row.centre_id):
            if centre_id in self._centres:
                self._centres[centre_id].put(list(theirs), courses)
        self._again = set()


class OpenRequests:
    """One process's open requests. Ask it through ``fresh``."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._kept: _Kept | None = None
        self._news = News()
        self._behind = False
        self._follower: Thread | None = None
        self._stopped = Signal()

    def start(self) -> None:
        """Load every centre, when a server starts. Without a database it is logged.

        On PostgreSQL a thread reads on from then, beside the questions, and loads anew when a day has passed.
        """
        try:
            with self._lock:
                self._refreshed().load_all()
        except DatabaseError as error:
            log.warning("open_requests_not_loaded", error=type(error).__name__)
        if connection.vendor == "postgresql" and self._follower is None:
            self._stopped.clear()
            self._follower = Thread(target=self._follow, name="open-requests", daemon=True)
            self._follower.start()

    def __len__(self) -> int:
        """How many requests are in memory."""
        kept = self._kept
        return len(kept) if kept is not None else 0

    @contextmanager
    def fresh(self, centre_id: UUID, asked: Asked) -> Iterator[DemandIndex]:
        """Give the open requests of a centre, brought up to date with the database, to one thread at a time.

        ``asked`` is what the centre asks of who helps, as the database says now.
        """
        with self._lock:
            yield self._refreshed().index_of(centre_id, asked)

    def look_again(self, request_ids: Iterable[UUID]) -> None:
        """Read these anew before the next question: they were found to be otherwise."""
        with self._lock:
            if self._kept is not None:
                self._kept.look_again(request_ids)

    def forget(self) -> None:
        """Drop all; the next use loads it again."""
        with self._lock:
            self._kept = None
            self._news.close()
        follower, self._follower = self._follower, None
        if follower is not None:
            self._stopped.set()
            follower.join()

    def _refreshed(self) -> _Kept:
        if self._kept is None or (self._kept.is_dated and self._follower is None):
            return self._anew()
        self._behind |= self._news.may_be()
        if self._behind or self._kept.is_doubtful:
            if not self._kept.catch_up():
                return self._anew()
            self._behind = False  # only now: what failed is tried again
        return self._kept

    def _anew(self) -> _Kept:
        self._news.may_be()  # listens from here on: what is recorded meanwhile is heard
        self._kept = _Kept()
        return self._kept

    def _follow(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            try:
                self._take_in()
            finally:
                connections.close_all()  # others may have it meanwhile

    def _take_in(self) -> None:
        try:
            with self._lock:
                if self._kept is None:
                    return
                is_dated = self._refreshed().is_dated
            if is_dated:
                self._exchange()
        except Error as error:
            log.warning("open_requests_not_refreshed", error=type(error).__name__)
            mend_connections()

    def _exchange(self) -> None:
        """Load anew, while questions go to what there is."""
        kept = _Kept()
        kept.load_all()
        with self._lock:
            # What goes has heard news that this one has not.
            if self._kept is not None and kept.catch_up():
                self._kept = kept


open_requests = OpenRequests()


def as_held(
    requests: QuerySet[HelpRequest], ids: Sequence[UUID], held: Columns, asked: Asked
) -> dict[UUID, tuple[HelpRequest, Demand]]:
    """Return by id those of ``requests`` that are open and say what was ``held`` of them, with the question.

    Args:
        requests: with ``resident`` and ``centre``.
        ids: of one centre.
        held: the columns of the index for these.
        asked: what the centre asks of who helps.
    """
    if not ids:
        return {}
    found = {request.pk: request for request in requests.filter(_OPEN, pk__in=ids)}
    courses = masks(own_courses().filter(helprequest__in=found)) if found else {}
    rows = [_Row(*_of_request(request)) for request in found.values()]
    now = dict(zip(found, as_rows(columns_of(rows, asked, courses)), strict=True))
    then = dict(zip(ids, as_rows(held), strict=True))
    same = [request for request in found.values() if now[request.pk] == then[request.pk]]
    demands = demands_of_anybody(same, asked, courses)
    return {request.pk: (request, demand) for request, demand in zip(same, demands, strict=True)}


def relations_of(volunteer: Volunteer) -> Related:
    """Return to which open requests of their centre a volunteer stands in a relation; one query.

    Asked: it is a question to them already, or they said yes or no to it. Nobody is asked to help themselves
    or who they act for: that, and being kept apart, is *blocked*. Known: it went well before.
    """
    rows = _RELATED.rows(volunteer=volunteer.pk, user=volunteer.user_id, centre=volunteer.centre_id)
    found: dict[Any, set[UUID]] = {}
    for relation, request_id in rows:
        found.setdefault(_RELATIONS[relation], set()).add(request_id)
    return found


def _related(volunteer: UUID, user: UUID, centre: UUID) -> QuerySet[Any, tuple[Any, ...]]:
    answered = Offer.objects.filter(
        volunteer=volunteer, state__in=_ANSWERED, request__state__in=ASKABLE, request__centre=centre
    )
    helped = Assignment.objects.filter(WENT_WELL, volunteer=volunteer).values("request__resident")
    apart = safeguarding.blocks_of(volunteer).values("resident")
    acting = Representative.objects.filter(user=user, ended_at=None).values("resident")
    theirs = HelpRequest.objects.filter(state__in=ASKABLE, centre=centre)
    return _pairs(answered, _ASKED, "request_id").union(
        _pairs(theirs.filter(resident__in=helped), _KNOWN),
        _pairs(theirs.filter(resident__in=apart), _BLOCKED),
        _pairs(theirs.filter(resident__in=acting), _BLOCKED),
        _pairs(theirs.filter(resident__user=user), _BLOCKED),
        all=True,
    )


def _pairs(rows: QuerySet[Any], relation: int, request: str = "pk") -> QuerySet[Any, Any]:
    return rows.order_by().values_list(Value(relation, IntegerField()), request)


_RELATED = Compiled(_related, "volunteer", "user", "centre")
