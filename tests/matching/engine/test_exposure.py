"""Fair exposure: who has had answers this week makes room for the others."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.exposure import weeks
from matching.engine import Candidate, Filter, Term
from matching.engine.exposure import GAMMA, Exposure, fair_scores, fairest
from matching.engine.types import Facts

FACTS = Facts(0, 0, 0, None, 0, 0, 0, 0)
NO_TERMS = (0.0,) * len(Term)


def candidate(demand_id: int, score: float, distance_m: int = 100) -> Candidate:
    return Candidate(1, demand_id, score, distance_m, Filter(0), NO_TERMS, FACTS)


def ids(candidates: list[Candidate]) -> list[int]:
    return [each.demand_id for each in candidates]


def test_each_connection_takes_a_tenth_of_what_is_left():
    scores = fair_scores([1.0, 1.0, 1.0, 0.5], [0, 1, 3, 0], [math.inf] * 4)
    assert scores.tolist() == pytest.approx([1.0, 0.9, 0.729, 0.5])


def test_what_is_full_is_not_shown_and_what_has_no_limit_always_is():
    pool = [candidate(1, 0.9), candidate(2, 0.8), candidate(3, 0.7)]
    exposure = {1: Exposure(connections=2, room=0), 2: Exposure(connections=2, room=1), 3: Exposure(2, None)}
    assert ids(fairest(pool, exposure, 10)) == [2, 3]


def test_a_good_one_without_answers_passes_a_better_one_with_many():
    pool = [candidate(1, 0.9), candidate(2, 0.6)]
    assert ids(fairest(pool, {1: Exposure(3)}, 2)) == [1, 2]
    assert ids(fairest(pool, {1: Exposure(4)}, 2)) == [2, 1]


def test_ties_stand_by_distance_and_then_by_id_and_keep_their_own_score():
    pool = [candidate(3, 0.5, 200), candidate(2, 0.5, 100), candidate(1, 0.5, 200)]
    found = fairest(pool, {2: Exposure(0)}, 3)
    assert (ids(found), {each.score for each in found}) == ([2, 1, 3], {0.5})
    assert ids(fairest(pool, {}, 2)) == [2, 1]
    assert fairest(pool, {}, 0) == fairest([], {}, 3) == []


@pytest.mark.parametrize("gamma", [0, -0.1, 1.1, math.nan])
def test_a_gamma_that_makes_no_sense_is_refused(gamma):
    with pytest.raises(ValueError, match="gamma"):
        fair_scores([1.0], [0], [1], gamma=gamma)


_VACANCY = st.tuples(st.integers(0, 20), st.integers(0, 9), st.one_of(st.none(), st.integers(0, 3)))


@given(st.lists(_VACANCY, max_size=30), st.integers(0, 12), st.sampled_from([1.0, GAMMA, 0.5]))
def test_the_order_is_that_of_a_plain_loop(vacancies, k, gamma):
    pool = [candidate(number, score / 20, score) for number, (score, _, _) in enumerate(vacancies)]
    exposure = {number: Exposure(had, room) for number, (_, had, room) in enumerate(vacancies)}
    wanted = sorted(
        (each for each in pool if exposure[each.demand_id].room != 0),
        key=lambda each: (
            -round(each.score * gamma ** exposure[each.demand_id].connections, 9),
            each.distance_m,
            each.demand_id,
        ),
    )
    assert ids(fairest(pool, exposure, k, gamma=gamma)) == ids(wanted[:k])


def test_more_vacancies_are_served_at_hardly_any_loss_of_answers():
    alone, fair = weeks(12, 1.0), weeks(12, GAMMA)
    assert fair.served > 1.2 * alone.served
    assert fair.answers > 0.95 * alone.answers
