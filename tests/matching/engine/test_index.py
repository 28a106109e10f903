"""The indexes as things that live: changes, days that pass, size."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from matching.engine import (
    FOREVER,
    Demand,
    DemandIndex,
    Filter,
    Screening,
    SupplyIndex,
    Term,
    as_rows,
    demand_columns,
)
from matching.engine.columns import SupplyTable, supply_columns, supply_values
from tests.matching.engine.towns import DAY, HERE, KM, TODAY, demand, open_demands, town, volunteer

pytestmark = pytest.mark.usefixtures("path")


def ids(index: SupplyIndex, today=TODAY, **asked: object) -> list:
    return [candidate.volunteer_id for candidate in index.best(demand(**asked), 99, today=today)]


def test_a_pause_ends_by_itself_the_day_after() -> None:
    index = SupplyIndex.from_rows([volunteer(paused_until=DAY)])
    assert ids(index, TODAY) == []
    assert ids(index, TODAY + timedelta(days=1)) == [1]
    assert ids(index, TODAY) == []


def test_a_change_is_seen_at_once() -> None:
    index = SupplyIndex.from_rows([volunteer(), volunteer(id=2)])
    assert ids(index) == [1, 2]
    index.replace(volunteer(asks=4, asks_cap=4))
    assert ids(index) == [2]
    index.replace(volunteer(asks=3, asks_cap=4))
    assert ids(index) == [1, 2]
    index.remove(2)
    index.remove(2)
    assert (ids(index), len(index), 1 in index, 2 in index) == ([1], 1, True, False)


def test_someone_who_moves_is_found_in_the_new_place_only() -> None:
    index = SupplyIndex.from_rows([volunteer(id=number) for number in range(50)])
    there = {"latitude": HERE[0] + 100 * KM}
    index.replace(volunteer(id=7, **there))
    assert 7 not in ids(index)
    assert ids(index, **there) == [7]


def test_someone_whose_reach_grows_past_all_others_is_found_from_afar() -> None:
    index = SupplyIndex.from_rows([volunteer(id=number) for number in range(50)])
    index.replace(volunteer(id=7, reach_km=300))
    assert ids(index, latitude=HERE[0] + 200 * KM) == [7]


def test_a_training_that_was_taken_back_does_not_linger() -> None:
    index = SupplyIndex.from_rows([volunteer(trainings=((1, DAY), (2, DAY + 9)))])
    assert ids(index, trainings=0b100, date=DAY + 9) == [1]
    index.replace(volunteer(trainings=((1, DAY + 9),)))
    assert ids(index, trainings=0b100, date=DAY + 9) == []
    assert ids(index, trainings=0b010, date=DAY + 9) == [1]


def test_trainings_stay_with_their_owner_when_rows_are_sorted() -> None:
    rows = [
        volunteer(id=number, latitude=HERE[0] - number * KM / 9, trainings=((1, DAY + number), (2, DAY)))
        for number in range(9)
    ]
    for index in (SupplyIndex.from_rows(rows), SupplyIndex.from_rows(reversed(rows))):
        for number in range(9):
            assert sorted(ids(index, trainings=0b10, date=DAY + number)) == list(range(number, 9))


def test_of_two_rows_with_one_id_the_last_counts() -> None:
    assert ids(SupplyIndex.from_rows([volunteer(), volunteer(active=False)])) == []
    twice = DemandIndex.from_demands([demand(), demand(category=9)])
    assert (len(twice), twice.best(volunteer(), 9, today=TODAY)) == (1, [])


def test_one_row_and_many_are_held_alike() -> None:
    rows = town(seed=5, volunteers=200)
    names = [name for name in rows[0].__slots__ if name not in {"id", "trainings"}]
    raw = {name: [getattr(row, name) for row in rows] for name in names}
    raw["screenings"] = np.array(raw["screenings"]).T
    columns = supply_columns(raw)
    for number, row in enumerate(rows):
        values = supply_values(row)
        assert set(values) == set(columns) == set(SupplyTable.TYPES)
        for name, column in columns.items():
            assert column[number] == values[name]


def raw_of(demands: list[Demand]) -> dict[str, list[Any]]:
    """What `demand_columns` takes of these, who wait for a day each."""
    plain = ("latitude", "longitude", "kind", "needs", "preferred_skills", "dayparts", "required_languages")
    plain += ("preferred_languages", "dislikes", "trainings", "date", "minimum_age", "centres")
    plain += ("anywhere",)
    raw = {name: [getattr(one, name) for one in demands] for name in plain}
    raw["screenings"] = [sum(1 << step for step in one.screenings) for one in demands]
    raw["waiting_since"] = [DAY - one.waiting_days if one.waiting_days else 0 for one in demands]
    return raw | {"last_day": [FOREVER] * len(demands)}


def test_many_demands_at_once_are_judged_as_each_by_itself() -> None:
    """Those who are named are told with the question; what it says comes back as it went in."""
    demands = open_demands(seed=8, demands=400, people=20)
    raw, ids = raw_of(demands), [one.id for one in demands]
    index, single = DemandIndex(), DemandIndex.from_demands(demands)
    index.put(ids[:300], demand_columns({name: values[:300] for name, values in raw.items()}))
    index.replace(replace(demands[3], blocked=frozenset(range(20)), category=15))
    index.put(ids[3:], demand_columns({name: values[3:] for name, values in raw.items()}))
    assert as_rows(index.columns(ids)) == as_rows(demand_columns(raw))
    found = 0
    for row in town(seed=9, volunteers=20):
        named = {
            relation: {one.id for one in demands if row.id in getattr(one, relation)} | {"not there"}
            for relation in ("blocked", "asked", "known")
        }
        best = index.best(row, 99, today=TODAY, relations=named)
        assert best == single.best(row, 99, today=TODAY)
        assert index.relaxations(row, today=TODAY, relations=named) == single.relaxations(row, today=TODAY)
        found += len(best)
    assert found > 5


def test_how_long_a_demand_waits_and_when_it_is_over_follow_the_calendar() -> None:
    index, raw = DemandIndex(), raw_of([demand(waiting_days=2)])
    index.put([1], demand_columns(raw | {"last_day": [DAY + 1]}))
    for later in (-3, 0, 1):
        [one] = index.best(volunteer(), 9, today=TODAY + timedelta(days=later))
        assert one.facts.waiting_days == max(2 + later, 0)
    assert index.best(volunteer(), 9, today=TODAY + timedelta(days=2)) == []


def test_columns_stay_small() -> None:
    rows = [replace(row, trainings=()) for row in town(seed=6, volunteers=2000)]
    assert 58 * 2000 <= SupplyIndex.from_rows(rows).nbytes <= 58 * 2000 + 100


def test_relaxations_say_what_would_bring_people_in() -> None:
    asked = demand(
        dayparts=0b11,
        screenings=frozenset({Screening.VOG, Screening.TALK}),
        trainings=0b101,
        required_skills=1 << 20,
    )
    able = {"skills": 1 << 20 | 1, "screenings": (DAY,) * 5, "trainings": ((0, DAY), (2, DAY))}
    rows = [
        volunteer(id=1, **able),
        volunteer(id=2, **able | {"dayparts": 0b1100}),
        volunteer(id=3, **able | {"dayparts": 0b0100}),
        volunteer(id=4, **able | {"screenings": (DAY, 0, 0, 0, 0)}),
        volunteer(id=5, **able | {"screenings": (0, 0, 0, 0, 0)}),
        volunteer(id=6, **able | {"trainings": ((0, DAY),)}),
        volunteer(id=7, **able | {"skills": 1}),
        volunteer(id=8, **able | {"skills": 0}),
        volunteer(id=9, **able | {"age": 0, "reach_km": 0}),
        volunteer(id=10, **able | {"reach_km": 0}),
    ]
    found = SupplyIndex.from_rows(rows).relaxations(asked, today=TODAY)
    assert [(relaxation.filter, relaxation.count, relaxation.by) for relaxation in found] == [
        (Filter.SCREENING, 2, ((Screening.VOG, 1),)),
        (Filter.TRAINING, 1, ((2, 1),)),
        (Filter.SKILLS, 2, ((20, 1),)),
        (Filter.DAYPARTS, 2, ((2, 2), (3, 1))),
        (Filter.REACH, 2, ()),
    ]


def test_the_unlock_value_of_a_course_counts_what_needs_only_that() -> None:
    index = DemandIndex.from_demands(
        [
            demand(id=1, trainings=0b01),
            demand(id=2, trainings=0b01),
            demand(id=3, trainings=0b11),
            demand(id=4, trainings=0b10, category=5),
            demand(id=5),
        ]
    )
    (training,) = index.relaxations(volunteer(), today=TODAY)
    assert (training.filter, training.count, training.by) == (Filter.TRAINING, 3, ((0, 2),))


def test_who_was_blocked_for_a_demand_that_is_gone_is_free_for_the_next() -> None:
    index = DemandIndex.from_demands([demand(id=1, blocked=frozenset({1}), known=frozenset({1}))])
    assert index.best(volunteer(), 9, today=TODAY) == []
    index.remove(1)
    index.replace(demand(id=2))
    (found,) = index.best(volunteer(), 9, today=TODAY)
    assert (found.demand_id, found.terms[Term.CONTINUITY]) == (2, 0.0)
