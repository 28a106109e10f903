"""How many requests the best conceivable policy could fill: an upper bound by linear programming.

The ex-ante program of V. Manshadi and S. Rodilitz, "Online Policies for Efficient Volunteer Crowdsourcing",
Management Science 68(9) 2022 (doi:10.1287/mnsc.2021.4220, arXiv:2002.08474): with x[v,s,t] the chance that
v is notified of a task of type s at time t, p[v,s] the chance of a yes and G the distribution of the rest,

    max  sum_t sum_s lambda[s,t] min(1, sum_v p[v,s] x[v,s,t])
    s.t. sum_{u<=t} sum_s lambda[s,u] x[v,s,u] (1 - G(t-u)) <= 1      for every v and t,  0 <= x <= 1

The left side of the constraint is the chance that v is resting at t, so that every policy satisfies it,
also one that knows which tasks will come; a task is filled with at most the summed chances of a yes, and at
most once.

Here it is brought to a size that HiGHS solves in seconds. Each step only makes the bound higher:
- every request is a type of its own, known beforehand, and one may be asked for it at any moment until it
  ends;
- the constraint is summed over blocks of `BLOCK` days instead of holding at each moment. Rest that began
  before the block is free, and an ask counts as if it came as late as it can: with m whole days of the
  block after that moment it takes at least (1 - (1-q)^m) / q days of rest;
- the chance of a yes is the highest it can be: never tired, and always of someone who helped well before;
- nobody leaves but for a reason of their own.
One step makes it lower and keeps it a bound: as everybody is asked at most once for a request, it is filled
with at most the chance that anyone at all would come, 1 - prod_v (1 - p[v]).

It bounds policies that put one question to one volunteer at a time. A board, where one visit weighs several
requests, is outside the model.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from simulation.town.behaviour import chance_of_yes
from simulation.town.calendar import DAY
from simulation.town.town import AFTERWARDS, Town

BLOCK = 30
"""Days."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class _Asks(NamedTuple):
    """Every ask there could be, one item per volunteer, request and block."""

    volunteer: Ints
    request: Ints
    block: Ints
    chance: Floats
    """The highest chance of a yes."""
    rest: Floats
    """The least days of rest it takes in the block."""


def upper_bound(town: Town) -> float:
    """Return the highest expected share of the requests that a policy can fill, in %."""
    highest = np.where(town.able, chance_of_yes(town.appeal.astype(np.float64) + town.behaviour.known), 0.0)
    asks = _asks(town, highest)
    requests, count = len(town.requests), len(asks.volunteer)
    budgets, budget = np.unique(asks.volunteer * _blocks(town) + asks.block, return_inverse=True)
    # Per request: filled - sum of chances * asks <= 0. Per volunteer and block: rest of the asks <= its days.
    each = np.arange(count)
    row = np.concatenate((np.arange(requests), asks.request, requests + budget))
    column = np.concatenate((count + np.arange(requests), each, each))
    value = np.concatenate((np.ones(requests), -asks.chance, asks.rest))
    limits = np.concatenate((np.zeros(requests), np.full(len(budgets), float(BLOCK))))
    solved = linprog(
        np.concatenate((np.zeros(count), -np.ones(requests))),
        A_ub=coo_array((value, (row, column)), shape=(len(limits), count + requests)).tocsr(),
        b_ub=limits,
        bounds=np.column_stack(
            (
                np.zeros(count + requests),
                np.concatenate((np.ones(count), 1 - np.prod(1 - highest, axis=0))),
            )
        ),
        method="highs",
    )
    if not solved.success:
        raise ArithmeticError(solved.message)
    return float(-100 * solved.fun / requests)


def _blocks(town: Town) -> int:
    return (town.days + AFTERWARDS) // BLOCK + 1


def _asks(town: Town, highest: Floats) -> _Asks:
    h, r, length = town.helpers, town.requests, BLOCK * DAY
    gone = _day_of_moving(town)
    found = []
    for block in range(_blocks(town)):
        start, end = block * length, (block + 1) * length
        begins, latest = np.maximum(r.opened, start), np.minimum(r.ends, end)
        here = (h.joined * DAY < end) & (gone * DAY > start)
        meets = (begins < latest) & (highest > 0) & here[:, None]
        volunteer, request = np.nonzero(meets)
        days = (end - latest[request]) // DAY
        q = town.behaviour.return_rate
        rest = (1 - (1 - q) ** days) / q
        found.append((volunteer, request, np.full(len(request), block), highest[volunteer, request], rest))
    return _Asks(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _day_of_moving(town: Town) -> Ints:
    """Day on which each volunteer moves away of their own; far off for who stays."""
    moves = town.luck.moves < town.behaviour.moves_away
    moves &= np.arange(moves.shape[1]) >= town.helpers.joined[:, None]
    days: Ints = np.where(moves.any(axis=1), moves.argmax(axis=1), moves.shape[1] + BLOCK)
    return days
