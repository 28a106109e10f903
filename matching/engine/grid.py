"""Rows bucketed by reach and place, so that a question looks only at volunteers who may be near enough.

Reaches fall in at most four classes, cut at quantiles. Within a class the map is cut in cells of half the
class's largest reach, numbered by band of latitude and then by longitude. Rows lie sorted by (class,
band, cell): the rows that may reach a point are one run per class and band. A run is a superset: every filter
is still checked.
"""

from collections.abc import Iterable
from math import asin, cos, degrees, radians, sin
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.engine import sphere
from matching.engine.columns import Array, Rows

_CLASSES = 4
_CELLS_PER_REACH = 2
_SMALLEST_CELL_M = 200
_SLACK_M = 2  # distances count in whole metres, places in centimetres
_DEGREE_M = radians(1) * sphere.RADIUS_M
_STRETCH = 1.6  # a cell is about square at 51 degrees north
_CLASS_SHIFT, _BAND_SHIFT = 48, 24


class Grid:
    """The runs of equal (class, band, cell) in the sorted rows.

    Args:
        edges: largest reach of each class in metres, ascending.
        keys: keys of the rows, sorted.
    """

    def __init__(self, edges: NDArray[np.int32], keys: NDArray[np.int64]) -> None:
        self._edges = edges
        self._sides = [_side(edge) for edge in edges.tolist()]
        self._keys, first = np.unique(keys, return_index=True)
        self._starts = np.append(first, len(keys))

    @classmethod
    def sort(cls, x: Array, y: Array, z: Array, reach_m: Array) -> tuple[Self, Rows]:
        """Return the grid of these rows and the order in which they must lie."""
        edges = _class_edges(reach_m)
        keys = _keys(edges, x, y, z, reach_m)
        order = np.argsort(keys, kind="stable")
        return cls(edges, keys[order]), order

    def holds(self, row: int, x: int, y: int, z: int, reach_m: int) -> bool:
        """Whether the given row lies where a row with this place and reach would be looked for."""
        if not len(self._edges) or reach_m > self._edges[-1]:
            return False
        key = _keys(self._edges, *(np.array([value]) for value in (x, y, z, reach_m)))[0]
        first = self._starts[np.searchsorted(self._keys, key, side="left")]
        last = self._starts[np.searchsorted(self._keys, key, side="right")]
        return bool(first <= row < last)

    def runs(self, latitude: float, longitude: float) -> list[tuple[int, int]]:
        """Return (start, stop) of the runs of rows that may reach the point (degrees), ascending."""
        lows: list[int] = []
        highs: list[int] = []
        for number, (edge, side) in enumerate(zip(self._edges.tolist(), self._sides, strict=True)):
            bands, (west, east) = _box(latitude, longitude, edge + _SLACK_M, side)
            for band in bands:
                start = (number << _CLASS_SHIFT) + (band << _BAND_SHIFT)
                lows.append(start + west)
                highs.append(start + east)
        starts = self._starts[np.searchsorted(self._keys, lows, side="left")].tolist()
        stops = self._starts[np.searchsorted(self._keys, highs, side="right")].tolist()
        return _joined(zip(starts, stops, strict=True))


def _class_edges(reach_m: Array) -> NDArray[np.int32]:
    if not len(reach_m):
        return np.empty(0, np.int32)
    quantiles = np.arange(1, _CLASSES + 1) / _CLASSES
    return np.unique(np.quantile(reach_m, quantiles, method="higher")).astype(np.int32)


def _side(edge_m: float) -> float:
    """Side of a cell, in degrees of latitude."""
    return max(edge_m / _CELLS_PER_REACH, _SMALLEST_CELL_M) / _DEGREE_M


def _keys(edges: NDArray[np.int32], x: Array, y: Array, z: Array, reach_m: Array) -> NDArray[np.int64]:
    number = np.searchsorted(edges, reach_m)
    side = np.array([_side(edge) for edge in edges.tolist()])[number]
    latitudes, longitudes = sphere.degrees(x, y, z)
    band = ((latitudes + 90) / side).astype(np.int64)
    cell = ((longitudes + 180) / (side * _STRETCH)).astype(np.int64)
    keys: NDArray[np.int64] = (number.astype(np.int64) << _CLASS_SHIFT) + (band << _BAND_SHIFT) + cell
    return keys


def _box(latitude: float, longitude: float, radius_m: float, side: float) -> tuple[range, tuple[int, int]]:
    """Return the bands and the first and last cell in each that a circle around the point can touch."""
    radius = radius_m / _DEGREE_M
    south, north = max(latitude - radius, -90.0), min(latitude + radius, 90.0)
    west, east = -180.0, 180.0
    if abs(latitude) + radius < 90:
        width = degrees(asin(sin(radians(radius)) / cos(radians(latitude))))
        if longitude - width >= -180 and longitude + width <= 180:
            west, east = longitude - width, longitude + width
    bands = range(int((south + 90) / side), int((north + 90) / side) + 1)
    return bands, (int((west + 180) / (side * _STRETCH)), int((east + 180) / (side * _STRETCH)))


def _joined(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the runs without the empty ones, neighbours made one."""
    joined: list[tuple[int, int]] = []
    for start, stop in runs:
        if start == stop:
            continue
        if joined and joined[-1][1] == start:
            start = joined.pop()[0]  # noqa: PLW2901
        joined.append((start, stop))
    return joined
