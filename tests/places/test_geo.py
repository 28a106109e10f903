import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.geo import Point, distance_km, shown_km

lats, lons = st.floats(-89.9, 89.9), st.floats(-180, 180)


@pytest.mark.parametrize(
    ("lat", "lon"), [(91, 5), (-91, 5), (52, 181), (52, -181), (math.nan, 5), (52, math.nan)]
)
def test_a_point_off_the_earth_is_refused(lat, lon):
    with pytest.raises(ValueError, match="not a position"):
        Point(lat, lon)


def test_one_degree_of_latitude_is_111_km():
    assert distance_km(Point(52, 5), Point(53, 5)) == pytest.approx(111.195, abs=0.001)


def test_utrecht_to_nieuwegein():
    assert distance_km(Point(52.0907, 5.1214), Point(52.0273, 5.0847)) == pytest.approx(7.48, abs=0.01)


@given(lats, lons, lats, lons)
def test_distance_is_the_same_there_and_back(lat, lon, other_lat, other_lon):
    one, other = Point(lat, lon), Point(other_lat, other_lon)
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))


@pytest.mark.parametrize(
    ("kilometres", "shown"),
    [
        (0, 0.5),
        (0.24, 0.5),
        (0.74, 0.5),
        (0.75, 1.0),
        (1.2, 1.0),
        (1.25, 1.5),
        (4.7, 4.5),
        (4.99, 5.0),
        (5.0, 5.0),
        (5.49, 5.0),
        (5.5, 6.0),
        (12.3, 12.0),
    ],
)
def test_distances_are_shown_in_coarse_steps(kilometres, shown):
    assert shown_km(kilometres) == shown


@given(st.floats(0, 500), st.floats(0, 500))
def test_shown_distances_keep_the_order(one, other):
    nearer, further = sorted([one, other])
    assert shown_km(nearer) <= shown_km(further)


@given(st.floats(0.5, 500))
def test_shown_distances_are_at_most_half_a_step_off(kilometres):
    assert abs(shown_km(kilometres) - kilometres) <= 0.5


def test_the_netherlands():
    assert Point(52.03, 5.08).in_the_netherlands
    assert Point(50.75, 5.70).in_the_netherlands  # Maastricht's south
    assert not Point(5.08, 52.03).in_the_netherlands  # swapped
    assert not Point(48.85, 2.35).in_the_netherlands
