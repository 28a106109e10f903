# ruff: noqa: PLR0917  (Numba passes arguments by position)
"""`SupplyIndex.best` as one compiled loop. Importing this module compiles it or takes it from Numba's cache.

The same rules and the same sums in the same order as `pairs`, one volunteer at a time: the answers are equal
to the last bit. What comes on top is the bound: once ``k`` are found, nobody is weighed whose score could not
reach the lowest of them even from next door.
"""

from collections.abc import Callable
from math import asin, sqrt
from typing import Any, TypeVar, cast

import numpy as np
from numba import from_dtype, njit, types

from matching.engine import grid
from matching.engine.columns import DAYPARTS, OPEN, PERSON, STANDING, Array
from matching.engine.grid import BAND_SHIFT, CLASS_SHIFT
from matching.engine.kernel import NEVER, QUESTION
from matching.engine.pairs import DECIMALS, HALF_WAIT, REST
from matching.engine.sphere import DIAMETER_CM, RADIUS_M
from matching.engine.types import Screening, Term

Function = TypeVar("Function", bound=Callable[..., Any])

_TERMS, _SCREENINGS = len(Term), len(Screening)
_MOST_REST = len(REST) - 1
_PROXIMITY = int(Term.PROXIMITY)
_BLOCK = 4096
"""Rows that are looked at together."""
_MARGIN = 2 / DECIMALS  # what rounding can add to a score
_ONE, _DAYPARTS, _OPEN = np.uint64(1), np.uint64(DAYPARTS), np.uint64(OPEN)

_f8, _u4, _u8, _i8 = types.float64, types.uint32, types.uint64, types.int64
_I8, _F8, _U4, _U8 = (types.Array(each, 1, "C") for each in (_i8, _f8, _u4, _u8))
_F8_2D, _U8_2D = types.Array(_f8, 2, "C"), types.Array(_u8, 2, "C")
_person, _standing, _question = (from_dtype(each) for each in (PERSON, STANDING, QUESTION))


def _compile(signature: Any) -> Callable[[Function], Function]:
    decorate: Any = njit(signature, cache=True, nogil=True, error_model="numpy")
    return cast("Callable[[Function], Function]", decorate)


_bands_of = _compile("UniTuple(int64, 2)(float64, float64, float64)")(grid.bands_of)
_cells_in = _compile("UniTuple(int64, 2)(float64, float64, float64, float64, int64)")(grid.cells_in)


@_compile(_i8(_u8))
def _ones(mask: Any) -> int:
    """Count the bits."""
    count = 0
    while mask:
        mask &= mask - _ONE
        count += 1
    return count


@_compile(_f8(_u8, _u8, _f8))
def _share(has: int, asked: int, of_none: float) -> float:
    wanted = _ones(asked)
    return _ones(has & asked) / wanted if wanted else of_none


@_compile(types.boolean(_U4, _u4, _u8, _i8))
def _trained(entries: Array, at: int, needed: Any, day: int) -> bool:
    """Whether every needed training is there and valid on the day."""
    for place in range(at + 1, at + 1 + entries[at]):
        if (entries[place] & 0xFFFF) >= day:
            needed &= ~(_ONE << np.uint64(entries[place] >> 16))
    return needed == 0


@_compile(types.boolean(_I8, _i8))
def _among(numbers: Array, number: int) -> bool:
    found = False
    for one in numbers:
        found |= one == number
    return found


@_compile(_i8(_I8, _i8))
def _first_at_least(keys: Array, key: int) -> int:
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@_compile(types.boolean(_person, _standing, _U4, _question, _I8))
def _passes(person: Any, standing: Any, entries: Array, q: Any, centres: Array) -> bool:
    """The filters that are left after gate, skills, reach, blocks and asks."""
    if q.required_languages and not person.languages & q.required_languages:
        return False
    if not q.any_centre and not _among(centres, standing.centre):
        return False
    for one in range(_SCREENINGS):
        if q.screenings >> np.uint64(one) & _ONE and standing.screenings[one] < q.day:
            return False
    return q.trainings == 0 or _trained(entries, person.trained, q.trainings, q.day)


@_compile(types.void(_u8, _u8, _person, _standing, _question, types.boolean, _F8))
def _value(gate: int, skills: int, person: Any, standing: Any, q: Any, known: bool, values: Array) -> None:
    """Write every term but proximity."""
    values[Term.PREFERRED_SKILLS] = _share(skills, q.preferred_skills, 1.0)
    values[Term.DAYPARTS] = _share(gate, q.dayparts, 1.0)
    shares = q.preferred_languages == 0 or (person.languages & q.preferred_languages) != 0
    values[Term.LANGUAGE] = 1.0 if shares else 0.0
    values[Term.REST] = REST[min(max(q.today - standing.last_asked, 0), _MOST_REST)]
    values[Term.ROOM] = 1 / (standing.running + 1.0)
    values[Term.NEWCOMER] = 1.0 if standing.tasks_done == 0 else 0.0
    values[Term.CONTINUITY] = 1.0 if known else 0.0
    values[Term.DISLIKES] = _share(person.dislikes, q.dislikes, 0.0)
    values[Term.WAITING] = q.waiting_days / (q.waiting_days + HALF_WAIT)


@_compile(_f8(_F8, _F8))
def _sum(weights: Array, values: Array) -> float:
    total = weights[0] * values[0]
    for term in range(1, _TERMS):
        total += weights[term] * values[term]
    return total


@_compile(types.void(_u8, _u8, _person, _standing, _question, _U8))
def _tell(gate: int, skills: int, person: Any, standing: Any, q: Any, facts: Array) -> None:
    """Write the facts, in the order of `Facts`."""
    facts[0] = gate & q.dayparts
    facts[1] = skills & q.preferred_skills
    facts[2] = person.languages & (q.preferred_languages | q.required_languages)
    facts[3] = max(q.today - standing.last_asked, 0) if standing.last_asked else NEVER
    facts[4] = standing.running
    facts[5] = standing.tasks_done
    facts[6] = person.dislikes & q.dislikes
    facts[7] = q.waiting_days


@_compile(_i8(_I8, _F8, _F8, _i8, _i8, _i8, _f8, _f8))
def _insert(
    rows: Array, scores: Array, distances: Array, count: int, k: int, row: int, score: float, distance: float
) -> int:
    """Put one where it belongs among the best, the best first; return how many there are.

    Beyond the first ``k`` only those stay who tie with the last of these.
    """
    at = count
    while at and (scores[at - 1] < score or (scores[at - 1] == score and distances[at - 1] > distance)):
        rows[at], scores[at], distances[at] = rows[at - 1], scores[at - 1], distances[at - 1]
        at -= 1
    rows[at], scores[at], distances[at] = row, score, distance
    count += 1
    while count > k and (scores[count - 1] < scores[k - 1] or distances[count - 1] > distances[k - 1]):
        count -= 1
    return count


@_compile(types.boolean(_person, _question))
def _within(person: Any, q: Any) -> bool:
    """Whether the straight line through the earth is no longer than the reach; half a metre for rounding."""
    dx, dy, dz = float(person.x - q.x), float(person.y - q.y), float(person.z - q.z)
    farthest = 100 * (person.reach_m + 0.5)
    return dx * dx + dy * dy + dz * dz <= farthest * farthest


@_compile(_f8(_person, _question))
def _distance_m(person: Any, q: Any) -> float:
    dx, dy, dz = float(person.x - q.x), float(person.y - q.y), float(person.z - q.z)
    half_chord = sqrt(dx * dx + dy * dy + dz * dz) / DIAMETER_CM
    return np.rint(asin(min(half_chord, 1.0)) * (2 * RADIUS_M))


_volunteers = (_U4, _U8, types.Array(_person, 1, "C"), types.Array(_standing, 1, "C"), _U4)
_related = (_I8, _I8, _I8)  # rows ruled out, rows known, centres that may be asked
_found = (_I8, _F8, _F8)  # rows, scores, distances


@_compile(_i8(_i8, _i8, _U4, _U8, types.Array(_person, 1, "C"), _question, _I8))
def _near(start: int, stop: int, gate: Array, skills: Array, people: Array, q: Any, near: Array) -> int:
    """Write the rows of a block that pass the gate, the skills and the reach; return how many.

    Two short loops instead of one long one: the processor fetches the places of many people at a time.
    """
    all_of = _OPEN | q.age_bit
    asked, least = all_of | q.dayparts, all_of + np.uint64(q.dayparts != 0)
    able = 0
    for row in range(start, stop):
        near[able] = row
        able += ((gate[row] & asked) >= least) & ((skills[row] & q.needs) == q.needs)
    count = 0
    for place in range(able):
        row = near[place]
        near[count] = row
        count += _within(people[row], q)
    return count


@_compile(_i8(_i8, _i8, _i8, *_volunteers, _question, _F8, *_related, *_found, _F8, _I8))
def _best_in_block(
    start: int,
    stop: int,
    count: int,
    gate: Array,
    skills: Array,
    people: Array,
    standings: Array,
    entries: Array,
    q: Any,
    weights: Array,
    ruled_out: Array,
    known: Array,
    centres: Array,
    rows: Array,
    scores: Array,
    distances: Array,
    values: Array,
    near: Array,
) -> int:
    """Go through one block of rows; return how many are found now, -1 without room for all who tie."""
    for place in range(_near(start, stop, gate, skills, people, q, near)):
        row = near[place]
        person, standing = people[row], standings[row]
        if not _passes(person, standing, entries, q, centres) or _among(ruled_out, row):
            continue
        _value(gate[row] & _DAYPARTS, skills[row], person, standing, q, _among(known, row), values)
        values[_PROXIMITY] = 1.0
        if count >= q.k and _sum(weights, values) + _MARGIN < scores[q.k - 1]:
            continue
        distance = _distance_m(person, q)
        if distance > person.reach_m:
            continue
        values[_PROXIMITY] = max(1 - distance / max(person.reach_m, 1), 0.0)
        score = np.rint(_sum(weights, values) * DECIMALS) / DECIMALS
        if count == len(rows):
            return -1
        count = _insert(rows, scores, distances, count, q.k, row, score, distance)
    return count


@_compile(
    _i8(
        _I8,
        _F8,
        _I8,
        _I8,
        _i8,
        *_volunteers,
        types.Array(_question, 1, "C"),
        _F8,
        *_related,
        *_found,
        _F8_2D,
        _U8_2D,
    )
)
def best(
    edges: Array,
    sides: Array,
    keys: Array,
    starts: Array,
    end: int,
    gate: Array,
    skills: Array,
    people: Array,
    standings: Array,
    entries: Array,
    questions: Array,
    weights: Array,
    ruled_out: Array,
    known: Array,
    centres: Array,
    rows: Array,
    scores: Array,
    distances: Array,
    terms: Array,
    facts: Array,
) -> int:
    """Write the best rows, those who tie with the last of them included; return how many, -1 for too many.

    ``edges`` to ``starts`` are the grid; rows from its last up to ``end`` are in no bucket.
    """
    q, count, values, near = questions[0], 0, np.empty(_TERMS), np.empty(_BLOCK, np.int64)
    for number in range(len(edges) + 1):
        # The class after the last is the tail: one run.
        first, last = 0, 0
        if number < len(edges):
            first, last = _bands_of(q.latitude, edges[number], sides[number])
        for band in range(first, last + 1):
            start, stop = starts[-1], end
            if number < len(edges):
                low = (number << CLASS_SHIFT) + (band << BAND_SHIFT)
                west, east = _cells_in(q.latitude, q.longitude, edges[number], sides[number], band)
                start = starts[_first_at_least(keys, low + west)]
                stop = starts[_first_at_least(keys, low + east + 1)]
            while start < stop:
                count = _best_in_block(
                    start, min(start + _BLOCK, stop), count, gate, skills, people, standings, entries, q,
                    weights, ruled_out, known, centres, rows, scores, distances, values, near,
                )  # fmt: skip
                if count < 0:
                    return count
                start += _BLOCK
    for place in range(count):
        row = rows[place]
        person, standing = people[row], standings[row]
        _value(gate[row] & _DAYPARTS, skills[row], person, standing, q, _among(known, row), terms[place])
        terms[place, _PROXIMITY] = max(1 - distances[place] / max(person.reach_m, 1), 0.0)
        _tell(gate[row], skills[row], person, standing, q, facts[place])
    return count
