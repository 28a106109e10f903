"""The engine gives exactly what a plain loop gives: ids, order, scores, failures, funnel."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from unittest import mock
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.population import demands, population
from matching.engine import Candidate, Demand, DemandIndex, Filter, SupplyIndex, SupplyRow, kernel
from matching.engine.columns import LEVELS, STANDING, levels_of
from matching.engine.pairs import LEVEL_TERMS, REST
from matching.engine.roster import words_of
from tests.matching.engine import oracle
from tests.matching.engine.towns import (
    DAY,
    HERE,
    KM,
    TODAY,
    open_demands,
    random_volunteer,
    town,
    volunteer,
)
from tests.matching.engine.towns import demand as plain_demand

seeds = st.integers(0, 2**32)
sizes = st.integers(0, 90)


def best(index: SupplyIndex, demand: Demand, k: int, today: date = TODAY) -> list[Candidate]:
    """What the index answers; to the last bit the same in NumPy and compiled."""
    kernel.unload()
    found = index.best(demand, k, today=today)
    assert kernel.load()
    assert index.best(demand, k, today=today) == found
    return found


def same_best(index: SupplyIndex, rows: list[SupplyRow], demand: Demand, k: int) -> None:
    found = best(index, demand, k)
    expected = oracle.best_rows(rows, demand, k, DAY)
    assert [candidate.volunteer_id for candidate in found] == [row.id for row in expected]
    for candidate, row in zip(found, expected, strict=True):
        assert candidate.score == pytest.approx(oracle.score(row, demand, DAY), abs=1e-9)
        assert candidate.distance_m == oracle.distance_m(row, demand)
        assert candidate.failed == Filter(0)


@given(seed=seeds, size=sizes, k=st.integers(0, 25))
@settings(max_examples=250)
def test_best_is_the_plain_loops(seed: int, size: int, k: int) -> None:
    rows = town(seed, size)
    index = SupplyIndex.from_rows(rows)
    for demand in open_demands(seed + 1, 8, size):
        same_best(index, rows, demand, k)


@given(seed=seeds, size=st.integers(1, 40))
@settings(max_examples=60)
def test_one_pair_in_full_is_the_plain_loops(seed: int, size: int) -> None:
    rows = town(seed, size)
    index = SupplyIndex.from_rows(rows)
    for demand in open_demands(seed + 1, 3, size):
        for row in rows:
            candidate = index.candidate(demand, row.id, today=TODAY)
            assert candidate.failed == oracle.failed(row, demand, DAY)
            assert candidate.distance_m == oracle.distance_m(row, demand)
            assert candidate.terms == pytest.approx(tuple(oracle.terms(row, demand, DAY).values()), abs=1e-12)
            assert candidate.score == pytest.approx(oracle.score(row, demand, DAY), abs=1e-9)


@given(seed=seeds, size=sizes)
@settings(max_examples=60)
def test_funnel_and_relaxations_are_the_plain_loops(seed: int, size: int) -> None:
    rows = town(seed, size)
    index = SupplyIndex.from_rows(rows)
    for demand in open_demands(seed + 1, 4, size):
        funnel = index.funnel(demand, today=TODAY)
        assert (funnel.total, [tuple(step) for step in funnel.steps]) == (
            size,
            oracle.funnel(rows, demand, DAY),
        )
        assert funnel.remaining == len(index.best(demand, size, today=TODAY))
        relaxations = index.relaxations(demand, today=TODAY)
        assert {found.filter: found.count for found in relaxations} == oracle.only_failing(rows, demand, DAY)


@given(seed=seeds, size=st.integers(0, 60), k=st.integers(0, 25))
@settings(max_examples=100)
def test_the_feed_of_a_volunteer_is_the_plain_loops(seed: int, size: int, k: int) -> None:
    demands = open_demands(seed, size, 30)
    index = DemandIndex.from_demands(demands)
    for row in town(seed + 1, 8):
        found = index.best(row, k, today=TODAY)
        expected = oracle.best_demands(row, demands, k, DAY)
        assert [candidate.demand_id for candidate in found] == [demand.id for demand in expected]
        failing = {found.filter: found.count for found in index.relaxations(row, today=TODAY)}
        alone = [oracle.failed(row, demand, DAY) for demand in demands]
        assert failing == {only: alone.count(only) for only in Filter if only in alone}


@given(seed=seeds)
@settings(max_examples=60)
def test_both_directions_judge_a_pair_alike(seed: int) -> None:
    demands, rows = open_demands(seed, 6, 12), town(seed + 1, 12)
    supply, open_ = SupplyIndex.from_rows(rows), DemandIndex.from_demands(demands)
    asked = {(c.volunteer_id, c.demand_id): c for d in demands for c in supply.best(d, 12, today=TODAY)}
    fed = {(c.volunteer_id, c.demand_id): c for row in rows for c in open_.best(row, 6, today=TODAY)}
    assert asked == fed


@given(seed=seeds, size=st.integers(0, 40), steps=st.integers(1, 40))
@settings(max_examples=80)
def test_changes_of_single_rows_equal_a_rebuild(seed: int, size: int, steps: int) -> None:
    random = Random(seed)
    people = {row.id: row for row in town(seed, size)}
    index = SupplyIndex.from_rows(people.values())
    demands = open_demands(seed + 1, 4, size)
    for _ in range(steps):
        volunteer_id = random.randrange(size + 5)
        if random.random() < 0.2:
            people.pop(volunteer_id, None)
            index.remove(volunteer_id)
        else:
            people[volunteer_id] = change(random, people.get(volunteer_id), volunteer_id)
            index.replace(people[volunteer_id])
        demand = random.choice(demands)
        rebuilt = SupplyIndex.from_rows(people.values())
        assert len(index) == len(rebuilt) == len(people)
        assert best(index, demand, 15) == best(rebuilt, demand, 15)
        assert index.funnel(demand, today=TODAY) == rebuilt.funnel(demand, today=TODAY)


def change(random: Random, row: SupplyRow | None, volunteer_id: int) -> SupplyRow:
    """A new person; or the same one with other skills, moved, or with another reach."""
    fresh = random_volunteer(random, volunteer_id)
    if row is None or random.random() < 0.3:
        return fresh
    if random.random() < 0.5:
        return replace(row, skills=fresh.skills, trainings=fresh.trainings, asks=fresh.asks)
    return replace(row, latitude=fresh.latitude, longitude=fresh.longitude, reach_km=fresh.reach_km)


@given(seed=seeds, size=st.integers(0, 30))
@settings(max_examples=60)
def test_changes_of_single_demands_equal_a_rebuild(seed: int, size: int) -> None:
    random = Random(seed)
    demands = {demand.id: demand for demand in open_demands(seed, size, 8)}
    index = DemandIndex.from_demands(demands.values())
    rows = town(seed + 1, 8)
    for later in open_demands(seed + 2, 12, 8):
        changed = replace(later, id=random.randrange(size + 4))
        if random.random() < 0.4:
            demands.pop(changed.id, None)
            index.remove(changed.id)
        else:
            demands[changed.id] = changed
            index.replace(changed)
        row = random.choice(rows)
        assert (changed.id in index) == (changed.id in demands)
        assert index.best(row, 9, today=TODAY) == DemandIndex.from_demands(demands.values()).best(
            row, 9, today=TODAY
        )


def test_a_large_town_is_the_plain_loops() -> None:
    rows = town(seed=3, volunteers=3000)
    index = SupplyIndex.from_rows(rows)
    for demand in open_demands(seed=4, demands=25, people=3000):
        same_best(index, rows, demand, 20)


def test_in_a_crowd_the_kernel_stops_early_and_misses_nobody() -> None:
    people = population(20_000, seed=5)
    index = SupplyIndex.from_columns(people.ids, people.raw, people.trained)
    for later in (0, 9):  # by then everyone is more rested
        for number, question in enumerate(demands(100, people, seed=6 + later)):
            best(index, question, (1, 5, 20, 60)[number % 4], TODAY + timedelta(days=later))


def test_a_level_of_the_gate_promises_no_less_than_there_is() -> None:
    """For every day since the last ask, before and after which the level says so."""
    standing = np.zeros((300, 6, 3), STANDING)
    standing["last_asked"] = DAY + 20 - np.arange(300)[:, None, None]
    standing["running"], standing["tasks_done"] = np.arange(6)[:, None], np.arange(3)
    standing["last_asked"][-1] = 0
    rest, room, newcomer = np.moveaxis(LEVEL_TERMS[levels_of(standing.ravel(), DAY)], 1, 0)
    days = np.clip(DAY - standing["last_asked"].ravel().astype(int), 0, 255)
    assert (rest >= REST[days]).all()
    assert (room >= 1 / (1 + standing["running"].ravel())).all()
    assert (newcomer == (standing["tasks_done"].ravel() == 0)).all()
    assert (rest - REST[days] < 0.2).all()
    assert levels_of(standing.ravel(), DAY).max() == LEVELS - 1


def test_k_beyond_the_kernel_s_and_more_ties_than_it_has_room_for_are_answered_too() -> None:
    rows = [volunteer(id=number) for number in reversed(range(1_300))]
    index = SupplyIndex.from_rows(rows)
    for k in (3, 250, 5_000):
        assert [found.volunteer_id for found in best(index, plain_demand(), k)] == list(range(min(k, 1_300)))


def test_without_numba_the_engine_answers_in_numpy() -> None:
    kernel.unload()
    with mock.patch("matching.engine.kernel.find_spec", return_value=None):
        assert not kernel.load()
        assert len(SupplyIndex.from_rows([volunteer()]).best(plain_demand(), 1, today=TODAY)) == 1
    assert kernel.load()


def test_uuids_given_as_words_are_found_like_any_other_ids() -> None:
    random = Random(7)
    # Halves that are shared, so that neither alone tells who it is.
    ids = [UUID(int=high << 64 | low) for high in (0, 5, 2**63) for low in (0, 9, 2**64 - 1)]
    rows = [random_volunteer(random, one) for one in ids]
    objects = SupplyIndex.from_rows(rows)
    raw = {
        name: [getattr(row, name) for row in rows]
        for name in rows[0].__slots__
        if name not in {"id", "trainings"}
    }
    raw["screenings"] = np.array(raw["screenings"]).T
    trainings = [(number, *pair) for number, row in enumerate(rows) for pair in row.trainings]
    words = SupplyIndex.from_columns(words_of(ids), raw, np.array(trainings).T)
    asked = [
        replace(one, blocked=frozenset(ids[:1]), known=frozenset(ids[1:3])) for one in open_demands(8, 30, 0)
    ]
    for step in range(60):
        one = random.choice([*ids, UUID(int=step)])
        row = random_volunteer(random, one)
        for index in (objects, words):
            if step % 3:
                index.replace(row)
            else:
                index.remove(one)
            assert (one in index) == bool(step % 3)
        assert len(objects) == len(words)
        question = random.choice(asked)
        assert best(objects, question, 9) == best(words, question, 9)
        assert objects.funnel(question, today=TODAY) == words.funnel(question, today=TODAY)


def test_a_place_outside_the_buckets_is_used_again() -> None:
    index = SupplyIndex.from_rows(town(seed=9, volunteers=50))
    for step in range(40):
        index.replace(volunteer(id=1_000 + step % 2, latitude=HERE[0] + step * KM))
        index.remove(1_000 + (step + 1) % 2)
    assert index.unsorted == 2
    assert len(index) == 51
