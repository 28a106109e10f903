"""Points on the earth and the distances between them."""

import math
from dataclasses import dataclass

from geopy.distance import great_circle

# The European Netherlands with some room around it, in degrees (WGS84).
SOUTH, NORTH, WEST, EAST = 50.6, 53.8, 3.1, 7.4
# Six decimals of a degree are about 10 cm: more than any source of ours knows.
DECIMALS = 6
HALF_STEPS_BELOW_KM = 5.0


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees, WGS84 (EPSG:4326). Raises ``ValueError`` when it is not on the earth."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        # A comparison with NaN is false, so this refuses NaN too.
        if not (-90.0 <= self.lat <= 90.0 and -180.0 <= self.lon <= 180.0):
            raise ValueError(f"not a position on the earth: {self.lat}, {self.lon}")

    def rounded(self) -> "Point":
        """The same position in the precision that we store."""
        return Point(round(self.lat, DECIMALS), round(self.lon, DECIMALS))

    @property
    def in_the_netherlands(self) -> bool:
        """Whether the point lies in the box around the European Netherlands."""
        return SOUTH <= self.lat <= NORTH and WEST <= self.lon <= EAST


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance in kilometres (sphere of 6371.009 km, as geopy)."""
    return float(great_circle((one.lat, one.lon), (other.lat, other.lon)).kilometers)


def shown_km(kilometres: float) -> float:
    """Return a distance as it may be shown: steps of 0.5 km below 5 km, whole kilometres above.

    Never less than 0.5, so that "here" and "around the corner" look the same. Halves go up.
    """
    if kilometres < HALF_STEPS_BELOW_KM:
        return max(0.5, math.floor(kilometres * 2 + 0.5) / 2)
    return float(math.floor(kilometres + 0.5))
