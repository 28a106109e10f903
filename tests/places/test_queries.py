import pytest
from shapely.geometry import MultiPolygon, box

from places.errors import InvalidPostcode
from places.geo import Point
from places.queries import district_at, district_near, nearest_district, postcode
from tests.places.builders import EAST_SQUARE, WEST_SQUARE, make_district, make_postcode

pytestmark = pytest.mark.django_db

IN_WEST, IN_EAST, NOWHERE = Point(52.025, 5.08), Point(52.025, 5.10), Point(52.5, 6.0)


@pytest.fixture
def west():
    return make_district("WK035601", WEST_SQUARE)


@pytest.fixture
def east():
    return make_district("WK035602", EAST_SQUARE)


def test_the_district_whose_outline_holds_the_point(west, east):
    assert district_at(IN_WEST) == west
    assert district_at(IN_EAST) == east
    assert district_at(NOWHERE) is None


def test_on_a_shared_border_the_lowest_code_wins(east, west):
    assert district_at(Point(52.025, 5.09)) == west


def test_the_bounding_box_alone_does_not_decide():
    make_district(outline=MultiPolygon([box(5.07, 52.00, 5.08, 52.01), box(5.09, 52.02, 5.10, 52.03)]))
    assert district_at(Point(52.015, 5.085)) is None
    assert district_at(Point(52.005, 5.075)) is not None


def test_a_hole_does_not_belong_to_the_district():
    make_district(outline=WEST_SQUARE.difference(box(5.079, 52.024, 5.081, 52.026)))
    assert district_at(IN_WEST) is None


def test_a_district_without_an_outline_is_found_by_its_centre_only():
    bare = make_district(outline=None)
    assert district_at(IN_WEST) is None
    assert nearest_district(IN_WEST) == bare
    assert district_near(IN_WEST) == bare


def test_the_nearest_centre_wins_and_a_degree_east_counts_less_than_a_degree_north(west, east):
    assert nearest_district(Point(52.025, 5.0869)) == west
    assert nearest_district(Point(52.025, 5.0931)) == east
    north = make_district("WK035603", None, lat=52.045, lon=5.0)
    further_in_degrees = make_district("WK035604", None, lat=52.025, lon=5.027)
    assert nearest_district(Point(52.025, 5.0)) == further_in_degrees != north


def test_too_far_is_nowhere(west):
    assert nearest_district(NOWHERE) is None
    assert nearest_district(NOWHERE, within_km=200) == west


def test_the_outline_goes_before_the_nearest_centre(west):
    make_district("WK035699", None, lat=52.0201, lon=5.0751)
    assert district_near(Point(52.0201, 5.0751)) == west


def test_a_postcode_in_any_spelling(west, django_assert_num_queries):
    made = make_postcode("3431AB", district=west)
    with django_assert_num_queries(1):
        found = postcode("3431 ab")
        assert found == made
        assert found.district.name == west.name
    assert postcode("3431AC") is None
    with pytest.raises(InvalidPostcode):
        postcode("nonsense")
