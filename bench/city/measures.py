"""What a life in the town came to, in the numbers of the report."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.town.calendar import DAY, HOUR
from simulation.town.life import Life

MONTH = 30
WITHIN = (0.5, 1, 2, 4, 8, 16, 24, 48, 96, 168, 336)
"""Hours at which the share of the requests that has been filled is read off."""
_FEW = 10
"""Neighbourhoods with fewer requests say nothing about the spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Of one policy and one seed."""

    filled: float
    """% of the requests that got a yes in time."""
    median_hours: float
    """Hours until the first yes, of half of those filled."""
    p90_hours: float
    """The same of nine in ten of those filled."""
    all_p90_hours: float
    """Hours within which nine in ten of all requests had a yes; infinite when fewer ever got one."""
    asks_per_fill: float
    active: float
    """% of the volunteers who joined and did not move away, with a task in 30 days; mean of the months."""
    gini: float
    """Of the tasks per volunteer: 0 all the same, 1 all by one."""
    lost: float
    """% of all volunteers who left for want of tasks or over too many questions."""
    lowest: float
    """% filled in the neighbourhood with the lowest share."""
    highest: float
    within: tuple[float, ...]
    """% of the requests with a yes within each of `WITHIN` hours."""


def measure(life: Life) -> Measures:
    """Return the numbers of a life that has been lived."""
    filled = life.filled_at >= 0
    waits = np.where(filled, (life.filled_at - life.requests.opened) / HOUR, np.inf)
    shares = _by_place(life, filled)
    return Measures(
        filled=100 * float(filled.mean()),
        median_hours=float(np.percentile(waits[filled], 50)),
        p90_hours=float(np.percentile(waits[filled], 90)),
        all_p90_hours=float(np.percentile(waits, 90, method="higher")),
        asks_per_fill=float(life.asked_for.sum() / filled.sum()),
        active=100 * _active(life, filled),
        gini=gini(np.bincount(life.filled_by[filled], minlength=len(life.helpers))[_counted(life)]),
        lost=100 * float((life.left >= 0).mean()),
        lowest=100 * min(shares),
        highest=100 * max(shares),
        within=tuple(100 * float((waits <= hours).mean()) for hours in WITHIN),
    )


def gini(values: NDArray[Any]) -> float:
    """Return the Gini coefficient of numbers that are not negative; 0 when all are 0."""
    ordered = np.sort(values)
    if not ordered.sum():
        return 0.0
    ranks = np.arange(1, len(ordered) + 1)
    return float(
        2 * (ranks * ordered).sum() / (len(ordered) * ordered.sum()) - (len(ordered) + 1) / len(ordered)
    )


def _by_place(life: Life, filled: NDArray[Any]) -> list[float]:
    place = life.requests.place
    counts = np.bincount(place)
    many = np.flatnonzero(counts >= min(_FEW, counts.max()))
    return [float(filled[place == each].mean()) for each in many.tolist()]


def _counted(life: Life) -> NDArray[Any]:
    """Volunteers who joined a month or more before the end."""
    return life.helpers.joined <= max(life.town.days - MONTH, 0)


def _active(life: Life, filled: NDArray[Any]) -> float:
    """Share with a task in 30 days, over the full months; whom a policy lost counts as without."""
    days, who = life.filled_at[filled] // DAY, life.filled_by[filled]
    shares = []
    for start in range(0, max(life.town.days - MONTH, 0) + 1, MONTH):
        end = start + MONTH
        here = (life.helpers.joined <= start) & ((life.moved < 0) | (life.moved >= end))
        busy = np.zeros(len(here), np.bool_)
        busy[who[(days >= start) & (days < end)]] = True
        shares.append(float(busy[here].mean()))
    return float(np.mean(shares))
