"""Small figures: hidden, guarded by others that are hidden too, and the rest rounded."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import small_figures
from common.small_figures import LEAST, Figures, guarded, shown
from tests.common.differencing import possible

COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("count", "value"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1002, 1000)]
)
def test_a_count_alone_is_hidden_under_ten_and_rounded_to_five(count, value):
    assert shown(count) == value


@st.composite
def tables(draw) -> Figures:
    """Counts per district and kind, with the sums of rows, columns and all; some known, some never told."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(2, 3))
    cells = {f"{row}{column}": draw(COUNTS) for row, column in product(range(rows), range(columns))}
    counts, sums = dict(cells), {}
    for row in range(rows):
        sums[f"row {row}"] = [name for name in cells if name[0] == str(row)]
    for column in range(columns if rows > 1 else 0):
        sums[f"column {column}"] = [name for name in cells if name[1] == str(column)]
    for total, parts in sums.items():
        counts[total] = sum(cells[part] for part in parts)
    if rows > 1:
        sums["all"] = [f"row {row}" for row in range(rows)]
        counts["all"] = sum(cells.values())
    special = draw(st.dictionaries(st.sampled_from(sorted(cells)), st.sampled_from("uk"), max_size=2))
    unsaid = frozenset(name for name, kind in special.items() if kind == "u")
    return Figures(counts, sums, unsaid=unsaid, known=frozenset(special) - unsaid)


def attack(figures: Figures) -> dict[str, int]:
    """How many values each small count may still have for who subtracts, had nothing been rounded."""
    told = guarded(figures)
    known = {name: count for name, count in figures.counts.items() if told[name] is not None}
    return {
        name: possible(told, figures.sums, name, known)
        for name, count in figures.counts.items()
        if count < LEAST and name not in figures.known
    }


@settings(max_examples=60)
@given(tables())
def test_nobody_who_subtracts_pins_a_small_count_down(figures):
    told = guarded(figures)
    for name, value in told.items():
        if name in figures.known:
            assert value == figures.counts[name]
        else:
            assert value is None or (value == shown(figures.counts[name]) and name not in figures.unsaid)
    small = [name for name, count in figures.counts.items() if count < LEAST and name not in figures.known]
    if not small and not figures.unsaid:
        assert None not in told.values()  # nothing is hidden without need
    # Where the reader knows all the rest by themselves nothing that we hide helps.
    helpless = len(figures.known) == 2 and len(figures.counts) < 8
    assert helpless or all(left >= LEAST for left in attack(figures).values())


TOWN = Figures({"north": 40, "south": 25, "west": 4, "town": 69}, {"town": ["north", "south", "west"]})
PAIR = Figures({"begun": 30, "finished": 28, "unfinished": 2}, {"begun": ["finished", "unfinished"]},
               unsaid=frozenset({"unfinished"}))  # fmt: skip
PARTNER = Figures(
    {"ours": 40, "theirs": 4, "all": 44}, {"all": ["ours", "theirs"]}, known=frozenset({"ours"})
)
OUTSIDE = Figures({"a": 20, "b": 4, "all": 24}, {"all": ["a", "b"]}, elsewhere=frozenset({"a", "b"}))


@pytest.mark.parametrize("figures", [TOWN, PAIR, PARTNER, OUTSIDE])
def test_without_the_second_step_the_attack_succeeds(figures, monkeypatch):
    assert all(left >= LEAST for left in attack(figures).values())
    monkeypatch.setattr(small_figures, "_next_to_hide", lambda *_told: None)
    assert 1 in attack(figures).values()  # known exactly


def test_what_is_hidden_is_as_little_and_as_small_as_may_be():
    assert guarded(TOWN) == {"north": 40, "south": None, "west": None, "town": 70}
    assert guarded(PAIR) == {"begun": 30, "finished": None, "unfinished": None}
    assert guarded(PARTNER) == {"ours": 40, "theirs": None, "all": None}
    assert guarded(OUTSIDE) == {"a": 20, "b": None, "all": None}


def test_who_knows_the_guard_by_heart_learns_no_more():
    """All tables of two counts, by what is published of them: each group leaves ten values."""
    alike: dict[tuple[int | None, ...], set[int]] = defaultdict(set)
    for one, other in product(range(23), repeat=2):
        if one + other <= 22:
            told = guarded(Figures({"a": one, "b": other, "all": one + other}, {"all": ["a", "b"]}))
            alike[told["a"], told["b"], told["all"]].add(one)
    with_small = [group for group in alike.values() if min(group) < LEAST]
    assert len(with_small) > 3
    assert min(map(len, with_small)) >= LEAST
