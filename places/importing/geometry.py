"""Shapes: coordinate systems, checks, centres."""

from functools import cache
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely import get_coordinates, is_valid, make_valid, transform
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from places.geo import DECIMALS, Point
from places.importing.base import Mistake

WGS84 = 4326
DUTCH_GRID = 28992  # Rijksdriehoek, metres: the usual one in Dutch files


@cache
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(epsg), CRS.from_epsg(WGS84), always_xy=True)


def to_wgs84(geometry: BaseGeometry, epsg: int) -> BaseGeometry:
    """Return a shape in degrees (x = longitude) from the coordinate system with this EPSG code.

    Raises ``Mistake`` when there is no such system.
    """
    if epsg == WGS84:
        return geometry
    try:
        transformer = _transformer(epsg)
    except CRSError as error:
        raise Mistake(f"EPSG:{epsg} is no coordinate system; say EPSG:28992 or EPSG:4326") from error
    return transform(geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))


def point_from(x: float, y: float, epsg: int) -> Point:
    """Return the point of a pair of coordinates; raises ``Mistake`` when it is not in the Netherlands."""
    lon, lat = (x, y) if epsg == WGS84 else _transformer(epsg).transform(x, y)
    return in_the_netherlands(lon, lat)


def in_the_netherlands(lon: float, lat: float) -> Point:
    """Return the rounded point, after a look whether it can be meant. Raises ``Mistake``."""
    try:
        point = Point(lat, lon).rounded()
        if point.in_the_netherlands:
            return point
    except ValueError:
        pass  # off the earth: the same advice
    raise Mistake(
        f"({lat:g}, {lon:g}) is not in the Netherlands; are latitude and longitude swapped, or is it another "
        "coordinate system than the file says?"
    )


def checked_area(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """Return a valid (multi)polygon in the Netherlands, mending what can be mended.

    An outline that crosses itself is repaired (official files hold some). Raises ``Mistake``.
    """
    if geometry.is_empty or not isinstance(geometry, Polygon | MultiPolygon):
        raise Mistake(f"the shape is {_kind(geometry)}; a polygon or multipolygon is needed")
    for lon, lat in get_coordinates(geometry.envelope):
        in_the_netherlands(lon, lat)
    return geometry if is_valid(geometry) else _repaired(geometry)


def _kind(geometry: BaseGeometry) -> str:
    return "empty" if geometry.is_empty else f"a {geometry.geom_type}"


def _repaired(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    repaired = make_valid(geometry)
    surfaces = [part for part in getattr(repaired, "geoms", [repaired]) if part.area > 0]
    whole = unary_union(surfaces)
    if not isinstance(whole, Polygon | MultiPolygon) or whole.is_empty:
        raise Mistake("the outline encloses nothing; draw it anew or leave the area out")
    return whole


def centre_of_area(area: BaseGeometry) -> Point:
    """Return the centre of gravity or, where that lies outside the area, a point inside it."""
    centre = area.centroid
    if not area.covers(centre):
        centre = area.representative_point()
    return Point(centre.y, centre.x).rounded()


def geojson_of(area: BaseGeometry) -> dict[str, Any]:
    """Return an area as GeoJSON, in the precision that we store (0.1 m)."""
    return _as_lists(mapping(transform(area, lambda coordinates: coordinates.round(DECIMALS))))


def _as_lists(value: Any) -> Any:
    """Tuples as lists, as JSON gives them back, so that a value equals its stored self."""
    if isinstance(value, dict):
        return {key: _as_lists(inner) for key, inner in value.items()}
    return [_as_lists(inner) for inner in value] if isinstance(value, list | tuple) else value
