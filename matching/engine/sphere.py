"""Places and distances on the sphere of radius 6371.0088 km (mean radius R1 of the IUGG).

A place is kept as a point in space, in whole centimetres. The great-circle distance then needs no
trigonometry of latitudes and longitudes: with c the straight line through the earth, d = 2R asin(c / 2R),
which is the haversine formula, for hav(d/R) = (c / 2R)^2. Distances count in whole metres, so that the order
and the edge of a reach do not hang on the last bit of a float.
"""

from math import atan2, cos, hypot, radians, sin
from math import degrees as to_degrees

import numpy as np
from numpy.typing import ArrayLike, NDArray

RADIUS_M = 6_371_008.8
_RADIUS_CM = RADIUS_M * 100
DIAMETER_CM = 2 * _RADIUS_CM


def points(latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.int32]:
    """Return one place, or n, in degrees as x, y, z in whole centimetres; shape (3,) or (3, n)."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    flat = _RADIUS_CM * np.cos(phi)
    return np.rint((flat * np.cos(lam), flat * np.sin(lam), _RADIUS_CM * np.sin(phi))).astype(np.int32)


def point(latitude: float, longitude: float) -> tuple[int, int, int]:
    """Return one place, without the arrays."""
    phi, lam = radians(latitude), radians(longitude)
    flat = _RADIUS_CM * cos(phi)
    return round(flat * cos(lam)), round(flat * sin(lam)), round(_RADIUS_CM * sin(phi))


def degrees_of(x: int, y: int, z: int) -> tuple[float, float]:
    """Return latitude and longitude of one point."""
    return to_degrees(atan2(z, hypot(x, y))), to_degrees(atan2(y, x))


def degrees(x: NDArray[np.int32], y: NDArray[np.int32], z: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return latitudes and longitudes of points, shape (2, n); the inverse of `points` to a centimetre."""
    return np.degrees((np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)))


def distance_m(dx: NDArray[np.int32], dy: NDArray[np.int32], dz: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return great-circle distances in whole metres from differences of coordinates in centimetres."""
    squared = np.square(dx, dtype=np.float64)
    squared += np.square(dy, dtype=np.float64)
    squared += np.square(dz, dtype=np.float64)
    half_chord = np.sqrt(squared, out=squared)
    half_chord /= DIAMETER_CM
    angle = np.arcsin(np.minimum(half_chord, 1.0, out=half_chord), out=half_chord)
    angle *= 2 * RADIUS_M
    return np.rint(angle, out=angle)
