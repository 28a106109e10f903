"""Counts of people that may leave the circle that knows those people (docs/trust.md, threat 20).

Three steps, always together: a count under ``LEAST`` is hidden; of what is left so much more is hidden that
nobody who subtracts can pin such a count down; what is shown is rounded to ``STEP``. Whether something can be
pinned down is not guessed by a rule of thumb but reckoned: what a reader could know is a system of sums and
bounds, and linear programming tells how far a hidden count may lie up and down. At least ``LEAST`` values
remain possible, even for who knows what is shown without its rounding. Nought is a count as any other: that
nobody came is news too.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

LEAST = 10
STEP = 5
ROUNDING = 1e-6
"""What linear programming may be beside the truth."""


def shown(count: int) -> int | None:
    """Return a count as it may stand alone: rounded, half up, to ``STEP``; ``None`` when under ``LEAST``."""
    return (count + STEP // 2) // STEP * STEP if count >= LEAST else None


@dataclass(frozen=True)
class Figures:
    """Counts that are published together, and what a reader may know of them besides.

    Attributes:
        counts: the true counts, 0 or more.
        sums: which counts add up to which: ``{"begun": ["finished", "unfinished"]}``.
        unsaid: counts that are published nowhere and stay unknown, such as what lies between two others.
        elsewhere: counts that are published elsewhere, as ``shown`` tells; it is too late to hide them here.
        known: counts that the reader knows: their own.
    """

    counts: Mapping[str, int]
    sums: Mapping[str, Collection[str]] = field(default_factory=dict)
    unsaid: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


def guarded(figures: Figures) -> dict[str, int | None]:
    """Return each count as it may be published: rounded, or ``None`` where it stays hidden.

    What the reader knows is returned as it is.
    """
    hidden = {name for name, count in figures.counts.items() if shown(count) is None} | figures.unsaid
    hidden -= figures.known
    while one := _next_to_hide(figures, hidden):
        hidden.add(one)
    return {
        name: count if name in figures.known else None if name in hidden else shown(count)
        for name, count in figures.counts.items()
    }


def _next_to_hide(figures: Figures, hidden: set[str]) -> str | None:
    """Return what has to be hidden for a small count that is pinned down; ``None`` when all are safe.

    Parts go before their sum: were it the smaller of the two, hiding the sum would tell that the rest is
    nought.
    """
    settled = hidden | figures.elsewhere | figures.known
    for name in sorted(name for name in hidden if shown(figures.counts[name]) is None):
        beside = _connected(figures, name) - settled
        if beside and _is_pinned_down(figures, hidden, name):
            return min(beside, key=lambda each: (each in figures.sums, figures.counts[each], each))
    return None


def _connected(figures: Figures, name: str) -> set[str]:
    """Return all counts that stand in a sum with this one, or with one that does, and so on."""
    found, size = {name}, 0
    while size != len(found):
        size = len(found)
        for group in _groups(figures):
            if group & found:
                found |= group
    return found


def _groups(figures: Figures) -> Iterator[set[str]]:
    for total, parts in figures.sums.items():
        yield {total, *parts}


def _is_pinned_down(figures: Figures, hidden: set[str], name: str) -> bool:
    """Whether a reader is left with fewer than ``LEAST`` possible values of a hidden count."""
    # Here and not above: it takes a quarter of a second, and few processes ever come here.
    from scipy.optimize import linprog

    names = sorted(_connected(figures, name))
    place = {each: number for number, each in enumerate(names)}
    rows = []
    for total, parts in figures.sums.items():
        if total in place:
            row = [0.0] * len(names)
            row[place[total]] = 1.0
            for part in parts:
                row[place[part]] = -1.0
            rows.append(row)
    bounds = [_bounds(figures, hidden, each) for each in names]
    aim = [0.0] * len(names)
    aim[place[name]] = 1.0
    least = linprog(aim, A_eq=rows, b_eq=[0.0] * len(rows), bounds=bounds)
    most = linprog([-each for each in aim], A_eq=rows, b_eq=[0.0] * len(rows), bounds=bounds)
    if not most.success:
        return False  # it may be as large as one likes
    return bool(-most.fun - least.fun + ROUNDING < LEAST - 1)


def _bounds(figures: Figures, hidden: set[str], name: str) -> tuple[float, float | None]:
    """Return between what a count lies for who knows exactly what is not hidden."""
    count = figures.counts[name]
    if name in figures.known:
        return count, count
    if shown(count) is None or name in hidden:
        return 0, None
    return count, count
