import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.cells import area_km2, cell_of, centre_of, coarser, finer, outline_of, resolution_of
from places.geo import Point, distance_km

dutch_lats, dutch_lons = st.floats(50.7, 53.6), st.floats(3.3, 7.2)


def test_a_known_point_has_a_known_cell():
    """Stored cells must stay what they are: a change here needs a data migration."""
    assert cell_of(52.0273, 5.0847) == 0x8819697265FFFFF
    assert centre_of(0x8819697265FFFFF) == (52.02842, 5.08807)


@given(st.floats(-89, 89), st.floats(-180, 180), st.integers(0, 15))
def test_every_cell_fits_a_signed_64_bit_column(lat, lon, resolution):
    assert 0 < cell_of(lat, lon, resolution) < 2**63


@given(dutch_lats, dutch_lons, st.floats(0, 2 * math.pi), st.floats(0, 1))
def test_moving_inside_a_cell_changes_nothing_that_is_shown(lat, lon, angle, share):
    """Towards any other point of the same cell: the same number, and byte for byte the same centre."""
    cell = cell_of(lat, lon)
    elsewhere_lat = lat + 0.004 * share * math.cos(angle)
    elsewhere_lon = lon + 0.006 * share * math.sin(angle)
    if cell_of(elsewhere_lat, elsewhere_lon) == cell:
        assert repr(centre_of(cell_of(elsewhere_lat, elsewhere_lon))) == repr(centre_of(cell))


@given(dutch_lats, dutch_lons)
def test_the_centre_lies_in_its_cell_and_near_every_point_of_it(lat, lon):
    cell = cell_of(lat, lon)
    assert cell_of(*centre_of(cell)) == cell
    assert distance_km(Point(lat, lon), Point(*centre_of(cell))) < 0.75


@given(dutch_lats, dutch_lons)
def test_a_coarser_cell_holds_its_seven_finer_ones(lat, lon):
    cell = cell_of(lat, lon)
    wide = coarser(cell)
    assert resolution_of(wide) == resolution_of(cell) - 1 == 7
    assert cell in finer(wide)
    assert {coarser(child) for child in finer(wide)} == {wide}
    assert len(finer(wide)) == 7
    assert area_km2(wide) == pytest.approx(7 * area_km2(cell), rel=0.05)


def test_the_size_of_a_cell_is_that_of_the_design():
    assert area_km2(cell_of(52.03, 5.08)) == pytest.approx(0.7, abs=0.1)


def test_the_outline_goes_around_the_centre():
    cell = cell_of(52.03, 5.08)
    corners = outline_of(cell)
    assert len(corners) == 6
    assert {cell_of(lat, lon, 0) for lat, lon in corners} == {cell_of(52.03, 5.08, 0)}
    assert sum(lat for lat, _ in corners) / 6 == pytest.approx(centre_of(cell)[0], abs=1e-3)
