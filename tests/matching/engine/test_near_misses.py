"""Who would come in if one rule were relaxed: those a plain loop finds, and whom the counts promise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import Demand, Filter, Screening, SupplyIndex, SupplyRow
from tests.matching.engine import oracle
from tests.matching.engine.towns import DAY, TODAY, open_demands, town


def brought_in(row: SupplyRow, demand: Demand, only: Filter, bit: int) -> bool:
    """Whether this bit alone is what keeps the volunteer out."""
    if only is Filter.DAYPARTS:
        return bool(row.dayparts >> bit & 1)
    day = max(demand.date, DAY)
    missing = {
        Filter.SKILLS: demand.needs & ~row.skills,
        Filter.TRAINING: demand.trainings & ~oracle.trained(row, day),
        Filter.SCREENING: sum(
            1 << step for step in Screening if step in demand.screenings and row.screenings[step] < day
        ),
    }[only]
    return missing == 1 << bit


@given(seed=st.integers(0, 2**32), size=st.integers(0, 90), k=st.integers(1, 40))
@settings(max_examples=80)
def test_near_misses_are_the_plain_loops(seed: int, size: int, k: int) -> None:
    rows = town(seed, size)
    index = SupplyIndex.from_rows(rows)
    for demand in open_demands(seed + 1, 4, size):
        for relaxation in index.relaxations(demand, today=TODAY):
            only = relaxation.filter
            missing = [row for row in rows if oracle.failed(row, demand, DAY) == only]
            assert ids(index, demand, only, None, k) == ordered(missing, demand)[:k]
            for bit, count in relaxation.by:
                found = [row for row in missing if brought_in(row, demand, only, bit)]
                assert ids(index, demand, only, bit, size) == ordered(found, demand)
                assert len(found) == count


def ids(index: SupplyIndex, demand: Demand, only: Filter, bit: int | None, k: int) -> list[object]:
    found = index.near_misses(demand, only, bit, k, today=TODAY)
    assert all(candidate.failed == only for candidate in found)
    return [candidate.volunteer_id for candidate in found]


def ordered(rows: list[SupplyRow], demand: Demand) -> list[object]:
    def rank(row: SupplyRow) -> tuple[float, int, object]:
        return -oracle.score(row, demand, DAY), oracle.distance_m(row, demand), row.id

    return [row.id for row in sorted(rows, key=rank)]


@pytest.mark.parametrize("bit", [None, 0])
def test_nobody_is_near_when_nobody_is_there(bit: int | None) -> None:
    demand = open_demands(1, 1, 0)[0]
    assert ids(SupplyIndex.from_rows([]), demand, Filter.DAYPARTS, bit, 5) == []
