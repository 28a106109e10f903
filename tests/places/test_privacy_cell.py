import itertools
import random

import pytest

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


def test_a_cell_with_too_few_postcodes_is_replaced_by_the_coarser_one():
    postcodes_at(*HOME, 4)
    assert privacy_cell(*HOME) == coarser(cell_of(*HOME))


def test_areas_of_four_digits_are_not_addresses():
    postcodes_at(*HOME, 4)
    make_postcode("3431", *HOME)
    assert privacy_cell(*HOME) == coarser(cell_of(*HOME))


def test_postcodes_of_a_neighbouring_cell_do_not_count_and_show_that_the_empty_one_is_empty():
    make_district(inhabitants=50_000)
    cell = cell_of(*HOME)
    neighbour = next(other for other in finer(coarser(cell)) if other != cell)
    postcodes_at(*centre_of(neighbour), 20)
    assert privacy_cell(*HOME) == coarser(cell)
    assert privacy_cell(*centre_of(neighbour)) == neighbour


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
    make_district(outline=EAST_SQUARE, inhabitants=50_000)
    assert privacy_cell(*HOME) == coarser(cell_of(*HOME))


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


def test_it_asks_the_database_at_most_twice(django_assert_num_queries):
    postcodes_at(*HOME, 5)
    with django_assert_num_queries(2):
        privacy_cell(*HOME)
