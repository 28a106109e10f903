"""Benchmark of the daily proposal: the exact assignment beside what people and other solvers do.

    python -m bench.assignment            thin markets of 1,000 and 10,000; 10,000 requests and 65,000 people
    python -m bench.assignment --short    thin 300 by 300, and 1,000 requests in a town of 5,000

Made-up towns from a fixed seed: everyone lives somewhere in a square, volunteers like four of sixteen kinds
of help, some kinds being asked far more than others, and the score is for 40% nearness, 30% how rested the
volunteer is and 30% how well the two fit. Each request has at most 30 feasible pairs: the best by score as
the engine gives them, or for comparison the nearest. A third of the volunteers can take nobody more today,
the others one or two, so that a thin market has room for fewer than ask. Peers run on the same pairs in the
same run, and every exact one must find the same total, else the run stops.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import csr_array, vstack
from scipy.spatial import cKDTree

from matching.engine.assignment import Ints, Market, Totals, assign, greedy, nearest_first, totals

P = ParamSpec("P")
T = TypeVar("T")
Floats = NDArray[np.float64]

PAIRS = 30
_LOOKED_AT = 400
_PER_KM2 = 26
_REACH_KM = 5.0
_KINDS, _LIKED = 16, 4
_ROOM = (0.35, 0.4, 0.25)  # shares of volunteers with room for nobody, one, two
_LARGEST_DENSE = 2_000
_LARGEST_LP = 10_000
_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How many requests and volunteers there are."""

    requests: int
    volunteers: int


FULL = (Size(1_000, 1_000), Size(10_000, 10_000), Size(10_000, 65_000))
SHORT = (Size(300, 300), Size(1_000, 5_000))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="small towns only")
    for size in SHORT if parser.parse_args().short else FULL:
        measure(size)


def measure(size: Size) -> None:
    """Print the figures of one town. `RuntimeError` when two exact solvers differ."""
    town = Town(size)
    market = town.market(best=True)
    seconds, chosen = _fastest(assign, market)
    exact = totals(market, chosen)
    pairs, room = len(market.requests), int(market.capacity.sum())
    print(f"\n{size.requests:,} requests, {size.volunteers:,} volunteers, room for {room:,}, {pairs:,} pairs")
    print(f"  {'':28}{'time':>10}{'score':>9}{'filled':>9}")
    _print("exact (this engine)", seconds, exact, exact)
    for name, choose in (("greedy by score", greedy), ("nearest first", nearest_first)):
        seconds, chosen = _timed(choose, market)
        _print(name, seconds, totals(market, chosen), exact)
    for name, solve in _exact_peers(size).items():
        seconds, weight = _timed(solve, market)
        if abs(weight - exact.weight) > 1e-6 * exact.weight:
            raise RuntimeError(f"{name} finds {weight}, the engine {exact.weight}")
        print(f"  {name:28}{seconds * 1000:>8,.0f}ms   the same total")
    nearest = town.market(best=False)
    _print("exact, 30 nearest as pairs", 0.0, totals(nearest, assign(nearest)), exact)


class Town:
    """People in a square at the density of the Netherlands, and who could do what."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        random = np.random.default_rng(seed)
        side = (size.volunteers / _PER_KM2) ** 0.5
        homes = random.random((size.volunteers, 2)) * side
        places = random.random((size.requests, 2)) * side
        self.size = size
        self.capacity = random.choice(3, size.volunteers, p=_ROOM)
        likes = random.random((_KINDS, size.volunteers)).argsort(axis=0) < _LIKED
        kinds = random.choice(_KINDS, size.requests, p=_asked_shares())
        near = min(_LOOKED_AT, size.volunteers)
        self.distances, self.volunteers = cKDTree(homes).query(places, k=near)
        rested = random.random(size.volunteers)[self.volunteers]
        fit = random.random((size.requests, near))
        self.scores = 0.4 * (1 - self.distances / _REACH_KM) + 0.3 * rested + 0.3 * fit
        can = likes[kinds[:, None], self.volunteers] & (self.capacity[self.volunteers] > 0)
        self.feasible = can & (self.distances < _REACH_KM)

    def market(self, *, best: bool) -> Market:
        """The 30 best pairs of each request by score, or the 30 nearest."""
        order_by = np.where(self.feasible, -self.scores if best else self.distances, np.inf)
        columns = np.argsort(order_by, axis=1, kind="stable")[:, :PAIRS]
        kept = np.take_along_axis(self.feasible, columns, axis=1)
        requests, _ = np.nonzero(kept)

        def chosen(values: NDArray[Any]) -> NDArray[Any]:
            return np.take_along_axis(values, columns, axis=1)[kept]

        weights = chosen(self.scores)
        needed = np.ones(self.size.requests, np.int64)
        return Market(
            requests,
            chosen(self.volunteers),
            weights,
            weights,
            chosen(self.distances),
            needed,
            self.capacity,
        )


def _asked_shares() -> Floats:
    """How often each kind of help is asked: the second half as often as the first, and so on."""
    shares: Floats = 1 / np.arange(1, _KINDS + 1)
    return shares / shares.sum()


def dense(market: Market) -> float:
    """The best total by SciPy's solver for full matrices, every volunteer standing there capacity times."""
    weights = np.zeros((len(market.needed), len(market.capacity)))
    weights[market.requests, market.volunteers] = market.weights
    seats = np.repeat(weights, market.capacity, axis=1)
    rows, columns = linear_sum_assignment(seats, maximize=True)
    return float(seats[rows, columns].sum())


def linear_program(market: Market) -> float:
    """The best total by HiGHS, over fractions of pairs: for this kind of problem the best is whole."""
    pairs = np.arange(len(market.requests))
    ones = np.ones(len(pairs))
    limits = vstack(
        [
            csr_array((ones, (market.requests, pairs)), shape=(len(market.needed), len(pairs))),
            csr_array((ones, (market.volunteers, pairs)), shape=(len(market.capacity), len(pairs))),
        ]
    )
    most = np.concatenate([market.needed, market.capacity])
    found = linprog(-market.weights, A_ub=limits, b_ub=most, bounds=(0, 1), method="highs")
    return float(-found.fun)


def _exact_peers(size: Size) -> dict[str, Callable[[Market], float]]:
    """The solvers that can stand this size."""
    peers: dict[str, Callable[[Market], float]] = {}
    if size.volunteers <= _LARGEST_DENSE:
        peers["linear_sum_assignment"] = dense
    if size.volunteers <= _LARGEST_LP:
        peers["linear program (HiGHS)"] = linear_program
    return peers


def _print(name: str, seconds: float, found: Totals, exact: Totals) -> None:
    spent = f"{seconds * 1000:,.0f}ms" if seconds else ""
    print(f"  {name:28}{spent:>10}{found.weight / exact.weight:>9.1%}{found.filled:>9,}")


def _fastest(choose: Callable[[Market], Ints], market: Market) -> tuple[float, Ints]:
    """The shortest of some runs: what others do on the machine only adds."""
    runs = [_timed(choose, market) for _ in range(_REPEATS)]
    return min(seconds for seconds, _ in runs), runs[0][1]


def _timed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[float, T]:
    start = time.perf_counter()
    result = function(*args, **kwargs)
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
