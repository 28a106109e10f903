"""Importing postcodes with their points and districts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shapely import STRtree
from shapely.geometry import Point as Shape

from places.cells import cell_of
from places.enums import PostcodeSource
from places.geo import Point
from places.importing.postcodes import PostcodeRow, read_postcodes
from places.models import District, Postcode
from places.services.importing import ImportReport, Progress, import_rows, quietly, upsert

PLACED = frozenset({"lat", "lon", "cell", "source"})


def import_postcodes(path: Path, *, strict: bool = False, progress: Progress = quietly) -> ImportReport:
    """Import postcodes from a CSV or GeoPackage file; return what was done.

    The district is the one that the file names or else the one whose outline holds the point, so
    import districts first. Running it again updates; a district that is not found stays as it was.
    A file without points (the address file of CBS) sets districts; a postcode that is not there
    yet is then put at the centre of its district, and postcodes of unknown districts are left out.

    Raises:
        ImportRefused: the file cannot be read at all, or ``strict`` and a line is wrong.
    """
    number, rows = read_postcodes(path)
    return import_rows(rows, _Shelf.of_all_districts().store, number=number, strict=strict, progress=progress)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The districts in memory while an import runs: by code, and by outline in an R-tree."""

    districts: dict[str, District]
    outlined: list[District]
    tree: STRtree

    @classmethod
    def of_all_districts(cls) -> "_Shelf":
        districts = {district.code: district for district in District.objects.order_by("code")}
        outlines = [(district, district.outline) for district in districts.values() if district.outline]
        tree = STRtree([outline for _district, outline in outlines])
        return cls(districts, [district for district, _outline in outlines], tree)

    def store(self, rows: list[PostcodeRow], report: ImportReport) -> None:
        """Write one batch."""
        known = Postcode.objects.in_bulk([row.code for row in rows], field_name="code")
        upsert(self._changes(rows, known, report), set(known), report)

    def _changes(
        self, rows: list[PostcodeRow], known: dict[str, Postcode], report: ImportReport
    ) -> Iterator[tuple[Postcode, frozenset[str]]]:
        for row in rows:
            district = self._district_of(row)
            old = known.get(row.code)
            if row.point:
                change = _placed(row.code, row.point, PostcodeSource.MEASURED, district)
                yield change, PLACED | {"district"} if district else PLACED
            elif district is None:
                report.left_out += 1
            elif old and old.source == PostcodeSource.MEASURED:
                old.district = district
                yield old, frozenset({"district"})
            else:
                yield (
                    _placed(row.code, district.point, PostcodeSource.DISTRICT, district),
                    PLACED | {"district"},
                )

    def _district_of(self, row: PostcodeRow) -> District | None:
        """The one named in the file; else the first by code of those whose outline holds the point."""
        named = self.districts.get(row.district_code)
        if named or row.point is None:
            return named
        here = self.tree.query(Shape(row.point.lon, row.point.lat), predicate="covered_by")
        return self.outlined[min(here)] if len(here) else None


def _placed(code: str, point: Point, source: PostcodeSource, district: District | None) -> Postcode:
    cell = cell_of(point.lat, point.lon)
    return Postcode(code=code, lat=point.lat, lon=point.lon, cell=cell, source=source, district=district)
