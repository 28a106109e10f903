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


def top(scores: Floats, distances: Floats, id_of: Callable[[int], Id], k: int) -> Rows:
    """Return the positions of the best ``k``: by score descending, then distance, then id.

    Only those that can still be among the best ``k`` are sorted; all who tie with the last are among these.
    """
    positions = np.arange(len(scores))
    if 0 < k < len(scores):
        positions = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    if 0 < k < len(positions):
        positions = _up_to(k, positions, scores[positions], distances[positions])
    score, distance = (-scores[positions]).tolist(), distances[positions].tolist()
    ranked = sorted(zip(score, distance, map(id_of, positions.tolist()), positions.tolist(), strict=True))
    return np.array([position for *_, position in ranked[: max(k, 0)]], np.intp)


def _up_to(k: int, positions: Rows, scores: Floats, distances: Floats) -> Rows:
    """Return the positions that stand at or before the k-th by score and distance."""
    last = np.lexsort((distances, -scores))[k - 1]
    level = scores == scores[last]
    inside: Rows = positions[(scores > scores[last]) | (level & (distances <= distances[last]))]
    return inside


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
