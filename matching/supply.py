"""The volunteers as the engine sees them: loaded once per process, kept fresh by the event cursor.

The index is a cache. Accepting re-checks every hard rule in the database, so a stale row costs
a refused offer and never a wrong match.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from threading import RLock, Thread
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, Error, connection, connections
from django.db.models import Count, Max, Q
from django.utils import timezone

from academy import events as academy_events
from academy import queries as academy
from common import clock
from common.uncommitted import Uncommitted
from events.base import Event
from events.connections import mend_connections
from events.news import News
from events.queries import Reader
from matching import events as matching_events
from matching.engine import FOREVER, Id, SupplyIndex, SupplyRow, day_number, kernel
from matching.enums import ASSIGNMENT_RUNNING
from matching.loading import ASKED, asks_from, eligible, load_index, load_news, named_in
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from matching.told import CHANNEL, Age, Newest, Told, told_in
from people import events as people_events
from people.enums import VolunteerState
from people.models import Volunteer
from safeguarding import events as safeguarding_events
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement

log = structlog.get_logger(__name__)

# So many rows may lie outside the buckets of the index, or one in 64, before it is loaded anew.
_MOST_OUTSIDE = 1000
_SCREENING_ORDER = tuple(Requirement)

# These name the account of a volunteer, not the volunteer.
ACCOUNT_EVENTS: tuple[type[Event], ...] = (people_events.UserSuspended, people_events.UserReinstated)
# Every event after which a volunteer's row may differ; each has a ``volunteer_id``.
ROW_EVENTS: tuple[type[Event], ...] = (
    people_events.VolunteerJoined,
    people_events.VolunteerChanged,
    safeguarding_events.ScreeningChanged,
    academy_events.CompletionChanged,
    matching_events.OfferSent,
    matching_events.AssignmentProposed,
    matching_events.AssignmentAgreed,
    matching_events.AssignmentDone,
    matching_events.AssignmentNoShow,
    matching_events.AssignmentCancelled,
    matching_events.LastingStarted,
    matching_events.AssignmentEnded,
)


def supply_rows(volunteer_ids: Collection[UUID] | None = None) -> list[SupplyRow]:
    """Return the rows of the given volunteers (all when ``None``); five queries however many.

    Volunteers who have left or have withdrawn consent are left out.
    """
    people = eligible()
    offers, assignments = Offer.objects.all(), Assignment.objects.all()
    if volunteer_ids is not None:
        people = people.filter(pk__in=volunteer_ids)
        offers = offers.filter(volunteer__in=volunteer_ids)
        assignments = assignments.filter(volunteer__in=volunteer_ids)
    asks = _by_volunteer(
        offers.filter(ASKED)
        .values("volunteer_id")
        .annotate(last=Max("sent_at"), recent=Count("id", filter=Q(sent_at__gte=asks_from())))
    )
    work = _by_volunteer(
        assignments.values("volunteer_id").annotate(
            running=Count("id", filter=Q(state__in=ASSIGNMENT_RUNNING)),
            done=Count("id", filter=WENT_WELL),
        )
    )
    screened = safeguarding.valid_until_days(volunteer_ids)
    trained = academy.valid_until_days(volunteer_ids)
    return [
        _row(
            person,
            asks.get(person["id"], {}),
            work.get(person["id"], {}),
            screened.get(person["id"], {}),
            trained.get(person["id"], ()),
        )
        for person in people.values(
            "id", "lat", "lon", "reach_km", "skills", "dayparts", "languages", "dislikes", "centre__code",
            "state", "paused_until", "adult", "monthly_ask_cap", "running_cap",
        )
    ]  # fmt: skip


def _row(
    person: Mapping[str, Any],
    asks: dict[str, Any],
    work: dict[str, Any],
    screened: safeguarding.ValidUntil,
    trained: academy.LastDays,
) -> SupplyRow:
    return SupplyRow(
        id=person["id"],
        latitude=person["lat"],
        longitude=person["lon"],
        reach_km=person["reach_km"],
        skills=person["skills"],
        dayparts=person["dayparts"],
        languages=person["languages"],
        dislikes=person["dislikes"],
        centre=person["centre__code"],
        active=person["state"] == VolunteerState.ACTIVE,
        paused_until=day_number(person["paused_until"]) if person["paused_until"] else 0,
        age=18 if person["adult"] else 16,
        screenings=_last_days(screened),
        trainings=tuple((bit, _as_number(until)) for bit, until in trained),
        asks=asks.get("recent", 0),
        asks_cap=person["monthly_ask_cap"],
        running=work.get("running", 0),
        running_cap=person["running_cap"],
        last_asked=day_number(timezone.localdate(asks["last"])) if asks.get("last") else 0,
        tasks_done=work.get("done", 0),
    )


def _last_days(screened: safeguarding.ValidUntil) -> tuple[int, int, int, int, int]:
    talk, references, conduct, vog, identity = (_last_day(screened, step) for step in _SCREENING_ORDER)
    return talk, references, conduct, vog, identity


def _last_day(screened: safeguarding.ValidUntil, requirement: Requirement) -> int:
    """Last valid day as a day number; 0 when never valid, FOREVER when it does not lapse."""
    return _as_number(screened[requirement]) if requirement in screened else 0


def _as_number(until: date | None) -> int:
    return FOREVER if until is None else day_number(until)


def _by_volunteer(rows: Iterable[Any]) -> dict[UUID, dict[str, Any]]:
    return {row["volunteer_id"]: row for row in rows}


class _Loaded:
    """An index and how far it has read."""

    def __init__(self) -> None:
        # Before the rows: what commits meanwhile is read again.
        self._reader = Reader([event.type for event in ROW_EVENTS + ACCOUNT_EVENTS])
        # What was read inside transactions: of whom, or ``None`` for everybody.
        self._uncommitted = Uncommitted[set[UUID] | None]()
        self._again: set[UUID] = set()  # whose rows are not in yet
        self._accounts: set[UUID] = set()  # whose volunteers are not known yet
        self._day = clock.today()
        self._asks_from = int(asks_from().timestamp())
        self._newest = Newest()
        self.is_void = False
        """Whether it was loaded inside a transaction that was taken back."""
        if connection.in_atomic_block:
            self._uncommitted.note(None)
        self.index = load_index()

    @property
    def is_dated(self) -> bool:
        """Whether to load anew: counts over the last 30 days change with the calendar, without any event."""
        outside = self.index.unsorted
        return self._day != clock.today() or outside > max(_MOST_OUTSIDE, len(self.index) // 64)

    @property
    def is_doubtful(self) -> bool:
        """Whether rows were read inside a transaction, which may not have been, or only now for all."""
        return bool(self._uncommitted)

    def take_in(self, said: Iterable[str]) -> bool:
        """Put in the rows that notifications tell; return whether all of them are sure."""
        sure = [self._take_in(told_in(each, self._asks_from)) for each in said]
        return all(sure)

    def _take_in(self, told: Told | None) -> bool:
        age = self._newest.age(told) if told else Age.UNSURE
        if told is None or age is Age.UNSURE:
            return False
        if age is Age.NEWER:
            if told.row is None:
                self.index.remove(told.volunteer_id)
            else:
                self.index.replace(told.row)
            self._newest.put(told)
        self._reader.heard(told.number)
        return True

    def catch_up(self) -> None:
        """Read the rows anew of everyone about whom something was recorded, or taken back."""
        for read in self._uncommitted.settled():
            self._again |= read or set()
        for read in self._uncommitted.taken_back():
            self.is_void |= read is None
            self._again |= read or set()
        self._read_on()
        while self._reader.is_behind or self._again:
            self._read_on()

    def _read_on(self) -> None:
        recorded, rows, seen = load_news(self._reader, self._again)
        # Kept until their rows are in: what fails half-way is read again.
        stale = named_in(recorded)
        self._again |= stale
        self._accounts |= {UUID(payload["user_id"]) for payload in recorded if "user_id" in payload}
        people = _volunteers_of(self._accounts)
        if (stale or people) and connection.in_atomic_block:
            self._uncommitted.note(stale | people)
        self._put({row.id: row for row in rows})
        self._newest.look(seen, self._again)
        self._again, self._accounts = people, set()

    def _put(self, rows: Mapping[Id, SupplyRow]) -> None:
        for volunteer_id in self._again:
            if volunteer_id in rows:
                self.index.replace(rows[volunteer_id])
            else:
                self.index.remove(volunteer_id)


def _volunteers_of(accounts: Collection[UUID]) -> set[UUID]:
    if not accounts:
        return set()
    return set(Volunteer.objects.filter(user__in=accounts).values_list("pk", flat=True))


class Supply:
    """One process's index of all volunteers. Use it through ``fresh``."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._loaded: _Loaded | None = None
        self._news = News()
        self._behind = False
        self._serves = False
        self._loader: Thread | None = None
        self._follower: Thread | None = None

    def start(self) -> None:
        """Load now, when a server starts, and later beside the questions. Without a database it is logged.

        From then on changes are taken in when they are heard of, so that a question seldom waits for them.
        """
        kernel.load()
        try:
            with self._lock:
                if self._follower is None:
                    # Who does not take in what is told as it comes lets it pile up: a bell will do without.
                    self._news.close()
                    self._news = News(CHANNEL)
                self._refreshed().catch_up()  # whoever has looked once can take in what is told
                self._serves = True
        except DatabaseError as error:
            log.warning("supply_not_loaded", error=type(error).__name__)
        if self._follower is not None:
            return
        if self._serves and self._news.is_heard:
            self._follower = Thread(target=self._follow, name="supply-follower", daemon=True)
            self._follower.start()
        else:
            with self._lock:
                self._news.close()
                self._news = News()

    @contextmanager
    def fresh(self) -> Iterator[SupplyIndex]:
        """Give the index, brought up to date with the database, to one thread at a time."""
        with self._lock:
            yield self._refreshed().index

    def forget(self) -> None:
        """Drop the index; the next use loads it again."""
        with self._lock:
            self._loaded = None
            self._serves = False
            self._news.close()
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.join()

    def settle(self, seconds: float) -> bool:
        """Wait for an index that is being loaded; return whether it is there."""
        loader = self._loader
        if loader is not None:
            loader.join(seconds)
        return loader is None or not loader.is_alive()

    def _refreshed(self) -> _Loaded:
        if self._loaded is None or (self._loaded.is_dated and not self._serves):
            self._news.heard()  # listens from here on: what is recorded while the index loads is heard
            self._loaded = _Loaded()
            return self._loaded
        if self._loaded.is_dated:
            self._load_beside()
        said, was_behind = self._news.heard(), self._behind
        self._behind |= said != []  # until all is in: what failed is tried again
        if was_behind or said is None or self._loaded.is_doubtful or not self._loaded.take_in(said):
            self._loaded.catch_up()
            if self._loaded.is_void:
                self._loaded = _Loaded()
        self._behind = False
        return self._loaded

    def _follow(self) -> None:
        """Take in what is heard, in a thread, beside the questions; these still look for themselves."""
        try:
            while self._serves:
                self._news.wait()
                self._take_in()
        finally:
            connections.close_all()

    def _take_in(self) -> None:
        try:
            with self._lock:
                if self._serves:
                    self._refreshed()
        except Error as error:
            log.warning("supply_not_refreshed", error=type(error).__name__)
            mend_connections()

    def _load_beside(self) -> None:
        """Load in a thread, while questions go to the index there is."""
        if self._loader is None or not self._loader.is_alive():
            self._loader = Thread(target=self._exchange, name="supply-loader", daemon=True)
            self._loader.start()

    def _exchange(self) -> None:
        try:
            loaded = _Loaded()
            with self._lock:
                # The index that goes has heard news that this one has not.
                loaded.catch_up()
                self._loaded = loaded if self._serves else None
        except DatabaseError as error:
            log.warning("supply_not_loaded", error=type(error).__name__)
        finally:
            connections.close_all()


supply = Supply()
