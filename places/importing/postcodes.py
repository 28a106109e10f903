"""Reading postcodes: points from CSV or GeoPackage, districts from the address file of CBS.

Three kinds of file are understood, told apart by their columns:

* CSV with a postcode and a point (``lat``/``lon`` in degrees or ``x``/``y`` in the Dutch grid);
* GeoPackage "postcode4" or "postcode6" of CBS: the point is the centre of the area;
* CSV ``pc6hnr…_gwb.csv`` of CBS: a line for every address, with the codes of its areas and no point.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from places.errors import ImportRefused, InvalidPostcode
from places.geo import Point
from places.importing.base import Fault, Feature, Mistake, first_value, once, plain
from places.importing.geometry import DUTCH_GRID, WGS84, centre_of_area, checked_area, point_from
from places.importing.geopackage import read_geopackage
from places.models import DISTRICT_CODE
from places.postcodes import normalise_postcode

POSTCODE = ("postcode", "pc6", "postcode6", "pc4", "postcode4", "pc6code", "pc4code")
LAT = ("lat", "latitude", "breedtegraad")
LON = ("lon", "lng", "long", "longitude", "lengtegraad")
X = ("x", "rdx", "xcoordinaat", "xcoord")
Y = ("y", "rdy", "ycoordinaat", "ycoord")
_DISTRICT_COLUMN = re.compile(r"(wijk|wijkcode|wkcode|wk)[0-9]*")
_DISTRICT_CODE = re.compile(DISTRICT_CODE)


@dataclass(frozen=True, slots=True)
class PostcodeRow:
    """One postcode: with a point, with the code of its district, or with both."""

    where: str
    code: str
    point: Point | None
    district_code: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a CSV file holds what; "" when it is not there."""

    postcode: str
    lat: str
    lon: str
    epsg: int
    district: str


def read_postcodes(path: Path) -> tuple[int | None, Iterator[PostcodeRow | Fault | None]]:
    """Return the number of rows of a file (``None``: not known beforehand), and the postcodes in it.

    Raises ``ImportRefused`` when the file as a whole cannot be read.
    """
    if not path.is_file():
        raise ImportRefused(f"There is no file {path}.")
    if path.suffix.lower() == ".gpkg":
        number, features = read_geopackage(
            path, lambda columns: bool(columns.intersection(POSTCODE)), described="a postcode"
        )
        return number, once(_from_feature(feature) for feature in features)
    if path.suffix.lower() in {".csv", ".txt"}:
        return _read_csv(path)
    raise ImportRefused(f"{path.name}: only .csv, .txt and .gpkg files are read.")


def _from_feature(feature: Feature | Fault) -> PostcodeRow | Fault:
    if isinstance(feature, Fault):
        return feature
    try:
        code = _postcode(first_value(feature.columns, POSTCODE))
        return PostcodeRow(feature.where, code, centre_of_area(checked_area(feature.geometry)))
    except Mistake as mistake:
        return Fault(feature.where, str(mistake))


def _read_csv(path: Path) -> tuple[None, Iterator[PostcodeRow | Fault | None]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        header = file.readline()
    columns = _columns(header, path)
    lines = _lines(path, _delimiter(header))
    if columns.lat:
        return None, once(_pointed(where, line, columns) for where, line in lines)
    return None, _by_majority(lines, columns)


def _delimiter(header: str) -> str:
    return max(";,\t", key=header.count)


def _columns(header: str, path: Path) -> Columns:
    names = [plain(name) for name in next(csv.reader(io.StringIO(header), delimiter=_delimiter(header)), [])]

    def one_of(wanted: tuple[str, ...]) -> str:
        return next((name for name in wanted if name in names), "")

    degrees = bool(one_of(LAT) and one_of(LON))
    grid = bool(one_of(X) and one_of(Y))
    columns = Columns(
        postcode=one_of(POSTCODE),
        lat=one_of(LAT) if degrees else one_of(Y) if grid else "",
        lon=one_of(LON) if degrees else one_of(X) if grid else "",
        epsg=WGS84 if degrees else DUTCH_GRID,
        district=next((name for name in names if _DISTRICT_COLUMN.fullmatch(name)), ""),
    )
    if not columns.postcode or not (columns.lat or columns.district):
        raise ImportRefused(
            f"{path.name}, line 1: the columns must be named: postcode with lat and lon (degrees) or x and y "
            f"(Dutch grid), or PC6 with Wijk…. Found: {', '.join(names) or 'nothing'}."
        )
    return columns


def _lines(path: Path, delimiter: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The lines after the header as columns by plain name; a line that is too short lacks the last ones."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        names = [plain(name) for name in next(reader)]
        for values in reader:
            if any(value.strip() for value in values):
                yield f"line {reader.line_num}", dict(zip(names, values, strict=False))


def _pointed(where: str, line: Mapping[str, str], columns: Columns) -> PostcodeRow | Fault:
    try:
        code = _postcode(line.get(columns.postcode, ""))
        x, y = _number(line, columns.lon), _number(line, columns.lat)
        point = point_from(x, y, columns.epsg)
        district = _district(line[columns.district]) if line.get(columns.district, "").strip() else ""
        return PostcodeRow(where, code, point, district)
    except Mistake as mistake:
        return Fault(where, str(mistake))


def _by_majority(
    lines: Iterable[tuple[str, Mapping[str, str]]], columns: Columns
) -> Iterator[PostcodeRow | Fault]:
    """One row per postcode: the district of most of its addresses, the lowest code when it is a tie."""
    counted: dict[str, Counter[str]] = {}
    first: dict[str, str] = {}
    for where, line in lines:
        try:
            code = _postcode(line.get(columns.postcode, ""))
            district = _district(line.get(columns.district, ""))
        except Mistake as mistake:
            yield Fault(where, str(mistake))
            continue
        counted.setdefault(code, Counter())[district] += 1
        first.setdefault(code, where)
    for code, districts in counted.items():
        most = min(districts, key=lambda district: (-districts[district], district))
        yield PostcodeRow(first[code], code, None, most)


def _postcode(text: str) -> str:
    try:
        return normalise_postcode(text)
    except InvalidPostcode as error:
        raise Mistake(f"{text!r} is no postcode; it looks like 3431AB or 3431") from error


def _district(text: str) -> str:
    """Editions differ: "WK035601", "035601" and "35601" are the same district."""
    code = text.strip().upper().removeprefix("WK")
    code = "WK" + (code.zfill(6) if code.isdigit() else code)
    if not _DISTRICT_CODE.match(code):
        raise Mistake(f"{text!r} is no district code; it looks like WK035601 or 035601")
    return code


def _number(line: Mapping[str, str], column: str) -> float:
    text = line.get(column, "").strip()
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise Mistake(f"{column} is {text!r}; a number such as 52.0353 is needed") from error
