# ruff: noqa: PLR0917  (Numba passes arguments by position)
"""`SupplyIndex.best` as one compiled loop. Importing this module compiles it or takes it from Numba's cache.

The same rules and the same sums in the same order as `pairs`, one volunteer at a time: the answers are equal
to the last bit. What comes on top is the bound:

1. `_gather` reads gate and skills over the runs of the grid. Everyone who passes both gets a queue by the
   highest score they could have: what the two columns tell, the level of rest, room and newcomer in the gate,
   the distance to the nearest side of the cell, and the best of all else.
2. `best` begins with the most promising, fetches their records, filters and weighs, and stops once ``k`` are
   found and nobody who is left can reach the lowest of them.

Numba's cache looks at the date of this file only: touch it after a change of what it takes from elsewhere.
"""

from collections.abc import Callable
from math import asin, sqrt
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import from_dtype, njit, types
from numba.extending import intrinsic

from matching.engine import grid
from matching.engine.columns import (
    DAYPARTS,
    LEVEL_SHIFT,
    LEVELS,
    OPEN,
    PERSON,
    STANDING,
    Array,
)
from matching.engine.grid import BAND_SHIFT, CELLS_PER_REACH, CLASS_SHIFT
from matching.engine.kernel import NEVER, QUESTION
from matching.engine.pairs import DECIMALS, HALF_WAIT, LEVEL_TERMS, REST
from matching.engine.sphere import DIAMETER_CM, RADIUS_M
from matching.engine.types import Screening, Term

Function = TypeVar("Function", bound=Callable[..., Any])

_TERMS, _SCREENINGS = len(Term), len(Screening)
_MOST_REST = len(REST) - 1
_PROXIMITY = int(Term.PROXIMITY)
_BLOCK = 4096
"""Rows whose gate and skills are read together."""
_FEW = 32
"""Rows that are weighed together."""
_AHEAD = 3
"""So many times as many have their records on the way from memory meanwhile."""
_FETCHED = 512
"""Rows of a run whose gate and skills are on the way before the next run is looked for."""
_LINE = 64
"""Bytes that come from memory at once."""
_QUEUES = 256
"""By how promising they are, those who pass gate and skills stand in so many queues."""
_RUNS = 2 * CELLS_PER_REACH + 3
"""Bands that a circle can touch, and one to spare for the slack."""
_MARGIN = 2 / DECIMALS  # what rounding can add to a score
_ONE, _DAYPARTS, _OPEN = np.uint64(1), np.uint64(DAYPARTS), np.uint64(OPEN)
_BYTES_TO_BITS = np.uint64(0x0102040810204080)
"""Times this, a word of eight bytes of 0 or 1 has these eight as its highest bits, the first the lowest."""
_CELL_MASK, _ROW_MASK = (1 << BAND_SHIFT) - 1, (1 << 32) - 1

_f8, _u4, _u8, _i8 = types.float64, types.uint32, types.uint64, types.int64
_I8, _F8, _U4, _U8, _I4, _U1 = (
    types.Array(each, 1, "C") for each in (_i8, _f8, _u4, _u8, types.int32, types.uint8)
)
_F8_2D, _U8_2D, _I8_2D = (types.Array(each, 2, "C") for each in (_f8, _u8, _i8))
_two_i8: Any = cast("Any", types).UniTuple(_i8, 2)
_person, _standing, _question = (from_dtype(each) for each in (PERSON, STANDING, QUESTION))


def _compile(signature: Any) -> Callable[[Function], Function]:
    decorate: Any = njit(signature, cache=True, nogil=True, error_model="numpy")
    return cast("Callable[[Function], Function]", decorate)


_bands_of = _compile("UniTuple(int64, 2)(float64, float64, float64)")(grid.bands_of)
_band_away = _compile("UniTuple(float64, 2)(float64, float64, int64)")(grid.band_away)
_cell_away_m = _compile("float64(float64, float64, float64, float64, int64)")(grid.cell_away_m)
_circle_of = _compile("UniTuple(float64, 3)(float64, float64)")(grid.circle_of)
_cells_in = _compile("UniTuple(int64, 2)(UniTuple(float64, 3), float64, float64, int64)")(grid.cells_in)


def _prefetch(typing_context: Any, column: Any, row: Any) -> Any:
    """Begin to fetch a row of a column from memory, and go on meanwhile: most of a question is that wait."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = builder.bitcast(builder.gep(array.data, [arguments[1]]), ir.PointerType(ir.IntType(8)))
        kind = ir.FunctionType(ir.VoidType(), [at.type, *[ir.IntType(32)] * 3])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [at.type], kind)
        builder.call(prefetch, [at, *(ir.IntType(32)(one) for one in (0, 3, 1))])  # to read, to keep, data
        return context.get_dummy_value()

    return types.void(column, row), generate


_fetch: Any = intrinsic(_prefetch)


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


@_compile([_i8(each, _i8, _i8, _i8) for each in (_I8, _I4)])
def _first_at_least(keys: Array, key: int, low: int, high: int) -> int:
    """Return the first place in ascending ``keys`` with at least this one, between two places."""
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@_compile(types.void(_U8, _U8, _I8, _U8, _I8))
def find(low: Array, high: Array, order: Array, ids: Array, rows: Array) -> None:
    """Write the row of each id, -1 for one that is not there.

    All are searched for step by step beside each other: memory is waited for once a step, not once an id.

    Args:
        low: the low halves of all ids, ascending.
        high: their high halves.
        order: their rows.
        ids: low and high half of each that is looked for, end to end.
        rows: shape (n,), written.
    """
    count, step = len(low), 1
    while 2 * step <= count:
        step *= 2
    rows[:] = 0  # first how many low halves are lower
    while step and count:
        for one in range(len(rows)):
            at = rows[one] + step
            lower = (at <= count) & (low[min(at, count) - 1] < ids[2 * one])
            rows[one] = at if lower else rows[one]
        step //= 2
    for one in range(len(rows)):
        place, rows[one] = rows[one], -1
        while place < count and low[place] == ids[2 * one]:
            if high[place] == ids[2 * one + 1]:
                rows[one] = order[place]
                break
            place += 1


@_compile(types.boolean(_person, _standing, _U4, _question, _I8))
def _passes(person: Any, standing: Any, entries: Array, q: Any, centres: Array) -> bool:
    """The filters that are left after gate, skills, reach, screenings, blocks and asks."""
    if q.required_languages and not person.languages & q.required_languages:
        return False
    if not q.any_centre and not _among(centres, standing.centre):
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


@_compile(types.boolean(_standing, _question))
def _screened(standing: Any, q: Any) -> bool:
    """Whether every required screening is valid on the day; without a turn that cannot be foreseen."""
    valid = True
    for one in range(_SCREENINGS):
        valid &= ((q.screenings >> np.uint64(one) & _ONE) == 0) | (standing.screenings[one] >= q.day)
    return valid


@_compile(_f8(_person, _question))
def _distance_m(person: Any, q: Any) -> float:
    dx, dy, dz = float(person.x - q.x), float(person.y - q.y), float(person.z - q.z)
    half_chord = sqrt(dx * dx + dy * dy + dz * dz) / DIAMETER_CM
    return np.rint(asin(min(half_chord, 1.0)) * (2 * RADIUS_M))


@_compile(types.void(_i8, _i8, _U4, _U8))
def _fetch_run(start: int, stop: int, gate: Array, skills: Array) -> None:
    for row in range(start, stop, _LINE // 4):
        _fetch(gate, row)
    for row in range(start, stop, _LINE // 8):
        _fetch(skills, row)


@_compile(_i8(_I8, _F8, _I8, _I8, _i8, _U4, _U8, _question, _I8_2D))
def _runs(
    edges: Array,
    sides: Array,
    keys: Array,
    starts: Array,
    end: int,
    gate: Array,
    skills: Array,
    q: Any,
    runs: Array,
) -> int:
    """Write class, band, first bucket, start and stop of every run, as `Grid.runs`; return how many.

    The class after the last is the tail, whose rows are in no bucket.
    """
    count = 0
    for number in range(len(edges)):
        first, last = _bands_of(q.latitude, edges[number], sides[number])
        circle = _circle_of(q.latitude, edges[number])
        for band in range(first, last + 1):
            low = (number << CLASS_SHIFT) + (band << BAND_SHIFT)
            west, east = _cells_in(circle, q.longitude, sides[number], band)
            bucket = _first_at_least(keys, low + west, 0, len(keys))
            beyond = _first_at_least(keys, low + east + 1, bucket, min(bucket + east - west + 1, len(keys)))
            if bucket < beyond:
                runs[count, 0], runs[count, 1], runs[count, 2] = number, band, bucket
                start, stop = starts[bucket], starts[beyond]
                runs[count, 3], runs[count, 4] = start, stop
                _fetch_run(start, min(stop, start + _FETCHED), gate, skills)
                count += 1
    if starts[-1] < end:
        runs[count, 0], runs[count, 3], runs[count, 4] = len(edges), starts[-1], end
        count += 1
    return count


@_compile(types.void(_U4, _U8, _u4, _u4, _u8, _U1))
def _mark(gate: Array, skills: Array, asked: Any, least: Any, needs: int, marks: Array) -> None:
    """Mark who passes gate and skills: so plain a loop that the processor takes many rows at a time."""
    for place in range(len(gate)):
        marks[place] = ((gate[place] & asked) >= least) & ((skills[place] & needs) == needs)


@_compile(_i8(_i8, _i8, _U4, _U8, _question, _U8, _I4))
def _able(start: int, stop: int, gate: Array, skills: Array, q: Any, marked: Array, able: Array) -> int:
    """Write the rows of a block that pass gate and skills; return how many."""
    all_of = _OPEN | q.age_bit
    least = all_of + np.uint64(q.dayparts != 0)
    marks, rows = marked.view(np.uint8), stop - start
    asked = np.uint32(all_of | q.dayparts)
    _mark(gate[start:stop], skills[start:stop], asked, np.uint32(least), q.needs, marks)
    marks[rows : rows + 64] = 0
    count = 0
    for first in range(0, rows, 64):
        # Of 64 rows, one bit each; then from one set bit to the next: few turns that cannot be foreseen.
        left = np.uint64(0)
        for word in range(8):
            bits = (marked[(first >> 3) + word] * _BYTES_TO_BITS) >> np.uint64(56)
            left |= bits << np.uint64(8 * word)
        while left:
            able[count] = start + first + _ones((left & (~left + _ONE)) - _ONE)
            left &= left - _ONE
            count += 1
    return count


@_compile(types.void(_question, _F8, _F8))
def _fill_levels(q: Any, weights: Array, levels: Array) -> None:
    """Write the highest score in each level of the gate (`levels_of`).

    Apart are proximity, continuity, and what the asked dayparts and preferred skills give, if there are any.
    """
    same = weights[Term.LANGUAGE] + weights[Term.DISLIKES]
    same += weights[Term.WAITING] * (q.waiting_days / (q.waiting_days + HALF_WAIT))
    same += 0.0 if q.dayparts else weights[Term.DAYPARTS]
    same += 0.0 if q.preferred_skills else weights[Term.PREFERRED_SKILLS]
    for level in range(LEVELS):
        rest, room, newcomer = LEVEL_TERMS[level]
        levels[level] = (
            same + weights[Term.REST] * rest + weights[Term.ROOM] * room + weights[Term.NEWCOMER] * newcomer
        )


@_compile(types.void(_I8, _I4, _I4, _f8))
def _put_forward(known: Array, able: Array, queues: Array, weight: float) -> None:
    """Let those who are known stand in the queue that continuity may bring them to; rows ascend."""
    for row in known:
        place = _first_at_least(able, row, 0, len(able))
        if place < len(able) and able[place] == row:
            queues[place] = min(queues[place] + 1 + int(weight * _QUEUES), _QUEUES - 1)


@_compile(_i8(_I8_2D, _I8, _F8, _I8, _I8, _U4, _U8, _question, _F8, _I8, _I4, _I4))
def _gather(
    runs: Array,
    edges: Array,
    sides: Array,
    keys: Array,
    starts: Array,
    gate: Array,
    skills: Array,
    q: Any,
    weights: Array,
    known: Array,
    able: Array,
    queues: Array,
) -> int:
    """Write the rows in the runs that pass gate and skills, and the queue of each; return how many."""
    levels, marked, count = np.empty(LEVELS), np.empty(_BLOCK // 8 + 8, np.uint64), 0
    _fill_levels(q, weights, levels)
    dayparts, preferred = np.uint64(q.dayparts), q.preferred_skills
    a_daypart = weights[Term.DAYPARTS] / max(_ones(dayparts), 1)
    a_skill = weights[Term.PREFERRED_SKILLS] / max(_ones(preferred), 1)
    for run in range(len(runs)):
        number, bucket, start, stop = runs[run, 0], runs[run, 2], runs[run, 3], runs[run, 4]
        bucketed, after, near = number < len(edges), start, 1.0
        side, per_m, a, b = 0.0, 0.0, 0.0, 0.0
        if bucketed:
            side, per_m = sides[number], 1 / max(edges[number], 1.0)
            a, b = _band_away(q.latitude, side, runs[run, 1])
        for block in range(start, stop, _BLOCK):
            first = count
            count += _able(block, min(block + _BLOCK, stop), gate, skills, q, marked, able[first:])
            for place in range(first, count):
                row = able[place]
                if bucketed and row >= after:
                    while starts[bucket + 1] <= row:
                        bucket += 1
                    after = starts[bucket + 1]
                    away_m = _cell_away_m(a, b, q.longitude, side, keys[bucket] & _CELL_MASK)
                    near = min(max(1 - away_m * per_m, 0.0), 1.0)
                most = levels[gate[row] >> LEVEL_SHIFT & (LEVELS - 1)] + weights[_PROXIMITY] * near
                most += a_daypart * _ones(gate[row] & dayparts) + a_skill * _ones(skills[row] & preferred)
                queues[place] = min(int(most * _QUEUES), _QUEUES - 1)
    _put_forward(known, able[:count], queues, weights[Term.CONTINUITY])
    return count


@_compile(types.void(_I4, _I4, _I8))
def _line_up(able: Array, queues: Array, line: Array) -> None:
    """Write (queue << 32) + row of everyone, the highest queue first: counting sort."""
    ends = np.zeros(_QUEUES + 1, np.int64)
    for queue in queues:
        ends[queue] += 1
    for queue in range(_QUEUES - 1, -1, -1):
        ends[queue] += ends[queue + 1]
    for place in range(len(able)):
        ends[queues[place]] -= 1
        line[ends[queues[place]]] = (np.int64(queues[place]) << 32) + able[place]


_volunteers = (_U4, _U8, types.Array(_person, 1, "C"), types.Array(_standing, 1, "C"), _U4)
_related = (_I8, _I8, _I8)  # rows ruled out, rows known, centres that may be asked
_found = (_I8, _F8, _F8)  # rows, scores, distances


@_compile(_i8(_I8, _i8, *_volunteers, _question, _F8, *_related, *_found, _F8))
def _weigh(
    line: Array,
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
) -> int:
    """Filter and weigh a part of the line; return how many are found now, -1 without room for all who tie."""
    near = 0
    for place in range(len(line)):  # by itself, so that the processor fetches the places of many at a time
        row = line[place] & _ROW_MASK
        line[near] = row
        near += _within(people[row], q) & _screened(standings[row], q)
    for place in range(near):
        row = line[place]
        person, standing = people[row], standings[row]
        if not _passes(person, standing, entries, q, centres) or _among(ruled_out, row):
            continue
        distance = _distance_m(person, q)
        if distance > person.reach_m:
            continue
        _value(gate[row] & _DAYPARTS, skills[row], person, standing, q, _among(known, row), values)
        values[_PROXIMITY] = max(1 - distance / max(person.reach_m, 1), 0.0)
        score = np.rint(_sum(weights, values) * DECIMALS) / DECIMALS
        if count >= q.k and score < scores[q.k - 1]:
            continue
        if count == len(rows):
            return -1
        count = _insert(rows, scores, distances, count, q.k, row, score, distance)
    return count


@_compile(types.void(_I8, types.Array(_person, 1, "C"), types.Array(_standing, 1, "C")))
def _fetch_records(line: Array, people: Array, standings: Array) -> None:
    for one in line:
        row = one & _ROW_MASK
        _fetch(people, row)  # and the next, for a record may begin on one line of memory and end on another
        _fetch(people, row + 1)
        _fetch(standings, row)
        _fetch(standings, row + 1)


@_compile(
    _two_i8(
        _I8,
        _F8,
        _I8,
        _I8,
        _i8,
        *_volunteers,
        types.Array(_question, 1, "C"),
        _F8,
        _I8,
        _I8,
        _I8,
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
    related: Array,
    centres: Array,
    rows: Array,
    sums: Array,
    facts: Array,
) -> tuple[int, int]:
    """Write the best rows, those who tie with the last of them included; return how many, -1 for too many.

    Also returned: how many stand level with the one before them. ``edges`` to ``starts`` are the grid; rows
    from its last up to ``end`` are in no bucket. ``sums`` gets score, distance (m) and terms.
    """
    q, count, values = questions[0], 0, np.empty(_TERMS)
    scores, distances = np.empty(len(rows)), np.empty(len(rows))
    known, ruled_out = related[: q.known], related[q.known :]
    runs = np.empty((_RUNS * len(edges) + 1, 5), np.int64)
    runs = runs[: _runs(edges, sides, keys, starts, end, gate, skills, q, runs)]
    most = 0
    for run in range(len(runs)):
        most += runs[run, 4] - runs[run, 3]
    able, queues = np.empty(most, np.int32), np.empty(most, np.int32)
    several = _gather(runs, edges, sides, keys, starts, gate, skills, q, weights, known, able, queues)
    line = np.empty(several, np.int64)
    _line_up(able[:several], queues[:several], line)
    _fetch_records(line[: _AHEAD * _FEW], people, standings)
    for first in range(0, several, _FEW):
        most_promising = ((line[first] >> 32) + 1) / _QUEUES
        if count >= q.k and most_promising + _MARGIN < scores[q.k - 1]:
            break
        ahead = first + _AHEAD * _FEW
        _fetch_records(line[ahead : ahead + _FEW], people, standings)
        count = _weigh(
            line[first : first + _FEW], count, gate, skills, people, standings, entries, q, weights,
            ruled_out, known, centres, rows, scores, distances, values,
        )  # fmt: skip
        if count < 0:
            return count, 0
    level = 0
    for place in range(count):
        row, terms = rows[place], sums[place, 2:]
        person, standing = people[row], standings[row]
        sums[place, 0], sums[place, 1] = scores[place], distances[place]
        _value(gate[row] & _DAYPARTS, skills[row], person, standing, q, _among(known, row), terms)
        terms[_PROXIMITY] = max(1 - distances[place] / max(person.reach_m, 1), 0.0)
        _tell(gate[row], skills[row], person, standing, q, facts[place])
        level += place > 0 and scores[place] == scores[place - 1] and distances[place] == distances[place - 1]
    return count, level
