"""Who stands in which row: a million UUIDs without an object for each."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.roster import roster, words_of

pytestmark = pytest.mark.usefixtures("path")

# Few halves, so that many ids share one of theirs.
halves = st.sampled_from([0, 1, 2, 3, 1 << 63, (1 << 64) - 1])
ids = st.lists(st.builds(lambda high, low: UUID(int=high << 64 | low), halves, halves), unique=True)


@given(held=ids, asked=ids, data=st.data())
@settings(max_examples=200)
def test_it_finds_whom_it_holds_and_nobody_else(
    held: list[UUID], asked: list[UUID], data: st.DataObject
) -> None:
    order = np.array(data.draw(st.permutations(range(len(held)))), np.intp)
    standing = roster(words_of(held), order)
    row_of = {held[number]: row for row, number in enumerate(order.tolist())}
    assert standing.find_all(asked).tolist() == [row_of.get(one, -1) for one in asked]
    assert [standing.find(one) for one in asked] == [row_of.get(one) for one in asked]


@given(held=ids)
@settings(max_examples=50)
def test_an_id_comes_back_as_any_other_uuid(held: list[UUID]) -> None:
    back = roster(words_of(held), np.arange(len(held))).ids_at(np.arange(len(held)))
    assert back == held
    assert [(hash(one), str(one), one.is_safe) for one in back] == [
        (hash(one), str(one), one.is_safe) for one in held
    ]


def test_whoever_came_or_went_since_counts() -> None:
    held = [UUID(int=number) for number in (5, 7, 9)]
    standing = roster(words_of(held), np.arange(3))
    standing.drop(held[1])
    standing.put(UUID(int=8), 3)
    assert standing.find_all([*held, UUID(int=8)]).tolist() == [0, -1, 2, 3]
    assert standing.ids_at(np.array([3, 0])) == [UUID(int=8), held[0]]
