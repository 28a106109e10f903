"""Who subtracts: all that a reader of published counts can work out about those that were hidden.

Independent of the guard: whole numbers instead of linear programming, and its own idea of what rounding
leaves open.
"""

from collections.abc import Collection, Mapping

from scipy.optimize import Bounds, LinearConstraint, milp

LARGE = 10_000
"""No count in these tests comes near it."""


def possible(
    published: Mapping[str, int | None],
    sums: Mapping[str, Collection[str]],
    wanted: str,
    known: Mapping[str, int] | None = None,
) -> int:
    """How many values a hidden count may still have for who reads what is published and knows the rest."""
    names = sorted({*published, *sums, *(part for parts in sums.values() for part in parts)})
    low, high = [], []
    for name in names:
        value = published.get(name)
        if known and name in known:
            low.append(known[name]), high.append(known[name])
        elif value is None:
            low.append(0), high.append(LARGE)
        else:
            fitting = [each for each in range(10, value + 6) if abs(each - value) <= 2]
            low.append(min(fitting)), high.append(max(fitting))
    rows = [
        [1 if name == total else -1 if name in parts else 0 for name in names]
        for total, parts in sums.items()
    ]
    aim = [int(name == wanted) for name in names]
    limits = {"bounds": Bounds(low, high), "integrality": [1] * len(names)}
    if rows:
        limits["constraints"] = LinearConstraint(rows, 0, 0)
    least, most = milp(aim, **limits), milp([-each for each in aim], **limits)
    assert least.success, "what is published contradicts itself"
    assert most.success
    return round(-most.fun - least.fun) + 1
