"""Reading GeoJSON (RFC 7946, and the older kind that names its coordinate system)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from places.errors import ImportRefused
from places.importing.base import Fault, Feature, Mistake, plain
from places.importing.geometry import WGS84, to_wgs84

_EPSG = re.compile(r"EPSG:+(?:[0-9.]*:)?([0-9]+)$", re.IGNORECASE)
_CRS84 = re.compile(r"CRS:?84$", re.IGNORECASE)


def read_geojson(path: Path) -> tuple[int, Iterator[Feature | Fault]]:
    """Return the number of features in a file, and the features one by one.

    Raises ``ImportRefused`` when the file as a whole cannot be read.
    """
    document = _parsed(path)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ImportRefused(f'{path.name} is JSON, but not a GeoJSON FeatureCollection (no list "features").')
    return len(features), _features(features, _epsg_of(document, path))


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ImportRefused(f"{path.name} is not text in UTF-8; save it again as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ImportRefused(
            f"{path.name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}. "
            "Was the download cut short?"
        ) from error


def _epsg_of(document: dict[str, Any], path: Path) -> int:
    """Without a name it is WGS84, as the standard says."""
    try:
        name = str(document["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        return WGS84
    if _CRS84.search(name):
        return WGS84
    match = _EPSG.search(name)
    if match is None:
        raise ImportRefused(f"{path.name}: coordinate system {name!r} is not known; convert to EPSG:4326.")
    return int(match[1])


def _features(features: list[Any], epsg: int) -> Iterator[Feature | Fault]:
    for number, feature in enumerate(features, start=1):
        where = f"feature {number}"
        try:
            columns = {plain(name): value for name, value in (feature["properties"] or {}).items()}
            yield Feature(where, columns, to_wgs84(_shape(feature["geometry"]), epsg))
        except Mistake as mistake:
            yield Fault(where, str(mistake))
        except (KeyError, TypeError, AttributeError):
            yield Fault(where, 'is not a GeoJSON feature; it needs "properties" and "geometry"')


def _shape(geometry: Any) -> BaseGeometry:
    if not geometry:
        raise Mistake("has no shape (geometry is empty)")
    try:
        return shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise Mistake(f"the shape cannot be read ({error}); each point is [longitude, latitude]") from error
