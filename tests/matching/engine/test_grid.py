"""No circle is cut off: whoever can reach a point lies in the bands and cells that are looked at."""

from math import asin, atan2, cos, degrees, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.grid import STRETCH, band_away, bands_of, cell_away_m, cells_in, cells_of, circle_of
from matching.engine.sphere import RADIUS_M


def away(latitude: float, longitude: float, distance_m: float, bearing: float) -> tuple[float, float]:
    """The point so far from another, in a direction (radians from the north)."""
    here, angle = radians(latitude), distance_m / RADIUS_M
    there = asin(sin(here) * cos(angle) + cos(here) * sin(angle) * cos(bearing))
    turned = atan2(sin(bearing) * sin(angle) * cos(here), cos(angle) - sin(here) * sin(there))
    return degrees(there), (longitude + degrees(turned) + 540) % 360 - 180


@given(
    latitude=st.floats(-89.9, 89.9),
    longitude=st.floats(-180, 179.999),
    reach_m=st.integers(1, 300_000),
    share=st.floats(0, 1),
    bearing=st.floats(0, 6.2832),
    part=st.sampled_from([1, 3, 7]),
)
def test_whoever_can_reach_a_point_lies_where_is_looked(latitude, longitude, reach_m, share, bearing, part):
    side = max(reach_m / part, 1000) / (radians(1) * RADIUS_M)
    lives_at, across = away(latitude, longitude, reach_m * share, bearing)
    band, cell = int((lives_at + 90) / side), int((across + 180) / (side * STRETCH))
    first, last = bands_of(latitude, reach_m, side)
    assert first <= band <= last
    for west, east in (
        cells_of(latitude, longitude, reach_m, side),
        cells_in(circle_of(latitude, reach_m), longitude, side, band),
    ):
        assert west <= cell <= east
    nearest_m = cell_away_m(*band_away(latitude, side, band), longitude, side, cell)
    assert nearest_m <= reach_m * share


def test_a_cell_is_held_to_be_about_as_far_as_it_is():
    side = 5_000 / (radians(1) * RADIUS_M)
    band, cell = int((52.0 + 90) / side), int((5.0 + 180) / (side * STRETCH))
    a, b = band_away(52.0, side, band)
    assert cell_away_m(a, b, 5.0, side, cell) <= 0
    assert cell_away_m(a, b, 5.0, side, cell + 5) == pytest.approx(4.5 * 5_000 * STRETCH * 0.615, abs=1_300)
    north = band_away(52.0, side, band + 3)
    assert cell_away_m(*north, 5.0, side, cell) == pytest.approx(2.5 * 5_000, abs=2_600)


def test_a_band_at_the_edge_of_the_circle_is_looked_at_in_part_only():
    side = 5_000 / (radians(1) * RADIUS_M)
    first, last = bands_of(52.0, 15_000, side)
    whole, circle = cells_of(52.0, 5.0, 15_000, side), circle_of(52.0, 15_000)
    widths = [
        east - west for west, east in (cells_in(circle, 5.0, side, band) for band in range(first, last + 1))
    ]
    assert max(widths) == whole[1] - whole[0]
    assert min(widths) <= max(widths) / 2
