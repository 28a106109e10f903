"""Cells: the coarse places that may be shown before people have agreed.

A cell is an H3 index (https://h3geo.org, version 4) as an integer. The top bit of an H3 index
is always 0, so that it fits a signed 64-bit column on every database. The resolution is part of
the index: cells of different sizes live in one column and know their own centre.
"""

import h3.api.basic_int as h3
from django.conf import settings

# About one metre; fixed, so that the same cell gives byte for byte the same answer everywhere.
CENTRE_DECIMALS = 5


def cell_of(lat: float, lon: float, resolution: int | None = None) -> int:
    """Return the cell that holds a point (degrees, WGS84).

    ``resolution`` is ``settings.CELL_RESOLUTION`` unless given: 8, about 0.7 km².
    """
    return int(h3.latlng_to_cell(lat, lon, settings.CELL_RESOLUTION if resolution is None else resolution))


def centre_of(cell: int) -> tuple[float, float]:
    """Return (lat, lon) of the centre of a cell in degrees, rounded to 5 decimals."""
    lat, lon = h3.cell_to_latlng(cell)
    return round(lat, CENTRE_DECIMALS), round(lon, CENTRE_DECIMALS)


def coarser(cell: int) -> int:
    """Return the cell one resolution coarser (seven times as large) that holds this cell."""
    return int(h3.cell_to_parent(cell))


def finer(cell: int) -> list[int]:
    """Return the cells one resolution finer that make up this cell."""
    return [int(child) for child in h3.cell_to_children(cell)]


def resolution_of(cell: int) -> int:
    """Return the H3 resolution of a cell: 0 is the coarsest, 15 the finest."""
    return int(h3.get_resolution(cell))


def area_km2(cell: int) -> float:
    """Return the area of a cell in km²."""
    return float(h3.cell_area(cell, unit="km^2"))


def outline_of(cell: int) -> list[tuple[float, float]]:
    """Return the corners of a cell as (lat, lon), for drawing it on a map."""
    return [
        (round(lat, CENTRE_DECIMALS), round(lon, CENTRE_DECIMALS)) for lat, lon in h3.cell_to_boundary(cell)
    ]
