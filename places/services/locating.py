"""From an address to a place: point, cell and district."""

from collections.abc import Iterable
from dataclasses import dataclass

from places.enums import Precision
from places.errors import InvalidPostcode, UnknownPostcode
from places.geo import Point
from places.geocoding.base import AddressGeocoder, Found
from places.geocoding.chain import configured_geocoders, first_answer
from places.models import District
from places.postcodes import PC6_LENGTH, normalise_postcode
from places.queries import district_near
from places.services.privacy import privacy_cell


@dataclass(frozen=True, slots=True)
class Located:
    """Where an address is.

    ``point`` is exact and private. ``cell`` and the name of ``district`` may be shown before
    agreement. ``district`` is ``None`` when none that we know is near.
    """

    point: Point
    precision: Precision
    district: District | None
    cell: int

    @property
    def approximate(self) -> bool:
        """Whether only the area is known, so that somebody should look at it."""
        return self.precision == Precision.AREA


def locate_offline(query: str) -> Located | None:
    """Return where an address is, asking only geocoders that need no network; ``None`` when unknown.

    This is the one to call inside a request. ``query`` is an address with a postcode, such as
    "3431 AB 12" or "Dorpsstraat 12, 3431 AB Nieuwegein".
    """
    return _locate(query, (geocoder for geocoder in configured_geocoders() if geocoder.offline))


def locate_postcode(postcode: str, house_number: str = "") -> Located:
    """Return where the address with this postcode (with letters) and house number is, offline.

    Raises:
        InvalidPostcode: it is not a Dutch postcode with letters. Its ``field`` is "postcode".
        UnknownPostcode: not in our table, nor its area.
    """
    code = normalise_postcode(postcode)
    if len(code) < PC6_LENGTH:
        raise InvalidPostcode()
    located = locate_offline(f"{code} {house_number}".strip())
    if located is None:
        raise UnknownPostcode()
    return located


def geocode(query: str) -> Located | None:
    """Return where an address is, asking every configured geocoder; ``None`` when none knows it.

    May call the network for up to ``settings.GEOCODER_TIMEOUT`` seconds for each online geocoder.
    So it belongs in the worker, outside a transaction (``events``' ``after_handling``), never in a
    request: the app that stores addresses records an event and improves the offline answer later.
    """
    return _locate(query, configured_geocoders())


def asks_network() -> bool:
    """Whether ``geocode`` may know more than the offline answer: a geocoder on the network is configured."""
    return any(not geocoder.offline for geocoder in configured_geocoders())


def _locate(query: str, geocoders: Iterable[AddressGeocoder]) -> Located | None:
    found = first_answer(query, geocoders)
    if found is None:
        return None
    point = found.point
    return Located(point, found.precision, _district_of(found), privacy_cell(point.lat, point.lon))


def _district_of(found: Found) -> District | None:
    named = District.objects.filter(code=found.district_code).first() if found.district_code else None
    return named or district_near(found.point)
