"""The assignment is the best there is: what trying everything gives, and what a dense solver gives."""

from functools import cache
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.engine.assignment import Market, assign, greedy, nearest_first, totals

seeds = st.integers(0, 2**32)


def random_market(random: Random) -> Market:
    """A small town with every edge in it: nobody needed, no room, ties, many places on both sides."""
    needed = [random.randint(0, 3) for _ in range(random.randint(0, 4))]
    capacity = [random.randint(0, 3) for _ in range(random.randint(0, 4))]
    step = random.choice([1, 1, 1_000_000_000])  # few weights, so that they tie, or many
    pairs = []
    for request, volunteer in product(range(len(needed)), range(len(capacity))):
        if random.random() < 0.6:
            first = random.randint(1, 3 * step) / step
            later = random.choice([first, first / 2, 1e-9])
            pairs.append((request, volunteer, first, later, float(random.randint(0, 3))))
    return Market.of(random.sample(pairs, len(pairs)), needed=needed, capacity=capacity)


def best_by_trying(market: Market) -> float:
    """The largest total there is, by trying every choice for every request in turn."""
    of_request: dict[int, list[tuple[int, int, int]]] = {}
    units = zip(
        market.requests.tolist(),
        market.volunteers.tolist(),
        np.rint(market.weights * 1e9).astype(int).tolist(),
        np.rint(market.later * 1e9).astype(int).tolist(),
        strict=True,
    )
    for request, volunteer, first, later in units:
        of_request.setdefault(request, []).append((volunteer, first, later))
    requests = sorted(of_request)

    @cache
    def best(at: int, item: int, wanted: int, room: tuple[int, ...], rested: tuple[bool, ...]) -> int:
        if at == len(requests):
            return 0
        pairs = of_request[requests[at]]
        if item == len(pairs) or not wanted:
            following = int(market.needed[requests[at + 1]]) if at + 1 < len(requests) else 0
            return best(at + 1, 0, following, room, rested)
        options = [best(at, item + 1, wanted, room, rested)]
        volunteer, first, later = pairs[item]
        if room[volunteer]:
            left = tuple(places - (who == volunteer) for who, places in enumerate(room))
            options.append(later + best(at, item + 1, wanted - 1, left, rested))
            if rested[volunteer]:
                tired = tuple(each and who != volunteer for who, each in enumerate(rested))
                options.append(first + best(at, item + 1, wanted - 1, left, tired))
        return max(options)

    room = tuple(market.capacity.tolist())
    start = int(market.needed[requests[0]]) if requests else 0
    return best(0, 0, start, room, (True,) * len(room)) / 1e9


def assert_possible(market: Market, chosen: np.ndarray) -> None:
    """No pair twice, no request with too many helpers, no volunteer with too many requests."""
    assert len(set(chosen.tolist())) == len(chosen)
    places = np.bincount(market.requests[chosen], minlength=len(market.needed))
    rooms = np.bincount(market.volunteers[chosen], minlength=len(market.capacity))
    assert (places <= market.needed).all()
    assert (rooms <= market.capacity).all()


@given(seed=seeds)
@settings(max_examples=60, deadline=None)
def test_no_choice_is_better(seed: int) -> None:
    random = Random(seed)
    for _ in range(50):
        market = random_market(random)
        chosen = assign(market)
        assert_possible(market, chosen)
        best = best_by_trying(market)
        assert totals(market, chosen).weight == pytest.approx(best, abs=1e-12)
        for other in (greedy(market), nearest_first(market)):
            assert_possible(market, other)
            assert totals(market, other).weight <= best + 1e-12


@given(seed=seeds, size=st.integers(1, 40), density=st.sampled_from([0.02, 0.1, 0.5, 1.0]))
@settings(max_examples=150, deadline=None)
def test_a_dense_solver_finds_no_more(seed: int, size: int, density: float) -> None:
    random = np.random.default_rng(seed)
    dense = np.where(random.random((size, size)) < density, random.integers(1, 50, (size, size)), 0)
    requests, volunteers = np.nonzero(dense)
    weights = dense[requests, volunteers].astype(float)
    one_each = np.ones(size, np.int64)
    market = Market(requests, volunteers, weights, weights, weights, one_each, one_each)
    rows, columns = linear_sum_assignment(dense, maximize=True)
    assert totals(market, assign(market)).weight == dense[rows, columns].sum()


@given(seed=seeds)
@settings(max_examples=50, deadline=None)
def test_the_order_in_which_pairs_come_changes_nothing(seed: int) -> None:
    market = random_market(Random(seed))
    order = np.random.default_rng(seed).permutation(len(market.requests))
    columns = (market.requests, market.volunteers, market.weights, market.later, market.distances)
    turned = Market(*(column[order] for column in columns), market.needed, market.capacity)
    for choose in (assign, greedy, nearest_first):
        assert order[choose(turned)].tolist() == choose(market).tolist()


def town(*pairs: tuple[int, int, float], needed: list[int], capacity: list[int]) -> Market:
    return Market.of(
        [(request, volunteer, weight, weight, 1 - weight) for request, volunteer, weight in pairs],
        needed=needed,
        capacity=capacity,
    )


def taken(market: Market, chosen: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(market.requests[chosen].tolist(), market.volunteers[chosen].tolist(), strict=True))


@pytest.mark.parametrize(
    "market",
    [
        town(needed=[], capacity=[]),
        town(needed=[1, 1], capacity=[1]),
        town((0, 0, 0.9), needed=[0], capacity=[1]),
        town((0, 0, 0.9), needed=[1], capacity=[0]),
    ],
)
def test_without_anything_possible_nothing_is_chosen(market: Market) -> None:
    for choose in (assign, greedy, nearest_first):
        assert choose(market).tolist() == []
    assert totals(market, assign(market)) == (totals(market, np.array([], np.int64)))


def test_both_are_helped_where_taking_the_best_first_leaves_one_alone() -> None:
    market = town((0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.7), needed=[1, 1], capacity=[1, 1])
    assert taken(market, assign(market)) == [(0, 1), (1, 0)]
    assert taken(market, greedy(market)) == [(0, 0)]
    assert taken(market, nearest_first(market)) == [(0, 0)]
    assert totals(market, assign(market)).weight == pytest.approx(1.5)


def test_the_same_two_do_not_fill_two_places_of_one_request() -> None:
    market = town((0, 0, 0.9), (0, 1, 0.1), needed=[2], capacity=[2, 2])
    assert taken(market, assign(market)) == [(0, 0), (0, 1)]


def test_a_second_question_goes_to_someone_rested_who_fits_almost_as_well() -> None:
    pairs = [(0, 0, 0.9, 0.6, 1.0), (1, 0, 0.9, 0.6, 1.0), (1, 1, 0.7, 0.7, 2.0)]
    rested = Market.of(pairs, needed=[1, 1], capacity=[2, 1])
    assert taken(rested, assign(rested)) == [(0, 0), (1, 1)]
    alone = Market.of(pairs[:2], needed=[1, 1], capacity=[2, 1])
    assert taken(alone, assign(alone)) == [(0, 0), (1, 0)]
    assert totals(alone, assign(alone)).weight == pytest.approx(1.5)


def test_nearest_first_serves_in_the_order_of_waiting() -> None:
    market = Market.of(
        [(0, 0, 0.5, 0.5, 2.0), (0, 1, 0.9, 0.9, 3.0), (1, 0, 0.9, 0.9, 1.0)], needed=[1, 1], capacity=[1, 1]
    )
    assert taken(market, nearest_first(market)) == [(0, 0)]
    assert totals(market, nearest_first(market)).helped == 1
