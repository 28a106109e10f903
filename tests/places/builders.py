"""Small geography for tests: squares as districts, and files as CBS publishes them."""

import json
import sqlite3
import struct
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from shapely.geometry import box, mapping
from shapely.geometry.base import BaseGeometry

from places.cells import cell_of
from places.enums import PostcodeSource
from places.models import District, Municipality, Postcode

# Two squares of about 1 km next to each other in the middle of Nieuwegein; they share the meridian 5.09.
WEST_SQUARE = box(5.075, 52.02, 5.09, 52.03)
EAST_SQUARE = box(5.09, 52.02, 5.105, 52.03)
# The same two in the Dutch national grid would be near here (x, y in metres).
GRID_SQUARE = box(133_000, 449_000, 134_000, 450_000)


def make_district(
    code: str = "WK035601", outline: BaseGeometry | None = WEST_SQUARE, **fields: Any
) -> District:
    town, _ = Municipality.objects.get_or_create(code="GM" + code[2:6], defaults={"name": "Nieuwegein"})
    values: dict[str, Any] = {"name": f"Wijk {code}", "lat": 52.025, "lon": 5.0825, "municipality": town}
    if outline is not None:
        west, south, east, north = outline.bounds
        centre = outline.centroid
        values |= {"boundary": json.loads(json.dumps(mapping(outline))), "lat": centre.y, "lon": centre.x}
        values |= {"south": south, "west": west, "north": north, "east": east}
    return District.objects.create(code=code, **(values | fields))


def make_postcode(code: str, lat: float = 52.025, lon: float = 5.0825, **fields: Any) -> Postcode:
    values = {"cell": cell_of(lat, lon), "source": PostcodeSource.MEASURED} | fields
    return Postcode.objects.create(code=code, lat=lat, lon=lon, **values)


def feature(properties: Mapping[str, Any], geometry: BaseGeometry | None = WEST_SQUARE) -> dict[str, Any]:
    shape = mapping(geometry) if geometry is not None else None
    return {"type": "Feature", "properties": dict(properties), "geometry": shape}


def district_feature(
    code: str = "WK035601", geometry: BaseGeometry | None = WEST_SQUARE, **more: Any
) -> dict[str, Any]:
    names = {
        "wijkcode": code,
        "wijknaam": f"Wijk {code}",
        "gemeentecode": "GM0356",
        "gemeentenaam": "Nieuwegein",
    }
    return feature(names | more, geometry)


def write_geojson(path: Path, features: Sequence[Any], crs: str | None = None) -> Path:
    document: dict[str, Any] = {"type": "FeatureCollection", "features": list(features)}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document))
    return path


def gpkg_blob(geometry: BaseGeometry, *, srs: int = 28992, envelope: bool = True) -> bytes:
    """A shape as clause 2.1.3 of the GeoPackage standard has it, little-endian."""
    flags = 0b0000_0001 | (0b0000_0010 if envelope else 0)
    header = struct.pack("<2sBBi", b"GP", 0, flags, srs)
    if envelope:
        west, south, east, north = geometry.bounds
        header += struct.pack("<4d", west, east, south, north)
    return header + geometry.wkb


def write_geopackage(
    path: Path, layers: Mapping[str, Sequence[Mapping[str, Any]]], *, epsg: int = 28992, shape: str = "geom"
) -> Path:
    """Layers of rows; a value under the name of the shape column is a geometry or a ready blob (or None)."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
                 organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT);
               CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
                 srs_id INTEGER, z TINYINT, m TINYINT);"""
        )
        database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('it', 7, 'EPSG', ?, '', '')", [epsg])
        for table, rows in layers.items():
            database.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?, ?, 'GEOMETRY', 7, 0, 0)", [table, shape]
            )
            _write_layer(database, table, shape, rows)
    return path


def _write_layer(
    database: sqlite3.Connection, table: str, shape: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    database.execute(f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY, {columns})')
    for row in rows:
        values = [gpkg_blob(value) if isinstance(value, BaseGeometry) else value for value in row.values()]
        marks = ", ".join("?" for _ in names)
        database.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', values)
