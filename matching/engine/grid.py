"""Rows bucketed by reach and place, so that a question looks only at volunteers who may be near enough.

Reaches fall in at most six classes, cut at quantiles. Within a class the map is cut in bands of half
the class's largest reach, and a band in cells, numbered from west to east. Rows lie sorted by (class, band,
cell): the rows that may reach a point are one run per class and band. A run is a superset: every filter is
still checked.
"""

from bisect import bisect_left
from functools import partial
from math import asin, cos, pi, radians, sin, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.engine import sphere
from matching.engine.columns import Array, Rows, by_halves

SLACK_M = 2  # distances count in whole metres, places in centimetres
STRETCH = (
    0.8  # degrees of longitude per degree of latitude: a cell is half as wide as high at 52 degrees north
)
CLASS_SHIFT, BAND_SHIFT = 48, 24
_CLASSES = 6
CELLS_PER_REACH = 2
_SMALLEST_CELL_M = 1000
_RADIAN = radians(1)
_DEGREE_M = _RADIAN * sphere.RADIUS_M


class Grid:
    """The runs of equal (class, band, cell) in the sorted rows.

    Args:
        edges: largest reach of each class in metres, ascending.
        keys: keys of the rows, sorted.
    """

    def __init__(self, edges: NDArray[np.int64], keys: NDArray[np.int64]) -> None:
        self.edges = edges
        self.sides = _sides(edges)
        self.keys, first = np.unique(keys, return_index=True)
        self.starts = np.append(first, len(keys))
        self._plain = list(zip(edges.tolist(), self.sides.tolist(), strict=True))

    @classmethod
    def sort(cls, x: Array, y: Array, z: Array, reach_m: Array) -> tuple[Self, Rows]:
        """Return the grid of these rows and the order in which they must lie."""
        edges = _class_edges(reach_m)
        keys = by_halves(partial(_keys, edges), x, y, z, reach_m)
        order = np.argsort(keys)
        return cls(edges, keys[order]), order

    def holds(self, row: int, x: int, y: int, z: int, reach_m: int) -> bool:
        """Whether the given row lies where a row with this place and reach would be looked for."""
        number = bisect_left(self._plain, reach_m, key=lambda edge_and_side: edge_and_side[0])
        if number == len(self._plain):
            return False
        side = self._plain[number][1]
        latitude, longitude = sphere.degrees_of(x, y, z)
        band, cell = int((latitude + 90) / side), int((longitude + 180) / (side * STRETCH))
        key = (number << CLASS_SHIFT) + (band << BAND_SHIFT) + cell
        first = self.starts[np.searchsorted(self.keys, key, side="left")]
        last = self.starts[np.searchsorted(self.keys, key, side="right")]
        return bool(first <= row < last)

    def runs(self, latitude: float, longitude: float) -> tuple[Rows, Rows]:
        """Return starts and stops of the runs of rows that may reach the point (degrees), ascending."""
        lows: list[int] = []
        highs: list[int] = []
        for number, (edge, side) in enumerate(self._plain):
            first, last = bands_of(latitude, edge, side)
            west, east = cells_of(latitude, longitude, edge, side)
            bands = range(
                (number << CLASS_SHIFT) + (first << BAND_SHIFT),
                (number << CLASS_SHIFT) + (last << BAND_SHIFT) + 1,
                1 << BAND_SHIFT,
            )
            lows += [start + west for start in bands]
            highs += [start + east for start in bands]
        starts = self.starts.take(self.keys.searchsorted(lows))
        stops = self.starts.take(self.keys.searchsorted(highs, side="right"))
        return starts, stops


def bands_of(latitude: float, reach_m: float, side: float) -> tuple[int, int]:
    """Return the first and last band of the circle of this reach around a point; the kernel compiles it."""
    radius = (reach_m + SLACK_M) / _DEGREE_M
    return int((max(latitude - radius, -90.0) + 90) / side), int((min(latitude + radius, 90.0) + 90) / side)


def cells_of(latitude: float, longitude: float, reach_m: float, side: float) -> tuple[int, int]:
    """Return the first and last cell of that circle in any band.

    At its widest the circle spans asin(sin radius / cos latitude) to both sides; around a pole, everything.
    """
    radius = (reach_m + SLACK_M) / sphere.RADIUS_M
    west, east = 0.0, 360.0
    if abs(latitude) * _RADIAN + radius < pi / 2:
        width = asin(sin(radius) / cos(latitude * _RADIAN)) / _RADIAN
        if longitude - width >= -180 and longitude + width <= 180:
            west, east = longitude + 180 - width, longitude + 180 + width
    cell = side * STRETCH
    return int(west / cell), int(east / cell)


def circle_of(latitude: float, reach_m: float) -> tuple[float, float, float]:
    """Return what `cells_in` needs of the circle of this reach around a point, the same in all its bands.

    The latitude where it is widest, ``pi`` for a circle around a pole; sin²(r/2); and the latitude of the
    point. Both latitudes in radians. The kernel compiles it.
    """
    radius, here = (reach_m + SLACK_M) / sphere.RADIUS_M, latitude * _RADIAN
    widest = asin(sin(here) / cos(radius)) if abs(here) + radius < pi / 2 else pi
    return widest, sin(radius / 2) ** 2, here


def cells_in(circle: tuple[float, float, float], longitude: float, side: float, band: int) -> tuple[int, int]:
    """Return the first and last cell of a circle (`circle_of`) in one band; the kernel compiles it.

    Fewer rows than with `cells_of`, but in plain Python the sums would take longer than reading those.
    At latitude b the circle around latitude a spans to both sides, by the haversine formula,
    2 asin sqrt((sin²(r/2) - sin²((a-b)/2)) / (cos a cos b)); it is widest where sin b = sin a / cos r.
    """
    widest, reach, here = circle
    south, north = (band * side - 90) * _RADIAN, ((band + 1) * side - 90) * _RADIAN
    west, east = 0.0, 360.0
    if widest < pi / 2 and north < pi / 2:
        at = min(max(widest, south), north)
        left = reach - sin((here - at) / 2) ** 2
        width = 2 * asin(min(sqrt(max(left, 0.0) / (cos(here) * cos(at))), 1.0)) / _RADIAN
        if longitude - width >= -180 and longitude + width <= 180:
            west, east = longitude + 180 - width, longitude + 180 + width
    cell = side * STRETCH
    return int(west / cell), int(east / cell)


def band_away(latitude: float, side: float, band: int) -> tuple[float, float]:
    """Return a and b of a band: hav(d / R) >= a + b * sin²(l / 2) for a point and anyone in the band.

    d is their distance and l their difference of longitude. By the haversine formula, with the smallest
    difference of latitude and the smallest cosine in the band. The kernel compiles it.
    """
    here, south, north = radians(latitude), radians(band * side - 90), radians((band + 1) * side - 90)
    least = sin(max(here - north, south - here, 0.0) / 2)
    return least * least, cos(here) * max(min(cos(south), cos(north)), 0.0)


def cell_away_m(a: float, b: float, longitude: float, side: float, cell: int) -> float:
    """Return how many metres anyone in a cell is away at least, by `band_away`; the kernel compiles it.

    d >= 2R sqrt(hav(d / R)), and sin x >= x - x³/6. From a radian on nothing is said of the longitude, for
    the cell might be nearer the other way around.
    """
    west = cell * side * STRETCH - 180
    half = radians(max(west - longitude, longitude - west - side * STRETCH, 0.0)) / 2
    half = half - half**3 / 6 if half < 0.5 else 0.0
    return 2 * sphere.RADIUS_M * sqrt(a + b * half * half) - SLACK_M


def _class_edges(reach_m: Array) -> NDArray[np.int64]:
    if not len(reach_m):
        return np.empty(0, np.int64)
    quantiles = np.arange(1, _CLASSES + 1) / _CLASSES
    return np.unique(np.quantile(reach_m, quantiles, method="higher")).astype(np.int64)


def _sides(edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Height of a band of each class, in degrees of latitude."""
    return np.maximum(edges / CELLS_PER_REACH, _SMALLEST_CELL_M) / _DEGREE_M


def _keys(edges: NDArray[np.int64], x: Array, y: Array, z: Array, reach_m: Array) -> NDArray[np.int64]:
    number = np.searchsorted(edges, reach_m)
    side = _sides(edges)[number]
    latitudes, longitudes = sphere.degrees(x, y, z)
    band = ((latitudes + 90) / side).astype(np.int64)
    cell = ((longitudes + 180) / (side * STRETCH)).astype(np.int64)
    keys: NDArray[np.int64] = (number.astype(np.int64) << CLASS_SHIFT) + (band << BAND_SHIFT) + cell
    return keys
