"""The core: hard filters and score terms over pairs of volunteers and demands.

One side of the pairs has one row, the other any number; NumPy's broadcasting makes the same functions serve
*who could do this?* (many volunteers, one demand) and *what could I do?* (one volunteer, many demands).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from itertools import product
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.engine import sphere
from matching.engine.columns import (
    ASKS_LEFT,
    MOST_RUNNING,
    REST_STEPS,
    RUNNING_LEFT,
    Array,
    DemandView,
    OneDemand,
    Rows,
    SupplyView,
    View,
)
from matching.engine.types import Candidate, Facts, Filter, Id, Ranked, Screening, Term

Bools: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]
Masks: TypeAlias = NDArray[np.uint64]
Relation: TypeAlias = Literal["blocked", "asked", "known"]

_SCREENING_BITS = np.array([1 << requirement for requirement in Screening], np.uint64)
_RETURN = 0.2  # q: how much of a volunteer's readiness comes back per day after an ask
REST = np.array([1 - (1 - _RETURN) ** days for days in range(256)])  # 1.0 to the last bit at 255 days
_ROOM = 1 / (np.arange(256) + 1.0)
LEVEL_TERMS = np.array(
    list(product((*REST[REST_STEPS], 1.0), 1 / np.arange(1.0, MOST_RUNNING + 2), (0.0, 1.0)))
)
"""The most that rest, room and newcomer can be in each level of the gate (`columns.levels_of`)."""
_TRUE, _CONSTANT = np.ones(1, np.bool_), (np.zeros(1), np.ones(1))  # the same for all pairs
HALF_WAIT = 7  # days after which waiting counts half
DECIMALS = 1e9  # scores are compared at nine decimals, far above the noise of floats


class Pairs:
    """Pairs of volunteers and demands, one of the two sides having one row.

    Args:
        supply: the volunteers.
        demand: the demands.
        varies: the side that has many rows.
        relations: per relation the rows of the varying side that stand in it to the other side.
    """

    def __init__(
        self,
        supply: SupplyView,
        demand: DemandView | OneDemand,
        varies: Literal["supply", "demand"],
        relations: Mapping[Relation, Collection[int]],
    ) -> None:
        self.supply = supply
        self.demand: Any = demand
        self.varies = varies
        self.relations = relations
        self.many: Any = supply if varies == "supply" else demand
        """The side that has many rows."""

    def __len__(self) -> int:
        return len(self.many)

    @cached_property
    def distance_m(self) -> Floats:
        """Great-circle distance of each pair, whole metres; 0 for what is done online."""
        s, d = self.supply, self.demand
        if d.anywhere is True:
            return np.zeros(len(self))
        away = sphere.distance_m(s.x - d.x, s.y - d.y, s.z - d.z)
        if d.anywhere is not False:
            away[d.anywhere] = 0
        return away

    @cached_property
    def values(self) -> Floats:
        """Value of every term for each pair, shape (terms, pairs)."""
        values = np.empty((len(TERMS), len(self)))
        for term, value in TERMS.items():
            values[term] = value(self)
        return values

    @cached_property
    def scores(self) -> Floats:
        """Normalised score of each pair, in [0, 1], at nine decimals."""
        # One term after the other, however many pairs there are: a sum of floats hangs on its order.
        weighed: Floats = self.demand.weights * self.values
        total: Floats = weighed[0]
        for each in weighed[1:]:
            total += each
        total *= DECIMALS
        np.rint(total, out=total)
        total /= DECIMALS
        return total

    def related(self, relation: Relation) -> Bools:
        """Whether each pair stands in the relation."""
        found: Bools = np.zeros(len(self), np.bool_)
        for row in self.relations[relation]:  # a handful
            found |= self.many.rows == row
        return found

    def fetch(self) -> None:
        """Copy every column of the two sides, so that the tables may change."""
        for side in (self.supply, self.demand):
            if isinstance(side, View):
                side.fetch()

    def take(self, positions: Rows) -> "Pairs":
        """Return the pairs at the given positions."""
        supply, demand = self.supply, self.demand
        if isinstance(demand, OneDemand):
            supply = supply.take(positions)
        else:
            demand = demand.take(positions)
        chosen = Pairs(supply, demand, self.varies, self.relations)
        for name in ("distance_m", "values", "scores"):
            if name in self.__dict__:
                chosen.__dict__[name] = self.__dict__[name].take(positions, axis=-1)
        return chosen


# --- Hard filters: True where the pair passes ---------------------------------------------------


def _active(p: Pairs) -> Bools:
    passes: Bools = p.supply.paused_until < p.demand.today
    return passes


def _screening(p: Pairs) -> Bools:
    passes: Bools = (p.supply.screenings >= p.demand.screening_days).all(axis=1)
    return passes


def _training(p: Pairs) -> Bools:
    return _none(missing_trainings(p))


def _skills(p: Pairs) -> Bools:
    return _none(missing_skills(p))


def _dayparts(p: Pairs) -> Bools:
    return _one_of(p.supply.dayparts, p.demand.dayparts)


def _reach(p: Pairs) -> Bools:
    return p.distance_m <= p.supply.reach_m


def _language(p: Pairs) -> Bools:
    return _one_of(p.supply.languages, p.demand.required_languages)


def _asks_cap(p: Pairs) -> Bools:
    return p.supply.passes_gate(ASKS_LEFT)


def _running_cap(p: Pairs) -> Bools:
    return p.supply.passes_gate(RUNNING_LEFT)


def _blocked(p: Pairs) -> Bools:
    return ~p.related("blocked")


def _asked(p: Pairs) -> Bools:
    return ~p.related("asked")


def _age(p: Pairs) -> Bools:
    return p.supply.passes_gate(p.demand.age_bit)


def _centre(p: Pairs) -> Bools:
    passes: Bools = p.demand.serves(p.supply.centre)
    return passes


FILTERS: Mapping[Filter, Callable[[Pairs], Bools]] = {
    Filter.ACTIVE: _active,
    Filter.SCREENING: _screening,
    Filter.TRAINING: _training,
    Filter.SKILLS: _skills,
    Filter.DAYPARTS: _dayparts,
    Filter.REACH: _reach,
    Filter.LANGUAGE: _language,
    Filter.ASKS_CAP: _asks_cap,
    Filter.RUNNING_CAP: _running_cap,
    Filter.BLOCKED: _blocked,
    Filter.ASKED: _asked,
    Filter.AGE: _age,
    Filter.CENTRE: _centre,
}


def missing_skills(p: Pairs) -> Masks:
    """Masks of the needs (kind of help and required skills) that the volunteer does not meet."""
    missing: Masks = p.demand.needs & ~p.supply.skills
    return missing


def missing_trainings(p: Pairs) -> Masks:
    """Masks of the required trainings that are absent or lapsed on the date of the role."""
    missing: Masks = p.demand.trainings & ~p.supply.trainings_on(p.demand.day)
    return missing


def missing_screenings(p: Pairs) -> Masks:
    """Masks over `Screening` of what is required and not valid on the date of the role."""
    lacking = p.supply.screenings < p.demand.screening_days
    masks: Masks = np.bitwise_or.reduce(lacking * _SCREENING_BITS, axis=1)
    return masks


def failures(p: Pairs) -> NDArray[np.uint16]:
    """Return for each pair the `Filter` bits on which it fails."""
    failed = np.zeros(len(p), np.uint16)
    for bit, passes in FILTERS.items():
        failed |= np.where(passes(p), np.uint16(0), np.uint16(bit))
    return failed


def passing(p: Pairs, *stages: Iterable[Filter]) -> Pairs:
    """Return the pairs that pass all given filters; each stage is tried on what the ones before it left."""
    for stage in stages:
        passes = np.ones(len(p), np.bool_)
        for tried in stage:
            passes &= FILTERS[tried](p)
        p = p.take(np.flatnonzero(passes))
    return p


# --- Score terms: values in [0, 1] --------------------------------------------------------------


def _proximity(p: Pairs) -> Floats:
    # Beyond the reach nothing is gained; a reach of 0 holds for the own cell centre only.
    values: Floats = p.distance_m / np.maximum(p.supply.reach_m, 1)
    np.subtract(1, values, out=values)
    return np.maximum(values, 0, out=values)


def _preferred_skills(p: Pairs) -> Floats:
    return _share(p.supply.skills, p.demand.preferred_skills, of_none=1)


def _daypart_share(p: Pairs) -> Floats:
    return _share(p.supply.dayparts, p.demand.dayparts, of_none=1)


def _language_shared(p: Pairs) -> Bools:
    return _one_of(p.supply.languages, p.demand.preferred_languages)


def _rest(p: Pairs) -> Floats:
    values: Floats = REST.take(rest_days(p), mode="clip")
    return values


def _room(p: Pairs) -> Floats:
    return _ROOM.take(p.supply.running)


def _newcomer(p: Pairs) -> Bools:
    return _none(p.supply.tasks_done)


def _continuity(p: Pairs) -> Bools:
    return p.related("known")


def _dislikes(p: Pairs) -> Floats:
    return _share(p.supply.dislikes, p.demand.dislikes, of_none=0)


def _waiting(p: Pairs) -> Floats:
    days = p.demand.waiting_days * 1.0
    values: Floats = days / (days + HALF_WAIT)
    return values


TERMS: Mapping[Term, Callable[[Pairs], Floats | Bools]] = {
    Term.PROXIMITY: _proximity,
    Term.PREFERRED_SKILLS: _preferred_skills,
    Term.DAYPARTS: _daypart_share,
    Term.LANGUAGE: _language_shared,
    Term.REST: _rest,
    Term.ROOM: _room,
    Term.NEWCOMER: _newcomer,
    Term.CONTINUITY: _continuity,
    Term.DISLIKES: _dislikes,
    Term.WAITING: _waiting,
}


def rest_days(p: Pairs) -> Array:
    """Days since each volunteer was last asked; the whole day number for one who never was."""
    days: Array = np.subtract(p.demand.today, p.supply.last_asked, dtype=np.int64)
    return days


def candidates(
    p: Pairs, volunteer_ids: list[Id], demand_ids: Iterable[Id], failed: Iterable[Filter]
) -> Ranked:
    """Return the pairs in full, as plain values."""
    # Read now, for the index may change; weighed up for an explanation once somebody looks.
    scores, distances, values, count = p.scores, p.distance_m, p.values.T, len(p)
    p.fetch()

    def tell() -> list[Candidate]:
        return list(
            map(
                Candidate,
                volunteer_ids,
                demand_ids,
                scores.tolist(),
                map(int, distances.tolist()),
                failed,
                map(tuple, values.tolist()),
                map(Facts, *(_listed(column, count) for column in _facts(p))),
            )
        )

    return Ranked(volunteer_ids, tell)


def _facts(p: Pairs) -> tuple[Array | list[Any] | int, ...]:
    """Return the columns of `Facts`."""
    s, d = p.supply, p.demand
    return (
        s.dayparts & d.dayparts,
        s.skills & d.preferred_skills,
        s.languages & (d.preferred_languages | d.required_languages),
        _rest_days_known(p),
        s.running,
        s.tasks_done,
        s.dislikes & d.dislikes,
        d.waiting_days,
    )


def _rest_days_known(p: Pairs) -> list[int | None]:
    asked = zip(p.supply.last_asked.tolist(), rest_days(p).tolist(), strict=True)
    return [max(days, 0) if last_asked else None for last_asked, days in asked]


def _listed(column: Array | list[Any] | int, count: int) -> list[Any]:
    """Return the column as a list; one value for all pairs is repeated."""
    if isinstance(column, int):
        return [column] * count
    values = column if isinstance(column, list) else column.tolist()
    return values if len(values) == count else values * count


def _none(counted: Array) -> Bools:
    none: Bools = counted == 0
    return none


def _one_of(has: Array, asked: Any) -> Bools:
    """Whether at least one of the asked bits is there, or nothing is asked."""
    if asked.ndim == 0 and not asked:
        return _TRUE
    met: Bools = has & asked != 0
    if asked.ndim:
        met |= asked == 0
    return met


def _share(has: Array, asked: Any, *, of_none: int) -> Floats:
    """Return which share of the asked bits is there; ``of_none`` where nothing is asked."""
    if asked.ndim == 0:
        number = int(asked).bit_count()
        alike: Floats = np.bitwise_count(has & asked) / number if number else _CONSTANT[of_none]
        return alike
    wanted = np.bitwise_count(asked)
    shared: Floats = np.bitwise_count(has & asked) / np.maximum(wanted, 1)
    return np.where(wanted == 0, of_none, shared)
