"""Each hard rule on both its sides, in each direction."""

from uuid import UUID

import pytest

from matching.engine import FOREVER, NO_CAP, Demand, DemandIndex, Filter, Screening, SupplyIndex, SupplyRow
from tests.matching.engine.towns import DAY, HERE, KM, TODAY, demand, volunteer

pytestmark = pytest.mark.usefixtures("path")

VOG_UNTIL = {until: (0, 0, 0, until, 0) for until in (0, DAY - 1, DAY, DAY + 10, FOREVER)}
VOG = frozenset({Screening.VOG})


def failed(row: SupplyRow, asked: Demand) -> Filter:
    """The rules on which the pair fails; both directions must agree on whether there is any."""
    index = SupplyIndex.from_rows([row])
    failures = index.candidate(asked, row.id, today=TODAY).failed
    assert len(index.best(asked, 1, today=TODAY)) == (not failures)
    assert len(DemandIndex.from_demands([asked]).best(row, 1, today=TODAY)) == (not failures)
    return failures


@pytest.mark.parametrize(
    ("rule", "passes", "fails", "asked"),
    [
        (Filter.ACTIVE, {"active": True}, {"active": False}, {}),
        (Filter.ACTIVE, {"paused_until": DAY - 1}, {"paused_until": DAY}, {}),
        (
            Filter.SCREENING,
            {"screenings": VOG_UNTIL[DAY]},
            {"screenings": VOG_UNTIL[DAY - 1]},
            {"screenings": VOG},
        ),
        (
            Filter.SCREENING,
            {"screenings": VOG_UNTIL[FOREVER]},
            {"screenings": VOG_UNTIL[0]},
            {"screenings": VOG, "date": DAY + 900},
        ),
        (
            Filter.SCREENING,
            {"screenings": VOG_UNTIL[DAY + 10]},
            {"screenings": VOG_UNTIL[DAY]},
            {"screenings": VOG, "date": DAY + 10},
        ),
        (Filter.TRAINING, {"trainings": ((7, DAY),)}, {"trainings": ((7, DAY - 1),)}, {"trainings": 1 << 7}),
        (
            Filter.TRAINING,
            {"trainings": ((7, DAY), (8, DAY - 9))},
            {"trainings": ((7, DAY - 1), (8, DAY + 9))},
            {"trainings": 1 << 7},
        ),
        (
            Filter.TRAINING,
            {"trainings": ((7, FOREVER), (63, DAY + 3))},
            {"trainings": ((7, FOREVER), (63, DAY + 2))},
            {"trainings": 1 << 7 | 1 << 63, "date": DAY + 3},
        ),
        (
            Filter.TRAINING,
            {"trainings": ((1, DAY), (2, DAY))},
            {"trainings": ((1, DAY),)},
            {"trainings": 0b110},
        ),
        (Filter.SKILLS, {"skills": 0b1}, {"skills": 0b10}, {}),
        (Filter.SKILLS, {"skills": 1 << 63 | 1}, {"skills": 1}, {"required_skills": 1 << 63}),
        (Filter.DAYPARTS, {"dayparts": 0b100}, {"dayparts": 0b1000}, {"dayparts": 0b110}),
        (Filter.DAYPARTS, {"dayparts": 1 << 20}, {"dayparts": 0}, {"dayparts": 1 << 20}),
        (Filter.REACH, {"reach_km": 1.01}, {"reach_km": 0.99}, {}),
        (Filter.LANGUAGE, {"languages": 0b100}, {"languages": 0b1}, {"required_languages": 0b110}),
        (Filter.ASKS_CAP, {"asks": 2, "asks_cap": 3}, {"asks": 3, "asks_cap": 3}, {}),
        (Filter.ASKS_CAP, {"asks": 900, "asks_cap": NO_CAP}, {"asks": 900, "asks_cap": 254}, {}),
        (Filter.RUNNING_CAP, {"running": 0, "running_cap": 1}, {"running": 1, "running_cap": 1}, {}),
        (Filter.BLOCKED, {"id": 1}, {"id": 2}, {"blocked": frozenset({2, 99})}),
        (Filter.ASKED, {"id": 1}, {"id": 2}, {"asked": frozenset({2, 99})}),
        (Filter.AGE, {"age": 18}, {"age": 16}, {"minimum_age": 18}),
        (Filter.AGE, {"age": 16}, {"age": 0}, {"minimum_age": 16}),
        (Filter.CENTRE, {"centre": 4}, {"centre": 5}, {"centres": frozenset({3, 4})}),
    ],
)
def test_a_rule_decides_alone(rule: Filter, passes: dict, fails: dict, asked: dict) -> None:
    assert failed(volunteer(**passes), demand(**asked)) == Filter(0)
    assert failed(volunteer(**fails), demand(**asked)) == rule


@pytest.mark.parametrize("asked", [{"dayparts": 0}, {"required_languages": 0}, {"centres": frozenset()}])
def test_what_is_not_asked_rules_nobody_out(asked: dict) -> None:
    assert failed(volunteer(dayparts=0, languages=0, centre=9), demand(**asked)) == Filter(0)


def test_all_failing_rules_are_named() -> None:
    row = volunteer(active=False, skills=0, age=0, reach_km=0.1)
    assert failed(row, demand(minimum_age=18)) == Filter.ACTIVE | Filter.SKILLS | Filter.AGE | Filter.REACH


def test_the_edge_of_a_reach_is_inside() -> None:
    """One degree of longitude on the equator is 111.195 km; the reach is held in whole metres."""
    at_distance = demand(latitude=0, longitude=0)
    for reach_km, fails in ((111.195, Filter(0)), (111.194, Filter.REACH)):
        assert failed(volunteer(latitude=0, longitude=1, reach_km=reach_km), at_distance) == fails


def test_a_reach_of_zero_holds_for_the_own_cell_centre() -> None:
    assert failed(volunteer(latitude=HERE[0], reach_km=0), demand()) == Filter(0)
    assert failed(volunteer(latitude=HERE[0] + KM / 100, reach_km=0), demand()) == Filter.REACH


def test_a_date_in_the_past_counts_as_today() -> None:
    asked = demand(screenings=VOG, date=DAY - 50)
    assert failed(volunteer(screenings=VOG_UNTIL[DAY - 1]), asked) == Filter.SCREENING


@pytest.mark.parametrize(
    "place", [(52.0, 179.999), (52.0, -179.999), (89.99, 10.0), (-89.99, 10.0), (0.0, 0.0)]
)
def test_the_grid_finds_neighbours_everywhere_on_the_globe(place: tuple[float, float]) -> None:
    latitude, longitude = place
    rows = [
        volunteer(id=number, latitude=latitude, longitude=(longitude + east + 540) % 360 - 180, reach_km=3)
        for number, east in enumerate((0, 0.002, 0.01, 0.02, -0.01))
    ]
    found = SupplyIndex.from_rows(rows).best(demand(latitude=latitude, longitude=longitude), 9, today=TODAY)
    assert {candidate.volunteer_id for candidate in found} == set(range(5))


def test_an_empty_index_answers() -> None:
    index = SupplyIndex()
    assert index.best(demand(), 5, today=TODAY) == []
    assert (index.funnel(demand(), today=TODAY).remaining, index.relaxations(demand(), today=TODAY)) == (
        0,
        [],
    )
    assert DemandIndex().best(volunteer(), 5, today=TODAY) == []
    with pytest.raises(KeyError):
        index.candidate(demand(), 1, today=TODAY)


def test_what_cannot_be_held_is_refused() -> None:
    with pytest.raises(KeyError):
        SupplyIndex.from_rows([volunteer()]).best(demand(kind="money"), 1, today=TODAY)


@pytest.mark.parametrize("wrong", [{"skills": 1 << 64}, {"languages": 1 << 32}, {"trainings": ((64, DAY),)}])
def test_a_row_that_does_not_fit_changes_nothing(wrong: dict) -> None:
    index = SupplyIndex.from_rows([volunteer(), volunteer(id=2)])
    before = index.best(demand(), 9, today=TODAY)
    for volunteer_id in (1, 3):
        with pytest.raises(OverflowError):
            index.replace(volunteer(id=volunteer_id, reach_km=9, **wrong))
    assert index.best(demand(), 9, today=TODAY) == before


def test_a_demand_that_does_not_fit_changes_nothing() -> None:
    index = DemandIndex.from_demands([demand()])
    with pytest.raises(OverflowError):
        index.replace(demand(trainings=1 << 64, latitude=0))
    assert len(index.best(volunteer(), 9, today=TODAY)) == 1


def test_equal_candidates_stand_in_the_order_of_their_ids() -> None:
    ids = [UUID(int=number) for number in (5, 3, 9, 1)]
    index = SupplyIndex.from_rows([volunteer(id=one) for one in ids])
    found = [candidate.volunteer_id for candidate in index.best(demand(), 3, today=TODAY)]
    assert found == [UUID(int=1), UUID(int=3), UUID(int=5)]


def test_of_equal_scores_the_nearest_goes_first() -> None:
    """Half of a reach of 2 km and half of a reach of 4 km score the same."""
    far = volunteer(id=1, latitude=HERE[0] + 2 * KM, reach_km=4)
    near = volunteer(id=2, latitude=HERE[0] + 1 * KM, reach_km=2)
    found = SupplyIndex.from_rows([far, near]).best(demand(), 2, today=TODAY)
    assert [candidate.volunteer_id for candidate in found] == [2, 1]
    assert found[0].score == found[1].score
