"""Which cell may stand for a home: small enough to be useful, with enough homes in it to hide in.

For every cell that is shown, the homes that would show the same one are at least the minimum. A coarser
cell that only its sparse parts showed would tell that the home is in one of those; so where their homes
together are too few, the smallest of their neighbours show the coarser cell with them.
"""

from collections import Counter
from collections.abc import Mapping

from django.conf import settings
from django.db.models import Count
from pyproj import Geod

from places.cells import area_km2, cell_of, centre_of, coarser, finer
from places.geo import Point, distance_km
from places.models import Postcode
from places.queries import district_at

WGS84_ELLIPSOID = Geod(ellps="WGS84")
SQUARE_METRES_PER_KM2 = 1_000_000


def privacy_cell(lat: float, lon: float) -> int:
    """Return the cell by which a home may be known before agreement (degrees in, H3 index out).

    That is the cell of ``settings.CELL_RESOLUTION``, or one or two coarser: where the homes that would
    show it have fewer than ``settings.CELL_MIN_POSTCODES`` known postcodes or, where no postcode is known
    around, fewer than ``settings.CELL_MIN_INHABITANTS`` expected inhabitants. A cell without a postcode
    in an area that has some is shown as its nearest neighbour in that area is. Only where a cell two
    coarser holds too few postcodes does it stand for fewer.

    The choice looks at the cell alone and never at the point in it. So moving a home inside its
    cell changes nothing that anybody can see.
    """
    cell = cell_of(lat, lon)
    area = coarser(cell)
    region = coarser(area)
    known = _postcodes_in(region)
    by_area: Counter[int] = Counter()
    for filled, number in known.items():
        by_area[coarser(filled)] += number
    if area not in by_area:
        return _shown(cell, _expected_inhabitants_in(area), float(settings.CELL_MIN_INHABITANTS))
    fewest = int(settings.CELL_MIN_POSTCODES)
    if area in _merged(by_area, fewest):
        return region
    return _shown(cell, {part: known[part] for part in finer(area) if part in known}, fewest)


def _shown(cell: int, homes: Mapping[int, float], fewest: float) -> int:
    """Return the cell or the coarser one, from the number of homes in it and in its filled siblings."""
    if not homes:
        return coarser(cell)
    here = Point(*centre_of(cell))
    nearest = min(homes, key=lambda filled: (distance_km(here, Point(*centre_of(filled))), filled))
    return coarser(cell) if nearest in _merged(homes, fewest) else nearest


def _merged(homes: Mapping[int, float], fewest: float) -> set[int]:
    """Return which of these siblings show the coarser cell.

    All the sparse ones do, and until together they hold ``fewest``, the smallest of the others.
    """
    merged: set[int] = set()
    together = 0.0
    for cell in sorted(homes, key=lambda filled: (homes[filled], filled)):
        if homes[cell] >= fewest and (not merged or together >= fewest):
            break
        merged.add(cell)
        together += homes[cell]
    return merged


def _postcodes_in(region: int) -> dict[int, int]:
    """How many postcodes are known in each filled cell of the region, which is two coarser."""
    cells = [cell for area in finer(region) for cell in finer(area)]
    rows = Postcode.objects.with_letters().filter(cell__in=cells).values("cell")
    return dict(rows.annotate(number=Count("pk")).order_by().values_list("cell", "number"))


def _expected_inhabitants_in(area: int) -> dict[int, float]:
    expected = {cell: _expected_inhabitants(cell) for cell in finer(area)}
    return {cell: inhabitants for cell, inhabitants in expected.items() if inhabitants}


def _expected_inhabitants(cell: int) -> float:
    """The inhabitants of the district at the centre, spread evenly over its outline; 0 when unknown."""
    district = district_at(Point(*centre_of(cell)))
    if district is None or district.inhabitants is None:
        return 0.0
    square_metres, _perimeter = WGS84_ELLIPSOID.geometry_area_perimeter(district.outline)
    return district.inhabitants * area_km2(cell) / (abs(square_metres) / SQUARE_METRES_PER_KM2)
