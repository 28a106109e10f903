"""PDOK Locatieserver: the free geocoder of the Dutch government, with every address of the country.

API: https://api.pdok.nl/bzk/locatieserver/search/v3_1/ui/ (Solr; open data, no key).
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeopyError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from common.outbound import OutboundGuard
from places.enums import Precision
from places.geo import Point
from places.geocoding.base import Found, GeocoderUnavailable
from places.geocoding.outbound import GuardedAdapter
from places.postcodes import PC6_LENGTH, postcode_in

HOST = "api.pdok.nl"
PATH = "/bzk/locatieserver/search/v3_1/free"
FIELDS = "weergavenaam centroide_ll postcode wijkcode"
USER_AGENT = "Samenkracht"
_WKT_POINT = re.compile(r"POINT ?\((-?[0-9.]+) (-?[0-9.]+)\)")


class PdokLocatieserver(Geocoder):
    """Finds Dutch addresses. A geopy geocoder (``geocode``) and a link of our chain (``find``)."""

    offline = False

    def __init__(
        self, *, timeout: float | None = None, adapter_factory: Callable[..., BaseSyncAdapter] | None = None
    ) -> None:
        """``timeout`` in seconds, ``settings.GEOCODER_TIMEOUT`` unless given."""
        super().__init__(
            scheme="https",
            timeout=settings.GEOCODER_TIMEOUT if timeout is None else timeout,
            proxies=None,
            user_agent=USER_AGENT,
            adapter_factory=adapter_factory or partial(GuardedAdapter, guard=OutboundGuard([HOST])),
        )

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """Return the best address for ``query`` (or all of the first ten), ``None`` when there is none.

        ``Location.raw`` holds PDOK's own fields. Raises subclasses of ``geopy.exc.GeopyError``.
        """
        asked = {"q": query, "fq": "type:adres", "fl": FIELDS, "rows": 1 if exactly_one else 10}
        url = f"{self.scheme}://{HOST}{PATH}?{urlencode(asked)}"
        return self._call_geocoder(url, partial(_parsed, exactly_one=exactly_one), timeout=timeout)

    def find(self, query: str) -> Found | None:
        """Return where an address is. The query must hold a postcode with letters.

        PDOK answers with whatever looks most alike; only an address with the same postcode is one.
        """
        asked = postcode_in(query)
        if asked is None or len(asked) < PC6_LENGTH:
            return None
        try:
            location = self.geocode(query)
            return None if location is None else _found(location, asked)
        except GeopyError as error:
            raise GeocoderUnavailable(f"PDOK: {type(error).__name__}") from error


def _found(location: Location, asked: str) -> Found | None:
    if location.raw.get("postcode") != asked:
        return None
    point = Point(location.latitude, location.longitude).rounded()
    return Found(point, Precision.ADDRESS, location.raw.get("wijkcode", ""))


def _parsed(answer: Any, *, exactly_one: bool) -> Location | list[Location] | None:
    try:
        found = [_location(document) for document in answer["response"]["docs"]]
    except (KeyError, TypeError, ValueError) as error:
        raise GeocoderParseError("the answer has another shape than expected") from error
    if not found:
        return None
    return found[0] if exactly_one else found


def _location(document: dict[str, Any]) -> Location:
    match = _WKT_POINT.fullmatch(document["centroide_ll"])
    if match is None:
        raise ValueError("centroide_ll is not a point")
    point = Point(lat=float(match[2]), lon=float(match[1]))
    return Location(document["weergavenaam"], (point.lat, point.lon), document)
