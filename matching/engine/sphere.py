"""Places and distances on the sphere of radius 6371.0088 km (mean radius R1 of the IUGG).

A place is kept as a point in space, in whole centimetres. The great-circle distance then needs no
trigonometry of latitudes and longitudes: with c the straight line through the earth, d = 2R asin(c / 2R),
which is the haversine formula, for hav(d/R) = (c / 2R)^2. Distances count in whole metres, so that the order
and the edge of a reach do not hang on the last bit of a float.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

RADIUS_M = 6_371_008.8
_RADIUS_CM = RADIUS_M * 100
_DIAMETER_CM = 2 * _RADIUS_CM


def points(latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.int32]:
    """Return one place, or n, in degrees as x, y, z in whole centimetres; shape (3,) or (3, n)."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    flat = _RADIUS_CM * np.cos(phi)
    return np.rint((flat * np.cos(lam), flat * np.sin(lam), _RADIUS_CM * np.sin(phi))).astype(np.int32)


def degrees(x: NDArray[np.int32], y: NDArray[np.int32], z: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return latitudes and longitudes of points, shape (2, n); the inverse of `points` to a centimetre."""
    return np.degrees((np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)))


def distance_m(dx: NDArray[np.int32], dy: NDArray[np.int32], dz: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return great-circle distances in whole metres from differences of coordinates in centimetres."""
    squared = np.square(dx, dtype=np.float64)
    squared += np.square(dy, dtype=np.float64)
    squared += np.square(dz, dtype=np.float64)
    half_chord = np.sqrt(squared, out=squared)
    half_chord /= _DIAMETER_CM
    angle = np.arcsin(np.minimum(half_chord, 1.0, out=half_chord), out=half_chord)
    angle *= 2 * RADIUS_M
    return np.rint(angle, out=angle)
