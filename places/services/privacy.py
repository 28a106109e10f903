"""Which cell may stand for a home: small enough to be useful, with enough homes in it to hide in."""

from django.conf import settings
from pyproj import Geod

from places.cells import area_km2, cell_of, centre_of, coarser, finer
from places.geo import Point
from places.models import Postcode
from places.queries import district_at

WGS84_ELLIPSOID = Geod(ellps="WGS84")
SQUARE_METRES_PER_KM2 = 1_000_000


def privacy_cell(lat: float, lon: float) -> int:
    """Return the cell by which a home may be known before agreement (degrees in, H3 index out).

    That is the cell of ``settings.CELL_RESOLUTION``, or the one coarser where it holds too few
    addresses: fewer than ``settings.CELL_MIN_POSTCODES`` known postcodes or, where no postcode is
    known at all, fewer than ``settings.CELL_MIN_INHABITANTS`` expected inhabitants.

    The choice looks at the cell alone and never at the point in it. So moving a home inside its
    cell changes nothing that anybody can see.
    """
    cell = cell_of(lat, lon)
    return cell if _holds_enough(cell) else coarser(cell)


def _holds_enough(cell: int) -> bool:
    known = Postcode.objects.with_letters().filter(cell__in=finer(coarser(cell)))
    if known.exists():
        return known.filter(cell=cell).count() >= int(settings.CELL_MIN_POSTCODES)
    return _expected_inhabitants(cell) >= float(settings.CELL_MIN_INHABITANTS)


def _expected_inhabitants(cell: int) -> float:
    """The inhabitants of the district at the centre, spread evenly over its outline; 0 when unknown."""
    district = district_at(Point(*centre_of(cell)))
    if district is None or district.inhabitants is None:
        return 0.0
    square_metres, _perimeter = WGS84_ELLIPSOID.geometry_area_perimeter(district.outline)
    return district.inhabitants * area_km2(cell) / (abs(square_metres) / SQUARE_METRES_PER_KM2)
