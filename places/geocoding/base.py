"""What a geocoder is, to the chain that calls it."""

from dataclasses import dataclass
from typing import Protocol

from places.enums import Precision
from places.geo import Point


class GeocoderUnavailable(Exception):
    """The geocoder cannot answer now; the next one in the chain is asked."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: where, how precisely, and the code of the district when the geocoder knows it."""

    point: Point
    precision: Precision
    district_code: str = ""

    @property
    def approximate(self) -> bool:
        """Whether only the area is known, not the street."""
        return self.precision == Precision.AREA


class AddressGeocoder(Protocol):
    """One source of positions. ``offline`` says that it needs no network, so a request may wait for it."""

    offline: bool

    def find(self, query: str) -> Found | None:
        """Return where an address is, or ``None`` when it is not known here.

        Raises:
            GeocoderUnavailable: no answer could be had now.
        """
        ...
