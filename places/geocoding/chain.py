"""The chain of geocoders that ``settings.GEOCODERS`` names."""

from collections.abc import Callable, Iterable

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from places.geocoding.base import AddressGeocoder, Found, GeocoderUnavailable
from places.geocoding.local import LocalGeocoder
from places.geocoding.pdok import PdokLocatieserver

REGISTRY: dict[str, Callable[[], AddressGeocoder]] = {"local": LocalGeocoder, "pdok": PdokLocatieserver}

log = structlog.get_logger(__name__)


def configured_geocoders() -> list[AddressGeocoder]:
    """Return the geocoders of the settings, in their order. Raises ``ImproperlyConfigured``."""
    unknown = set(settings.GEOCODERS) - set(REGISTRY)
    if unknown:
        raise ImproperlyConfigured(f"GEOCODERS: unknown {sorted(unknown)}, choose from {sorted(REGISTRY)}")
    return [REGISTRY[name]() for name in settings.GEOCODERS]


def first_answer(query: str, geocoders: Iterable[AddressGeocoder]) -> Found | None:
    """Return the most precise answer that is cheap to have: the first that is not approximate.

    An approximate answer (only the area) is kept in case none of the others knows better. A
    geocoder that is unavailable is passed over; the log names it, never the address.
    """
    approximate = None
    for geocoder in geocoders:
        try:
            found = geocoder.find(query)
        except GeocoderUnavailable as error:
            log.warning("geocoder_unavailable", geocoder=type(geocoder).__name__, error=str(error))
            continue
        if found and not found.approximate:
            return found
        approximate = approximate or found
    return approximate
