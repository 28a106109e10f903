"""Reads of geography that more than one caller needs."""

import math

from django.db.models import F
from shapely.geometry import Point as Shape

from places.geo import Point, distance_km
from places.models import District, Postcode
from places.postcodes import normalise_postcode

# Further than this from the centre of the nearest district a point belongs to none that we know.
NEAREST_WITHIN_KM = 5.0


def district_at(point: Point) -> District | None:
    """Return the district whose outline holds the point, or ``None``.

    On a shared border the lowest code wins. Two steps: the database narrows down by bounding
    box, the outline decides. Districts without an outline are never found here.
    """
    candidates = District.objects.filter(
        south__lte=point.lat, north__gte=point.lat, west__lte=point.lon, east__gte=point.lon
    ).order_by("code")
    here = Shape(point.lon, point.lat)
    for district in candidates:
        outline = district.outline
        if outline and outline.covers(here):
            return district
    return None


def nearest_district(point: Point, *, within_km: float = NEAREST_WITHIN_KM) -> District | None:
    """Return the district whose centre is nearest, or ``None`` when that is further than ``within_km``.

    Ordered in the database on a plane tangent at the point, which is exact enough for districts.
    """
    north = F("lat") - point.lat
    east = (F("lon") - point.lon) * math.cos(math.radians(point.lat))
    district = District.objects.order_by(north * north + east * east, "code").first()
    if district is None or distance_km(district.point, point) > within_km:
        return None
    return district


def district_near(point: Point) -> District | None:
    """Return the district that holds the point or, where outlines are lacking, the nearest one."""
    return district_at(point) or nearest_district(point)


def postcode(code: str) -> Postcode | None:
    """Return the row of a postcode in any spelling, with its district, or ``None``.

    Raises:
        InvalidPostcode: ``code`` is not a Dutch postcode.
    """
    return Postcode.objects.select_related("district").filter(code=normalise_postcode(code)).first()
