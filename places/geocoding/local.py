"""The offline geocoder: our own postcode table."""

from django.db.models import Avg, Count

from places.enums import PostcodeSource, Precision
from places.geo import Point
from places.geocoding.base import Found
from places.models import Postcode
from places.postcodes import PC4_LENGTH, PC6_LENGTH, postcode_in


class LocalGeocoder:
    """Finds the postcode in an address; the street and house number are not looked at."""

    offline = True

    def find(self, query: str) -> Found | None:
        """Return the point of the PC6 or, failing that, the centre of its PC4 (precision ``AREA``)."""
        code = postcode_in(query)
        if code is None:
            return None
        row = Postcode.objects.select_related("district").filter(code=code).first()
        return _found(row) if row else _centre_of_area(code[:PC4_LENGTH])


def _found(row: Postcode) -> Found:
    exact = len(row.code) == PC6_LENGTH and row.source != PostcodeSource.DISTRICT
    return Found(
        row.point,
        Precision.POSTCODE if exact else Precision.AREA,
        row.district.code if row.district else "",
    )


def _centre_of_area(pc4: str) -> Found | None:
    """The row of the PC4 itself or, failing that, the mean of the postcodes in it."""
    row = Postcode.objects.select_related("district").filter(code=pc4).first()
    if row:
        return _found(row)
    mean = Postcode.objects.filter(code__startswith=pc4).aggregate(
        n=Count("pk"), lat=Avg("lat"), lon=Avg("lon")
    )
    if not mean["n"]:
        return None
    return Found(Point(mean["lat"], mean["lon"]).rounded(), Precision.AREA)
