"""Looking for vacancies: what fits the filters, how many would with one more, and in which order."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np

from common.search import Results
from people.enums import Language
from places.geo import Point
from vacancies.enums import Accessibility, VacancyCategory
from vacancies.queries.ranking import Fit, fit_of
from vacancies.queries.shelf import NOWHERE, Bools, Columns, Floats, Ints, shelf
from vacancies.queries.words import index

# Bits of a week: weekday * 3 + part, Monday morning is 0.
_PART = sum(1 << (day * 3) for day in range(5))
MOMENTS: dict[str, int] = {
    "morning": _PART,
    "afternoon": _PART << 1,
    "evening": _PART << 2,
    "weekend": 0b111111 << 15,
}
AGES = (12, 14, 16, 18)
EARTH_KM = 6371.0088
WORD_WEIGHT = 1000
"""What each word of the question that a document holds adds to its score (common.search.copy)."""
MOST_TITLES = 200
"""So many titles are read for the words searched for; it weighs most there, so they are among the first."""
BY_FIT, BY_DATE, BY_DISTANCE = "fit", "date", "distance"


@dataclass(frozen=True)
class Wanted:
    """What someone looks for. Empty means: any. ``point`` and ``within_km`` go together or with the order."""

    words: str = ""
    categories: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    districts: frozenset[int] = frozenset()
    online: bool | None = None
    recurring: bool | None = None
    languages: frozenset[str] = frozenset()
    accessibility: frozenset[str] = frozenset()
    age: int | None = None
    organisation: UUID | None = None
    centre: UUID | None = None
    point: Point | None = None
    within_km: float | None = None
    order: str = BY_FIT


@dataclass(frozen=True)
class Found:
    """What was found: all ids in order, counts per choice of each filter, and facts of single vacancies."""

    columns: Columns
    positions: Ints
    counts: dict[str, dict[str, int]]
    meant: list[tuple[str, str]]
    fit: Fit | None
    _km: Floats | None = field(default=None)

    def __len__(self) -> int:
        return len(self.positions)

    def page(self, number: int, size: int) -> list[UUID]:
        """Return the ids of a page, the first of which is 1."""
        return [self.columns.ids[place] for place in self.positions[(number - 1) * size : number * size]]

    def metres(self, vacancy_id: UUID) -> float | None:
        """How far a vacancy is from the point asked about; ``None`` from home, or without a point."""
        if self._km is None:
            return None
        km = float(self._km[self.columns.position[vacancy_id]])
        return None if np.isnan(km) else km * 1000

    def reasons(self, vacancy_id: UUID) -> list[str]:
        """Why this vacancy fits the reader, in words; nothing for who is not known."""
        return self.fit.reasons(self.columns.position[vacancy_id]) if self.fit else []


def look(wanted: Wanted, user: Any = None, columns: Columns | None = None) -> Found:
    """Return the published vacancies that fit, best first.

    Every filter is a column of yes or no. A choice's count is what one would find by choosing it, with all
    the other filters as they are.
    """
    columns = columns or shelf.columns()
    relevance, hits = _relevance(columns, wanted.words)
    km = _distances(columns, wanted.point) if wanted.point else None
    passes = _passes(columns, wanted, km) | {"words": relevance > 0}
    everything = np.logical_and.reduce(list(passes.values()))
    positions = np.flatnonzero(everything)
    fit = None
    if wanted.order == BY_DISTANCE and km is not None:
        positions = positions[np.argsort(np.nan_to_num(km[positions], nan=np.inf), kind="stable")]
    elif wanted.order != BY_DATE:
        fit = fit_of(user, columns, positions, relevance[positions])
        named = _in_title(columns, positions, relevance[positions], hits)
        # What takes nobody more stays at the end.
        positions = positions[np.lexsort((-fit.score, ~named, fit.score <= 0))]
    return Found(columns, positions, _counts(columns, passes), hits.meant if hits else [], fit, km)


def _passes(columns: Columns, wanted: Wanted, km: Floats | None) -> dict[str, Bools]:
    """Return per filter which vacancies it lets through."""
    anything = np.ones(len(columns), np.bool_)
    moments = sum(MOMENTS[each] for each in wanted.moments)
    spoken = Language.to_mask(wanted.languages)
    needs = Accessibility.to_mask(wanted.accessibility)
    near = anything
    if km is not None and wanted.within_km:
        near = columns.online | (np.nan_to_num(km, nan=np.inf) <= wanted.within_km)
    return {
        "category": np.isin(columns.category, [VacancyCategory(each).bit for each in wanted.categories])
        if wanted.categories
        else anything,
        "moment": (columns.dayparts == 0) | (columns.dayparts & moments != 0) if moments else anything,
        "district": np.isin(columns.district, _places_of(columns, wanted.districts))
        if wanted.districts
        else anything,
        "online": anything if wanted.online is None else columns.online == wanted.online,
        "recurring": anything if wanted.recurring is None else columns.recurring == wanted.recurring,
        "language": _speakable(columns, spoken) if spoken else anything,
        "accessibility": columns.accessibility & needs == needs,
        "age": anything if wanted.age is None else columns.minimum_age <= wanted.age,
        "owner": _owned(columns, wanted),
        "near": near,
    }


def _counts(columns: Columns, passes: dict[str, Bools]) -> dict[str, dict[str, int]]:
    """Return per filter and choice how many there would be, the other filters as they are."""

    def others(name: str) -> Bools:
        rest = [passed for other, passed in passes.items() if other != name]
        return np.logical_and.reduce(rest)  # type: ignore[no-any-return]  # of booleans, booleans

    category, moment = others("category"), others("moment")
    district = columns.district[others("district")]
    online, recurring = columns.online[others("online")], columns.recurring[others("recurring")]
    language, age = others("language"), columns.minimum_age[others("age")]
    needs = columns.accessibility[np.logical_and.reduce(list(passes.values()))]
    per_category = np.bincount(columns.category[category], minlength=len(VacancyCategory))
    per_district = np.bincount(district[district >= 0], minlength=len(columns.districts))
    dayparts = columns.dayparts[moment]
    return {
        "category": {each.value: int(per_category[each.bit]) for each in VacancyCategory},
        "moment": {
            name: int(np.count_nonzero((dayparts == 0) | (dayparts & mask != 0)))
            for name, mask in MOMENTS.items()
        },
        "district": {str(pk): int(per_district[n]) for n, (pk, _name) in enumerate(columns.districts)},
        "online": {"yes": int(online.sum()), "no": int((~online).sum())},
        "recurring": {"yes": int(recurring.sum()), "no": int((~recurring).sum())},
        "language": {
            each.value: int(np.count_nonzero(_speakable(columns, 1 << each.bit) & language))
            for each in Language
        },
        "accessibility": {
            each.value: int(np.count_nonzero(needs & (1 << each.bit))) for each in Accessibility
        },
        "age": {str(years): int(np.count_nonzero(age <= years)) for years in AGES},
    }


def _places_of(columns: Columns, districts: frozenset[int]) -> list[int]:
    return [number for number, (pk, _name) in enumerate(columns.districts) if pk in districts]


def _speakable(columns: Columns, spoken: int) -> Bools:
    speakable: Bools = (columns.languages == 0) | (columns.languages & spoken != 0)
    return speakable


def _owned(columns: Columns, wanted: Wanted) -> Bools:
    found = np.ones(len(columns), np.bool_)
    for owner, owners in ((wanted.organisation, columns.organisation), (wanted.centre, columns.centre)):
        if owner is not None:
            found &= np.fromiter((each == owner for each in owners), np.bool_, len(owners))
    return found


def _distances(columns: Columns, point: Point) -> Floats:
    """Return great-circle distances in km; NaN for what has no place."""
    lat, lon = np.radians(columns.lat), np.radians(columns.lon)
    here = np.radians((point.lat, point.lon))
    half = np.sin((lat - here[0]) / 2) ** 2
    half += np.cos(lat) * np.cos(here[0]) * np.sin((lon - here[1]) / 2) ** 2
    km: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
    return km


def _in_title(columns: Columns, positions: Ints, relevance: Floats, hits: Results | None) -> Bools:
    """Return of which of these the title says what was looked for; of the most relevant, the others not."""
    named = np.zeros(len(positions), np.bool_)
    if hits is not None:
        for place in np.argsort(-relevance, kind="stable")[:MOST_TITLES].tolist():
            named[place] = hits.all_in(columns.title[int(positions[place])])
    return named


def _relevance(columns: Columns, words: str) -> tuple[Floats, Results | None]:
    """Return how well each vacancy answers the words, 0 to 1, and what was found if there were any."""
    if not words.strip():
        return np.ones(len(columns), np.float64), None
    hits = index.hits(words)
    relevance = np.zeros(len(columns), np.float64)
    if not hits.groups:
        return relevance + 1, None
    places = [columns.position.get(key, NOWHERE) for key in hits.ids]
    known = np.array(places, np.int64) != NOWHERE
    scores = np.array(hits.scores, np.float64)[known]
    if len(scores):
        held, score = np.divmod(scores, WORD_WEIGHT)
        share = held / len(hits.groups)
        relevance[np.array(places, np.int64)[known]] = share**2 * (0.5 + 0.5 * score / max(score.max(), 1e-9))
    return relevance, hits
