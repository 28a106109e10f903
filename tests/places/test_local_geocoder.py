import pytest

from places.enums import PostcodeSource, Precision
from places.geo import Point
from places.geocoding.local import LocalGeocoder
from tests.places.builders import make_district, make_postcode

pytestmark = pytest.mark.django_db


def find(query):
    return LocalGeocoder().find(query)


@pytest.mark.parametrize("query", ["3431 AB 12", "3431ab", "Dorpsstraat 12, 3431 AB Nieuwegein"])
def test_a_postcode_with_letters_gives_its_own_point(query):
    make_postcode("3431AB", 52.031, 5.081, district=make_district())
    found = find(query)
    assert found.point == Point(52.031, 5.081)
    assert found.precision == Precision.POSTCODE
    assert found.district_code == "WK035601"
    assert not found.approximate


def test_unknown_letters_fall_back_to_the_row_of_the_area():
    make_postcode("3431", 52.03, 5.08)
    make_postcode("3431AB", 52.09, 5.09)
    found = find("3431 ZZ 1")
    assert (found.point, found.precision) == (Point(52.03, 5.08), Precision.AREA)
    assert found.approximate


def test_without_a_row_for_the_area_the_mean_of_its_postcodes_is_taken():
    make_postcode("3431AB", 52.02, 5.08)
    make_postcode("3431AC", 52.04, 5.10)
    make_postcode("3432AA", 50.9, 6.0)
    found = find("3431ZZ")
    assert (found.point, found.precision) == (Point(52.03, 5.09), Precision.AREA)


def test_a_postcode_that_stands_at_the_centre_of_its_district_is_approximate():
    make_postcode("3431AB", source=PostcodeSource.DISTRICT)
    assert find("3431AB").precision == Precision.AREA


@pytest.mark.parametrize("query", ["3499 AB 1", "Dorpsstraat 12, Nieuwegein", ""])
def test_what_is_not_known_is_not_guessed(query):
    make_postcode("3431AB")
    assert find(query) is None
