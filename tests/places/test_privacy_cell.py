import itertools
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from places.cells import cell_of, centre_of, coarser, finer, outline_of
from places.services import privacy_cell
from tests.places.builders import EAST_SQUARE, make_district, make_postcode

pytestmark = pytest.mark.django_db

HOME = (52.0273, 5.0847)
LETTERS = ["".join(pair) for pair in itertools.product("ABCDEFGH", repeat=2)]


@pytest.fixture(autouse=True)
def _thresholds(settings):
    settings.CELL_MIN_POSTCODES = 5
    settings.CELL_MIN_INHABITANTS = 150


def postcodes_at(lat, lon, number, area="3431"):
    for letters in LETTERS[:number]:
        make_postcode(f"{area}{letters}", lat, lon)


def test_a_cell_with_enough_postcodes_stands_for_itself():
    postcodes_at(*HOME, 5)
    assert privacy_cell(*HOME) == cell_of(*HOME)


def siblings(*numbers):
    """Fill the cell of HOME and others of the same coarser cell with so many postcodes each; return them."""
    cell = cell_of(*HOME)
    cells = [cell, *(other for other in finer(coarser(cell)) if other != cell)][: len(numbers)]
    for index, (filled, number) in enumerate(zip(cells, numbers, strict=True)):
        postcodes_at(*centre_of(filled), number, area=str(3431 + index))
    return cells


def shown(cells):
    return [privacy_cell(*centre_of(cell)) for cell in cells]


def test_sparse_cells_with_enough_homes_together_show_the_coarser_one():
    cells = siblings(3, 2, 5)
    wide = coarser(cells[0])
    assert shown(cells) == [wide, wide, cells[2]]


def test_sparse_cells_with_too_few_homes_together_take_the_smallest_neighbour_along():
    """Else the coarser cell would tell that the home is one of the four."""
    cells = siblings(4, 7, 6, 6)
    wide = coarser(cells[0])
    smallest = min(cells[2:])
    assert shown(cells) == [wide, *(wide if cell == smallest else cell for cell in cells[1:])]


def test_a_coarser_cell_with_too_few_postcodes_is_replaced_by_one_coarser_still():
    postcodes_at(*HOME, 4)
    assert privacy_cell(*HOME) == coarser(coarser(cell_of(*HOME)))


def test_areas_of_four_digits_are_not_addresses():
    postcodes_at(*HOME, 4)
    make_postcode("3431", *HOME)
    assert privacy_cell(*HOME) != cell_of(*HOME)


def test_a_cell_without_a_postcode_is_shown_as_its_nearest_neighbour_is():
    make_district(inhabitants=50_000)
    cells = siblings(0, 20)
    assert shown(cells) == [cells[1], cells[1]]


FILLINGS = st.lists(st.integers(0, 12), min_size=49, max_size=49)
SPARSE = st.lists(st.sampled_from([0, 0, 0, 0, 0, 1, 2, 4, 5, 9]), min_size=49, max_size=49)


@given(FILLINGS | SPARSE)
@run(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_behind_every_cell_that_is_shown_are_homes_enough(monkeypatch, numbers):
    """Whoever knows every postcode, and how the cell is chosen, still has at least five to choose from."""
    region = coarser(coarser(cell_of(*HOME)))
    cells = [cell for area in finer(region) for cell in finer(area)]
    known = {cell: number for cell, number in zip(cells, numbers, strict=True) if number}
    monkeypatch.setattr("places.services.privacy._postcodes_in", lambda _region: known)
    behind = Counter()
    for cell, number in known.items():
        behind[privacy_cell(*centre_of(cell))] += number
    enough = min(5, sum(numbers))
    assert all(number >= enough for number in behind.values())
    filled_areas = {coarser(cell) for cell in known}
    empty = [cell for cell in cells if cell not in known and coarser(cell) in filled_areas]
    assert set(shown(empty)) <= behind.keys()


def test_the_setting_decides(settings):
    settings.CELL_MIN_POSTCODES = 3
    postcodes_at(*HOME, 3)
    assert privacy_cell(*HOME) == cell_of(*HOME)


def test_where_nothing_is_known_the_coarser_cell_is_taken():
    assert privacy_cell(*HOME) == coarser(cell_of(*HOME))


@pytest.mark.parametrize(("inhabitants", "wide"), [(5000, False), (200, True), (None, True)])
def test_without_postcodes_the_expected_inhabitants_decide(inhabitants, wide):
    """The west square is 1.14 km², a cell about 0.7: 5,000 people make some 3,000 in a cell, 200 make 120."""
    make_district(inhabitants=inhabitants)
    cell = cell_of(*HOME)
    assert privacy_cell(*HOME) == (coarser(cell) if wide else cell)


def test_inhabitants_of_another_district_do_not_count():
    """The cell of the home is not shown, but one of the neighbours where people are known to live."""
    make_district(outline=EAST_SQUARE, inhabitants=50_000)
    cell = cell_of(*HOME)
    assert privacy_cell(*HOME) in set(finer(coarser(cell))) - {cell}


@pytest.mark.parametrize("enough", [True, False])
def test_every_point_of_a_cell_has_the_same_privacy_cell(enough):
    """Also where a district ends inside the cell: the choice must not tell in which part the home is."""
    make_district(inhabitants=5000)
    make_district("WK035602", EAST_SQUARE, inhabitants=1)
    postcodes_at(*HOME, 5 if enough else 0)
    cell, chance = cell_of(*HOME), random.Random(1)
    corners = outline_of(cell)
    (south, north), (west, east) = ((min(values), max(values)) for values in zip(*corners, strict=True))
    inside = []
    while len(inside) < 60:
        point = chance.uniform(south, north), chance.uniform(west, east)
        if cell_of(*point) == cell:
            inside.append(point)
    assert len({privacy_cell(*point) for point in inside}) == 1


def test_it_asks_the_database_once(django_assert_num_queries):
    postcodes_at(*HOME, 5)
    with django_assert_num_queries(1):
        privacy_cell(*HOME)
