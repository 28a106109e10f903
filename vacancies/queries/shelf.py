"""The published vacancies as columns in memory: filtered and counted in a few milliseconds, however many.

Loaded once per process and kept fresh by the event cursor, as the matching engine's index is. It is a cache
of what is public: a page reads what it shows from the database, with the rule of what is public.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Count, QuerySet
from numpy.typing import NDArray

from academy.enums import TrainedRole
from academy.events import CourseChanged, RoleRequirementChanged
from academy.models import RoleRequirement
from common import clock
from events.base import Event
from events.news import News
from events.queries import Reader
from people.enums import OrganisationState
from places.models import District
from vacancies import events
from vacancies.enums import ApplicationState, VacancyCategory, VacancyKind, VacancyState
from vacancies.models import Application, Vacancy

EXPOSURE_DAYS = 7
"""Answers of so many days make room for other vacancies (matching.engine.exposure)."""
COUNTS_HOLD = timedelta(minutes=10)
"""Answers grow old by themselves: so long their count is believed."""
NOWHERE = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

VACANCY_EVENTS: tuple[type[Event], ...] = (
    events.VacancyEdited,
    events.VacancySubmitted,
    events.VacancyPublished,
    events.VacancyStateChanged,
    events.ApplicationSent,
    events.ApplicationStarted,
    events.ApplicationEnded,
)
ORGANISATION_EVENTS: tuple[type[Event], ...] = (events.OrganisationStateChanged, events.OrganisationEdited)
# What a centre asks of all who help out, whatever the vacancy; and a course whose place in the masks is free.
CENTRE_EVENTS: tuple[type[Event], ...] = (RoleRequirementChanged, CourseChanged)
_TYPES = [event.type for event in VACANCY_EVENTS + ORGANISATION_EVENTS + CENTRE_EVENTS]
_CATEGORY_BIT = {category.value: category.bit for category in VacancyCategory}
_FIELDS = (
    "id", "category", "kind", "dayparts", "district_id", "online", "languages", "accessibility",
    "minimum_age", "required_skills", "preferred_skills", "screening", "lat", "lon", "hours", "wanted",
    "published_at", "changed_at", "title", "organisation_id", "centre_id",
)  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """One entry per published vacancy, newest first. Masks as in the model; NaN for no place."""

    ids: list[UUID]
    title: list[str]
    position: dict[UUID, int]
    category: Ints
    recurring: Bools
    dayparts: Ints
    district: Ints
    online: Bools
    languages: Ints
    accessibility: Ints
    minimum_age: Ints
    required_skills: Ints
    preferred_skills: Ints
    screening: Ints
    courses: NDArray[np.uint64]
    lat: Floats
    lon: Floats
    hours: Floats
    published: Floats
    organisation: list[UUID]
    centre: list[UUID]
    connections: Floats
    room: Floats
    districts: list[tuple[int, str]]
    version: str

    def __len__(self) -> int:
        return len(self.ids)


def public_vacancies() -> QuerySet[Vacancy]:
    """Return what anybody may read: published vacancies of organisations that take part."""
    return Vacancy.objects.filter(
        state=VacancyState.PUBLISHED, organisation__state=OrganisationState.APPROVED
    ).select_related("organisation", "district")


@dataclass
class Shelf:
    """The columns of this process. A look asks the event cursor first, which is one small query or none."""

    _columns: Columns | None = None
    _rows: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    _counts: dict[UUID, int] = field(default_factory=dict)
    _started: dict[UUID, int] = field(default_factory=dict)
    _counted_at: datetime | None = None
    _reader: Reader | None = None
    _news: News = field(default_factory=News)
    _lock: RLock = field(default_factory=RLock)
    _database: str = ""

    def columns(self) -> Columns:
        """Return the vacancies as they are now."""
        with self._lock:
            if self._columns is None or self._database != str(connection.settings_dict["NAME"]):
                return self._load()
            payloads = self._reader.read() if self._reader and self._news.may_be() else []
            if payloads:
                self._follow(payloads)
            elif self._counted_at is None or clock.now() - self._counted_at > COUNTS_HOLD:
                self._count()
                self._columns = self._built()
            return self._columns

    def forget(self) -> None:
        """Load anew at the next look: for tests, whose changes are taken back unseen."""
        with self._lock:
            self._columns, self._reader = None, None
            self._news.close()

    def _load(self) -> Columns:
        self._database = str(connection.settings_dict["NAME"])
        self._reader = Reader(_TYPES)
        self._rows = {row[0]: row for row in public_vacancies().values_list(*_FIELDS)}
        self._count()
        self._columns = self._built()
        return self._columns

    def _follow(self, payloads: Iterable[dict[str, str]]) -> None:
        """Read again what may have changed: single vacancies, or all of an organisation."""
        told = list(payloads)
        ids = {UUID(each["vacancy_id"]) for each in told if "vacancy_id" in each}
        by_organisation = (each for each in told if "vacancy_id" not in each and "organisation_id" in each)
        organisations = {UUID(each["organisation_id"]) for each in by_organisation}
        gone = {row[0] for row in self._rows.values() if row[-2] in organisations} | ids
        for vacancy_id in gone:
            self._rows.pop(vacancy_id, None)
        for rows in (
            public_vacancies().filter(pk__in=ids) if ids else (),
            public_vacancies().filter(organisation__in=organisations) if organisations else (),
        ):
            if isinstance(rows, QuerySet):
                self._rows |= {row[0]: row for row in rows.values_list(*_FIELDS)}
        self._count()
        self._columns = self._built()

    def _count(self) -> None:
        """Answers of the last days, and places taken."""
        self._counted_at = clock.now()
        since = self._counted_at - timedelta(days=EXPOSURE_DAYS)
        answers = Application.objects.order_by()
        self._counts = _counted(answers.filter(sent_at__gte=since))
        self._started = _counted(answers.filter(state=ApplicationState.STARTED))

    def _built(self) -> Columns:
        rows = sorted(self._rows.values(), key=lambda row: (row[16], row[0]), reverse=True)
        columns = zip(*rows, strict=True) if rows else ((),) * len(_FIELDS)
        table: dict[str, Any] = dict(zip(_FIELDS, columns, strict=True))
        districts = sorted(
            District.objects.filter(pk__in=set(table["district_id"]) - {None}).values_list("pk", "name"),
            key=lambda found: found[1],
        )
        place = {pk: number for number, (pk, _name) in enumerate(districts)}
        ids = list(table["id"])
        courses, of_helpers = _course_masks(), _masks_of_helpers()
        return Columns(
            ids=ids,
            title=list(table["title"]),
            position={vacancy_id: number for number, vacancy_id in enumerate(ids)},
            category=_ints(table["category"], lambda value: _CATEGORY_BIT[value]),
            recurring=np.array([kind == VacancyKind.RECURRING for kind in table["kind"]], np.bool_),
            dayparts=_ints(table["dayparts"]),
            district=_ints(table["district_id"], lambda value: place.get(value, NOWHERE)),
            online=np.array(table["online"], np.bool_),
            languages=_ints(table["languages"]),
            accessibility=_ints(table["accessibility"]),
            minimum_age=_ints(table["minimum_age"], lambda value: value or 0),
            required_skills=_ints(table["required_skills"]),
            preferred_skills=_ints(table["preferred_skills"]),
            screening=_ints(table["screening"]),
            courses=np.array(
                [
                    courses.get(pk, 0) | of_helpers.get(centre, 0)
                    for pk, centre in zip(ids, table["centre_id"], strict=True)
                ],
                np.uint64,
            ),
            lat=_floats(table["lat"]),
            lon=_floats(table["lon"]),
            hours=_floats(table["hours"]),
            published=np.array([moment.timestamp() for moment in table["published_at"]], np.float64),
            organisation=list(table["organisation_id"]),
            centre=list(table["centre_id"]),
            connections=np.array([self._counts.get(pk, 0) for pk in ids], np.float64),
            room=np.array(list(map(self._room, ids, table["wanted"])), np.float64),
            districts=districts,
            version=self._version(rows),
        )

    def _room(self, vacancy_id: UUID, wanted: int | None) -> float:
        return np.inf if wanted is None else float(max(wanted - self._started.get(vacancy_id, 0), 0))

    def _version(self, rows: Iterable[tuple[Any, ...]]) -> str:
        """The same for the same vacancies with the same answers, whatever the process."""
        digest = hashlib.blake2b(digest_size=12)
        for row in rows:
            digest.update(row[0].bytes + str(row[17].timestamp()).encode())
        digest.update(repr(sorted(self._counts.items())).encode())
        return digest.hexdigest()


def _course_masks() -> dict[UUID, int]:
    """The bits of the trainings that vacancies ask for; of most none."""
    rows = Vacancy.required_courses.through.objects.filter(course__retired_at=None)
    masks: dict[UUID, int] = {}
    for vacancy_id, bit in rows.values_list("vacancy_id", "course__bit"):
        masks[vacancy_id] = masks.get(vacancy_id, 0) | 1 << bit
    return masks


def _masks_of_helpers() -> dict[UUID, int]:
    """The bits of the trainings that centres ask of whoever helps out at an organisation."""
    rows = RoleRequirement.objects.filter(role=TrainedRole.HELPER, course__retired_at=None)
    masks: dict[UUID, int] = {}
    for centre_id, bit in rows.values_list("centre_id", "course__bit"):
        masks[centre_id] = masks.get(centre_id, 0) | 1 << bit
    return masks


def _counted(answers: QuerySet[Application]) -> dict[UUID, int]:
    return dict(answers.values_list("vacancy_id").annotate(count=Count("pk")))


def _ints(values: Collection[Any], clean: Callable[[Any], int] = int) -> Ints:
    return np.fromiter(map(clean, values), np.int64, len(values))


def _floats(values: Collection[Any]) -> Floats:
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


shelf = Shelf()
