"""Reading districts and neighbourhoods from the files of CBS and the land registry."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from places.errors import ImportRefused
from places.importing.base import Fault, Feature, Mistake, first_value, once
from places.importing.geojson import read_geojson
from places.importing.geometry import checked_area
from places.importing.geopackage import read_geopackage
from places.models import DISTRICT_CODE, NEIGHBOURHOOD_CODE

MUNICIPALITY_NAMES = ("gemeentenaam", "gmnaam")
INHABITANTS = ("aantalinwoners", "aantinw", "inwoners")
WATER = ("water", "h2o")


class Level(StrEnum):
    """Which areas a file is read for."""

    DISTRICT = "district"
    NEIGHBOURHOOD = "neighbourhood"


CODES = {
    Level.DISTRICT: ("wijkcode", "wkcode", "statcode"),
    Level.NEIGHBOURHOOD: ("buurtcode", "bucode", "statcode"),
}
NAMES = {
    Level.DISTRICT: ("wijknaam", "wknaam", "statnaam"),
    Level.NEIGHBOURHOOD: ("buurtnaam", "bunaam", "statnaam"),
}
PATTERNS = {Level.DISTRICT: re.compile(DISTRICT_CODE), Level.NEIGHBOURHOOD: re.compile(NEIGHBOURHOOD_CODE)}
EXAMPLES = {Level.DISTRICT: "WK035601", Level.NEIGHBOURHOOD: "BU03560101"}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One district or neighbourhood as the file has it; names are "" and inhabitants None when lacking."""

    where: str
    code: str
    name: str
    municipality_name: str
    inhabitants: int | None
    area: Polygon | MultiPolygon

    @property
    def municipality_code(self) -> str:
        """The code of the municipality is inside the code of the area."""
        return "GM" + self.code[2:6]

    @property
    def district_code(self) -> str:
        """The code of the district is inside the code of a neighbourhood."""
        return "WK" + self.code[2:8]


def read_areas(path: Path, level: Level) -> tuple[int, Iterator[AreaRow | Fault | None]]:
    """Return the number of features in a GeoJSON or GeoPackage file, and what each of them is.

    ``None`` stands for a feature that is left out on purpose: the water part of an area.
    Raises ``ImportRefused`` when the file as a whole cannot be read.
    """
    number, features = _features(path, level)
    return number, once(_row_or_fault(feature, level) for feature in features)


def _features(path: Path, level: Level) -> tuple[int, Iterator[Feature | Fault]]:
    if not path.is_file():
        raise ImportRefused(f"There is no file {path}.")
    if path.suffix.lower() == ".gpkg":
        return read_geopackage(path, lambda columns: _is_level(columns, level), described=f"a {level} code")
    if path.suffix.lower() in {".geojson", ".json"}:
        return read_geojson(path)
    raise ImportRefused(f"{path.name}: only .geojson, .json and .gpkg files are read.")


def _is_level(columns: frozenset[str], level: Level) -> bool:
    """The layer of neighbourhoods carries the codes of districts too, not the other way round."""
    if level == Level.DISTRICT and columns & {"buurtcode", "bucode"}:
        return False
    return bool(columns.intersection(CODES[level]))


def _row_or_fault(feature: Feature | Fault, level: Level) -> AreaRow | Fault | None:
    if isinstance(feature, Fault):
        return feature
    if first_value(feature.columns, WATER).upper() == "JA":
        return None
    try:
        return _row(feature, level)
    except Mistake as mistake:
        return Fault(feature.where, str(mistake))


def _row(feature: Feature, level: Level) -> AreaRow:
    return AreaRow(
        where=feature.where,
        code=_code(feature.columns, level),
        name=first_value(feature.columns, NAMES[level]),
        municipality_name=first_value(feature.columns, MUNICIPALITY_NAMES),
        inhabitants=_inhabitants(feature.columns),
        area=checked_area(feature.geometry),
    )


def _code(columns: Mapping[str, Any], level: Level) -> str:
    code = first_value(columns, CODES[level]).upper()
    if not code:
        raise Mistake(f"has no {level} code; expected a column {CODES[level][0]} or {CODES[level][1]}")
    if not PATTERNS[level].match(code):
        raise Mistake(f"{code!r} is no {level} code; it looks like {EXAMPLES[level]}")
    return code


def _inhabitants(columns: Mapping[str, Any]) -> int | None:
    """CBS writes a large negative number where a figure is secret or unknown."""
    text = first_value(columns, INHABITANTS)
    if not text:
        return None
    try:
        number = int(float(text))
    except (ValueError, OverflowError) as error:
        raise Mistake(f"{text!r} is no number of inhabitants; leave it empty when unknown") from error
    return number if number >= 0 else None
