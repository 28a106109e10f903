"""Who is asked for what, over all requests at once: the exact assignment of the daily proposal.

A `Market` holds the feasible pairs of requests and volunteers with the weight of each. `assign` finds the
choice of pairs with the largest total: at most `needed` helpers per request, at most `capacity` requests per
volunteer, each pair at most once. `greedy` and `nearest_first` choose from the same pairs as a person would,
to compare with.

The best choice is a matching in a sparse bipartite graph: a row per place of a request, a column per place of
a volunteer, and whoever stays alone matched with a place of its own, so that a full matching always exists.

- Of a volunteer's places the first brings `weights`, every other `later`: who is asked twice on one morning
  is not rested the second time.
- A pair with several rows *and* several columns could be taken twice. It gets a row q and a column p between
  the two: the request may take p, and q may take p or a place of the volunteer. Taking the pair is r-p with
  q-v, leaving it is q-p. A bonus on r-p and q-p, larger than any weight of the pair, comes with both, and
  no other way brings more.

Weights are counted in whole units of 1e-9, as scores are, which floats of 64 bits add without error: the
total is the optimum to the last decimal. The answer hangs on the numbers of requests and volunteers only, not
on the order in which the pairs come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
_Edges: TypeAlias = tuple[Ints, Ints, Ints, Floats]
"""Pair, row, column and weight of each edge."""

_UNITS = 1e9  # per point of weight


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """The feasible pairs, one item per pair in the first five arrays; none stands there twice."""

    requests: Ints
    """Number of the request of each pair; whoever has waited longest has number 0."""
    volunteers: Ints
    """Number of the volunteer of each pair."""
    weights: Floats
    """What the pair brings, above 0."""
    later: Floats
    """What it brings as a volunteer's second or later one: above 0 and at most the weight."""
    distances: Floats
    """In one unit, for `nearest_first`."""
    needed: Ints
    """Helpers wanted, per request."""
    capacity: Ints
    """Requests that may be put to a volunteer, per volunteer."""

    @classmethod
    def of(
        cls,
        pairs: Iterable[tuple[int, int, float, float, float]],
        *,
        needed: ArrayLike,
        capacity: ArrayLike,
    ) -> "Market":
        """Return the market of pairs (request, volunteer, weight, later weight, distance)."""
        table = np.array([*pairs], np.float64).reshape(-1, 5)
        requests, volunteers = table[:, :2].astype(np.int64).T
        weights, later, distances = table[:, 2:].T
        return cls(
            requests,
            volunteers,
            weights,
            later,
            distances,
            np.asarray(needed, np.int64),
            np.asarray(capacity, np.int64),
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """What a choice of pairs comes to."""

    weight: float
    filled: int
    """Places that have a helper."""
    helped: int
    """Requests that have at least one."""


def totals(market: Market, chosen: Ints) -> Totals:
    """Return what the chosen pairs come to. Of one volunteer's pairs the one that gains most is the first."""
    volunteers, first = market.volunteers[chosen], _units(market.weights[chosen])
    later = _units(market.later[chosen])
    gained = np.zeros(len(market.capacity))
    np.maximum.at(gained, volunteers, first - later)
    weight = float(later.sum() + gained.sum()) / _UNITS
    return Totals(weight, len(chosen), len(np.unique(market.requests[chosen])))


def assign(market: Market) -> Ints:
    """Return the positions of the pairs with the largest total weight, in order of request and volunteer."""
    order = np.lexsort((market.volunteers, market.requests)).astype(np.int64)
    requests, volunteers = market.requests[order], market.volunteers[order]
    rows = np.minimum(market.needed, np.bincount(requests, minlength=len(market.needed)))[requests]
    columns = np.minimum(market.capacity, np.bincount(volunteers, minlength=len(market.capacity)))[volunteers]
    open_pairs = (rows > 0) & (columns > 0)
    order, rows, columns = order[open_pairs], rows[open_pairs], columns[open_pairs]
    if not len(order):
        return order
    return order[_matched(_Graph(market, order, rows, columns))]


def greedy(market: Market) -> Ints:
    """Return the positions of the pairs a greedy person takes: the heaviest of all that is still possible."""
    return _taken(market, np.lexsort((market.volunteers, market.requests, -_units(market.weights))))


def nearest_first(market: Market) -> Ints:
    """Return the positions of the pairs when each request in turn takes the nearest who are still free."""
    return _taken(market, np.lexsort((market.volunteers, market.distances, market.requests)))


class _Graph:
    """The pairs laid out; ``rows`` and ``columns`` count the places of each pair's two sides."""

    def __init__(self, market: Market, order: Ints, rows: Ints, columns: Ints) -> None:
        self.weights, self.later = _units(market.weights[order]), _units(market.later[order])
        self.places, self.first_row = _numbered(market.requests[order], rows)
        self.seats, self.first_column = _numbered(market.volunteers[order], columns)
        self.rows, self.columns = rows, columns
        self.twofold = np.flatnonzero((rows > 1) & (columns > 1))


def _matched(g: _Graph) -> Ints:
    """Return which pairs the best full matching takes, by their place in the graph's order."""
    kinds = [_simple(g), _enters(g), _stays(g), _leaves(g)]
    rows, columns, values = (np.concatenate([kind[part] for kind in kinds]) for part in (1, 2, 3))
    extra = len(g.twofold)
    taken = _best_matching(rows, columns, values, g.places + extra, g.seats + extra)
    ends = np.cumsum([len(kind[0]) for kind in kinds])[:-1]
    simple, entered, _, left = (
        kind[0][part] for kind, part in zip(kinds, np.split(taken, ends), strict=True)
    )
    return np.sort(np.concatenate([simple, np.intersect1d(entered, left)]))


def _simple(g: _Graph) -> _Edges:
    """Edges of the pairs that cannot be taken twice: from each row of the request to each column."""
    pair, row, seat = _laid_out(np.flatnonzero((g.rows == 1) | (g.columns == 1)), g.rows, g.columns)
    return pair, g.first_row[pair] + row, g.first_column[pair] + seat, _worth(g, pair, seat)


def _enters(g: _Graph) -> _Edges:
    """Edges r-p of the twofold pairs."""
    pair, row, _ = _laid_out(g.twofold, g.rows, np.ones_like(g.columns))
    return pair, g.first_row[pair] + row, g.seats + np.searchsorted(g.twofold, pair), g.weights[pair] + 1


def _stays(g: _Graph) -> _Edges:
    """Edges q-p of the twofold pairs."""
    between = np.arange(len(g.twofold))
    return g.twofold, g.places + between, g.seats + between, g.weights[g.twofold] + 1


def _leaves(g: _Graph) -> _Edges:
    """Edges q-v of the twofold pairs."""
    pair, _, seat = _laid_out(g.twofold, np.ones_like(g.rows), g.columns)
    rows = g.places + np.searchsorted(g.twofold, pair)
    return pair, rows, g.first_column[pair] + seat, _worth(g, pair, seat)


def _worth(g: _Graph, pair: Ints, seat: Ints) -> Floats:
    return np.where(seat == 0, g.weights[pair], g.later[pair])


def _best_matching(rows: Ints, columns: Ints, values: Floats, height: int, width: int) -> Bools:
    """Return which edges are in the matching of the largest total.

    The scarcer side is matched in full, each with a column of its own to stay alone in: it gets its way with
    little contest, which is some times quicker than the other way about.
    """
    if width < height:
        return _best_matching(columns, rows, values, width, height)
    own = np.arange(height)
    data = np.concatenate([values, np.zeros(height)]) + 1  # a stored zero would be no edge
    where = (np.concatenate([rows, own]), np.concatenate([columns, width + own]))
    graph = csr_array((data, where), shape=(height, width + height))
    _, answer = min_weight_full_bipartite_matching(graph, maximize=True)
    taken: Bools = answer[rows] == columns
    return taken


def _laid_out(pairs: Ints, rows: Ints, columns: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each pair once per row and column that it has, with the number of both."""
    times = rows[pairs] * columns[pairs]
    pair = np.repeat(pairs, times)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times)
    row, column = np.divmod(step, columns[pair])
    return pair, row, column


def _numbered(owners: Ints, places: Ints) -> tuple[int, Ints]:
    """Return how many places all owners have, and the first place of the owner of each pair."""
    distinct, at, inverse = np.unique(owners, return_index=True, return_inverse=True)
    ends = np.cumsum(places[at])
    first: Ints = (ends - places[at])[inverse.reshape(-1)]
    return int(ends[-1]) if len(distinct) else 0, first


def _taken(market: Market, order: Ints) -> Ints:
    """Return the positions of the pairs that are possible when they are tried in this order."""
    wanted, room = market.needed.tolist(), market.capacity.tolist()
    chosen = []
    for position, request, volunteer in zip(
        order.tolist(), market.requests[order].tolist(), market.volunteers[order].tolist(), strict=True
    ):
        if wanted[request] > 0 and room[volunteer] > 0:
            wanted[request] -= 1
            room[volunteer] -= 1
            chosen.append(position)
    found = np.array(chosen, np.int64)
    return found[np.lexsort((market.volunteers[found], market.requests[found]))]


def _units(weights: Floats) -> Floats:
    units: Floats = np.rint(weights * _UNITS)
    return units
