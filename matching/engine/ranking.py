"""Ordering judged pairs, and counting why the others are not among them."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from matching.engine.columns import Array, Rows
from matching.engine.pairs import (
    Floats,
    Pairs,
    failures,
    missing_screenings,
    missing_skills,
    missing_trainings,
)
from matching.engine.types import Filter, Funnel, FunnelStep, Id, Relaxation

_FEW = 60  # up to so many, sorting all is quicker than finding who can be among the best


def top(scores: Floats, distances: Floats, id_of: Callable[[int], Id], k: int) -> Rows:
    """Return the positions of the best ``k``: by score descending, then distance, then id.

    Only those that can still be among the best ``k`` are sorted; all who tie with the last are among these.
    """
    if k <= 0:
        return np.empty(0, np.intp)
    if len(scores) > _FEW and k < len(scores):
        positions = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
        return positions.take(_sorted(scores.take(positions), distances.take(positions), id_of, positions, k))
    return _sorted(scores, distances, id_of, None, k)


def _sorted(
    scores: Floats, distances: Floats, id_of: Callable[[int], Id], positions: Rows | None, k: int
) -> Rows:
    """Return the places of the best ``k``; ids are asked for only where two stand level."""
    order: Rows = np.lexsort((distances, -scores))
    levels = list(zip((-scores[order]).tolist(), distances[order].tolist(), strict=True))
    end = min(k, len(levels))
    while 0 < end < len(levels) and levels[end] == levels[k - 1]:
        end += 1
    if len({*levels[:end]}) < end:
        places = order[:end].tolist()
        ids = map(id_of, places if positions is None else positions.take(places).tolist())
        ranked = sorted(zip(levels, ids, places, strict=False))
        order = np.array([place for *_, place in ranked], np.intp)
    return order[:k]


def funnel(p: Pairs) -> Funnel:
    """Return how many of the pairs remain after each filter, in the order of `Filter`."""
    failed = failures(p)
    first, lost = np.unique(failed & -failed, return_counts=True)
    lost_at = dict(zip(first.tolist(), lost.tolist(), strict=True))
    steps = []
    remaining = len(p)
    for step in Filter:
        remaining -= lost_at.get(int(step), 0)
        steps.append(FunnelStep(step, remaining))
    return Funnel(len(p), tuple(steps))


def relaxations(p: Pairs) -> list[Relaxation]:
    """Return for each filter how many of the pairs fail on that one only; filters with none are left out."""
    failed = failures(p)
    found = []
    for only in Filter:
        positions = np.flatnonzero(failed == only)
        if len(positions):
            found.append(Relaxation(only, len(positions), _by_bit(only, p.take(positions))))
    return found


def near_misses(p: Pairs, only: Filter, bit: int | None) -> Pairs:
    """Return the pairs that fail on ``only`` alone; with ``bit`` those whom just that brings in.

    The bit is one of `Relaxation.by`: those it counts are these.
    """
    p = p.take(np.flatnonzero(failures(p) == only))
    if bit is None:
        return p
    masks = np.broadcast_to(p.many.dayparts, len(p)) if only is Filter.DAYPARTS else _lacking_one(only, p)
    return p.take(np.flatnonzero(masks >> masks.dtype.type(bit) & masks.dtype.type(1)))


def _lacking_one(only: Filter, p: Pairs) -> Array:
    """Return masks of what is missing; empty where more than one thing is."""
    masks = _MISSING[only](p)
    return np.where(np.bitwise_count(masks) == 1, masks, masks.dtype.type(0))


def _by_bit(only: Filter, p: Pairs) -> tuple[tuple[int, int], ...]:
    """Return per bit how many of these pairs would pass if just that were relaxed."""
    if only is Filter.DAYPARTS:
        return _counts(np.broadcast_to(p.many.dayparts, len(p)))
    missing = _MISSING.get(only)
    if missing is None:
        return ()
    masks = missing(p)
    return _counts(masks[np.bitwise_count(masks) == 1])


_MISSING: Mapping[Filter, Callable[[Pairs], Array]] = {
    Filter.SCREENING: missing_screenings,
    Filter.TRAINING: missing_trainings,
    Filter.SKILLS: missing_skills,
}


def _counts(masks: Array) -> tuple[tuple[int, int], ...]:
    """Return pairs (bit, in how many masks it is set), zero counts left out."""
    used = int(np.bitwise_or.reduce(masks, initial=0))
    bits: Iterable[int] = (bit for bit in range(64) if used >> bit & 1)
    return tuple((bit, int(np.count_nonzero(masks >> np.uint64(bit) & np.uint64(1)))) for bit in bits)
