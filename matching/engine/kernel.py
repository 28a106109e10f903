"""The compiled kernel, where Numba is installed. The engine answers the same with and without it.

`load` compiles it once, or takes it from Numba's cache: call it where the index is loaded, not in a question.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from struct import Struct
from sys import byteorder
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.engine import sphere
from matching.engine.columns import AGE_BITS, WEIGHTS_OF, Array, Rows, SupplyTable
from matching.engine.grid import Grid
from matching.engine.types import FOREVER, Candidate, Demand, Facts, Filter, Id, Ranked, Term

MOST = 200
"""The largest k for which the kernel is asked: it keeps the best in order, one by one."""
NEVER = 1 << 32
"""Days of rest of someone who was never asked."""
QUESTION = np.dtype(
    [
        ("latitude", "f8"),
        ("longitude", "f8"),
        ("needs", "u8"),
        ("trainings", "u8"),
        ("preferred_skills", "u8"),
    ]
    + [(name, "i8") for name in ("x", "y", "z", "day", "today", "waiting_days", "k", "known")]
    + [(name, "u4") for name in ("dayparts", "dislikes", "required_languages", "preferred_languages")]
    + [(name, "u4") for name in ("age_bit", "screenings", "any_centre")]
)
"""A demand in one record."""
_RECORD = Struct("=2d3Q8q7I")  # the same; to pack it takes a fifth of making an array of values

_TIES = 100  # room for those who tie with the last of the best
_NOTHING, _NONE = Filter(0), np.empty(0, np.int64)
_SUMS, _FACTS = 2 + len(Term), len(Facts._fields)  # of each found: score, distance and terms; facts

_kernel: Callable[..., tuple[int, int]] | None = None
_find: Callable[..., None] | None = None


def load() -> bool:
    """Make the kernel ready; return whether there is one.

    Without Numba, or where the low byte of a word does not come first, nothing happens.
    """
    global _kernel, _find  # noqa: PLW0603  (one per process, and every index asks it)
    if _kernel is None and find_spec("numba") is not None and byteorder == "little":
        from matching.engine.compiled import best as _kernel  # compiles on import
        from matching.engine.compiled import find as _find
    return _kernel is not None


def unload() -> None:
    """Answer in NumPy again."""
    global _kernel, _find  # noqa: PLW0603
    _kernel = _find = None


def find(low: Array, high: Array, order: Rows, ids: Sequence[UUID]) -> Rows | None:
    """Return the rows of a handful of UUIDs, -1 for each that is not there; ``None`` without a kernel.

    Args:
        low: the low halves of all, ascending.
        high: their high halves.
        order: their rows.
        ids: who are looked for.
    """
    if _find is None:
        return None
    halves = np.frombuffer(bytearray().join([one.int.to_bytes(16, "little") for one in ids]), np.uint64)
    rows = np.empty(len(ids), np.intp)
    _find(low, high, order, halves, rows)
    return rows


def best(
    table: SupplyTable,
    grid: Grid,
    demand: Demand,
    k: int,
    today: int,
    *,
    related: Rows,
    ids_of: Callable[[Rows], list[Id]],
) -> Ranked | None:
    """Return the best ``k``; ``None`` without a kernel, for what is online, and for more than there is room.

    Args:
        table: the volunteers, their gates open for today.
        grid: how the rows lie.
        demand: the question.
        k: how many.
        today: day number.
        related: the rows of those who are known, then of who is ruled out; -1: nobody.
        ids_of: the ids of rows.
    """
    if _kernel is None or demand.anywhere or not 0 < k <= MOST:
        return None
    room = k + _TIES
    rows, sums, facts = np.empty(room, np.int64), np.empty((room, _SUMS)), np.empty((room, _FACTS), np.uint64)
    count, level = _kernel(
        grid.edges, grid.sides, grid.keys, grid.starts, table.count, *table.arrays.values(),
        table.lessons.entries, _question(demand, k, today), WEIGHTS_OF[demand.kind],
        related, np.array([*demand.centres], np.int64) if demand.centres else _NONE,
        rows, sums, facts,
    )  # fmt: skip
    if count < 0:
        return None
    ids = ids_of(rows[:count])
    order: list[int] | slice = slice(0, k)
    first = ids[:k]
    if level:  # the kernel knows no ids
        ranks = [(-score, distance) for score, distance in sums[:count, :2].tolist()]
        order = sorted(range(count), key=lambda place: (ranks[place], ids[place]))[:k]
        first = [ids[place] for place in order]

    def tell() -> list[Candidate]:
        scores, distances, *terms = sums[:count][order].T.tolist()
        return list(
            map(
                Candidate,
                first,
                [demand.id] * len(first),
                scores,
                map(int, distances),
                [_NOTHING] * len(first),
                zip(*terms, strict=True),
                map(_facts, facts[:count][order].tolist()),
            )
        )

    return Ranked(first, tell)


def _question(demand: Demand, k: int, today: int) -> NDArray[Any]:
    question = _RECORD.pack(
        demand.latitude, demand.longitude, demand.needs, demand.trainings, demand.preferred_skills,
        *sphere.point(demand.latitude, demand.longitude), max(min(demand.date, FOREVER), today), today,
        min(demand.waiting_days, FOREVER), k, len(demand.known), demand.dayparts, demand.dislikes,
        demand.required_languages, demand.preferred_languages, AGE_BITS[demand.minimum_age],
        sum([1 << one for one in demand.screenings]), not demand.centres,
    )  # fmt: skip
    return np.frombuffer(bytearray(question), QUESTION)


def _facts(values: list[Any]) -> Facts:
    if values[3] == NEVER:
        values[3] = None
    return Facts(*values)
