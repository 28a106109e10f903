"""Reading GeoPackage, the format in which CBS publishes its maps.

A GeoPackage is an SQLite file (https://www.geopackage.org/spec131/): ``gpkg_geometry_columns`` lists the
layers; a shape is a blob of a short header and well-known binary (clause 2.1.3).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from shapely import from_wkb
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from places.errors import ImportRefused
from places.importing.base import Fault, Feature, Mistake, plain
from places.importing.geometry import to_wgs84

MAGIC = b"GP"
HEADER_BYTES = 8
EMPTY_FLAG = 0b0001_0000
# Bytes of the bounding box after the header, by its kind (bits 1 to 3 of the flags).
ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


class Layer(NamedTuple):
    """A table of shapes: its name, the column of the shape, the EPSG code, all columns in plain spelling."""

    table: str
    shape: str
    epsg: int
    columns: frozenset[str]


def read_geopackage(
    path: Path, wanted: Callable[[frozenset[str]], bool], *, described: str
) -> tuple[int, Iterator[Feature | Fault]]:
    """Return the number of rows of the first layer whose columns are ``wanted``, and its rows.

    Raises ``ImportRefused`` when the file is no GeoPackage or has no such layer (``described`` in words).
    """
    try:
        with closing(_open(path)) as database:
            layers = _layers(database)
            layer = next((layer for layer in layers if wanted(layer.columns)), None)
            if layer is None:
                names = ", ".join(layer.table for layer in layers) or "none"
                raise ImportRefused(f"{path.name} has no layer with {described}. Its layers: {names}.")
            [number] = database.execute(f"SELECT count(*) FROM {_quoted(layer.table)}").fetchone()  # noqa: S608
    except sqlite3.DatabaseError as error:
        raise ImportRefused(
            f"{path.name} is not a GeoPackage ({error}). Was the download cut short?"
        ) from error
    return number, _features(path, layer)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    return database


def _layers(database: sqlite3.Connection) -> list[Layer]:
    rows = database.execute(
        "SELECT g.table_name, g.column_name, s.organization_coordsys_id"
        " FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
        " ORDER BY g.table_name"
    )
    return [Layer(table, shape, epsg, _columns(database, table)) for table, shape, epsg in rows.fetchall()]


def _columns(database: sqlite3.Connection, table: str) -> frozenset[str]:
    described = database.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return frozenset(plain(name) for (name,) in described)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _features(path: Path, layer: Layer) -> Iterator[Feature | Fault]:
    with closing(_open(path)) as database:
        rows = database.execute(f"SELECT rowid AS row_number, * FROM {_quoted(layer.table)}")  # noqa: S608
        try:
            yield from (_feature(row, layer) for row in rows)
        except sqlite3.DatabaseError as error:
            raise ImportRefused(f"{path.name} is damaged ({error}). Was the download cut short?") from error


def _feature(row: sqlite3.Row, layer: Layer) -> Feature | Fault:
    where = f"{layer.table}, row {row['row_number']}"
    try:
        geometry = to_wgs84(geometry_of(row[layer.shape]), layer.epsg)
    except Mistake as mistake:
        return Fault(where, str(mistake))
    columns = {plain(name): row[name] for name in row.keys() if name != layer.shape}  # noqa: SIM118
    return Feature(where, columns, geometry)


def geometry_of(blob: Any) -> BaseGeometry:
    """Return the shape in a GeoPackage blob, in the coordinates of its layer. Raises ``Mistake``."""
    if not isinstance(blob, bytes) or len(blob) < HEADER_BYTES:
        raise Mistake("has no shape")
    flags = blob[3]
    envelope = ENVELOPE_BYTES.get(flags >> 1 & 0b111)
    if blob[:2] != MAGIC or envelope is None:
        raise Mistake("the shape is not in the GeoPackage format; export the layer again")
    if flags & EMPTY_FLAG:
        raise Mistake("has no shape (it is marked as empty)")
    try:
        return from_wkb(blob[HEADER_BYTES + envelope :])
    except ShapelyError as error:
        raise Mistake(f"the shape cannot be read ({error}); export the layer again") from error
