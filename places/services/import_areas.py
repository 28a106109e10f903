"""Importing districts and neighbourhoods with their outlines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from places.importing.areas import AreaRow, Level, read_areas
from places.importing.base import Fault
from places.importing.geometry import centre_of_area, geojson_of
from places.models import District, Municipality, Neighbourhood
from places.services.importing import ImportReport, Progress, import_rows, quietly, upsert

OUTLINE = frozenset({"lat", "lon", "boundary", "south", "west", "north", "east"})


def import_areas(
    path: Path, level: Level = Level.DISTRICT, *, strict: bool = False, progress: Progress = quietly
) -> ImportReport:
    """Import districts or neighbourhoods from a GeoJSON or GeoPackage file; return what was done.

    Running it again updates. What the file does not tell (a name, the number of inhabitants) stays.
    Neighbourhoods need their districts first.

    Raises:
        ImportRefused: the file cannot be read at all, or ``strict`` and a line is wrong.
    """
    number, rows = read_areas(path, level)
    store: Callable[[list[AreaRow], ImportReport], None] = (
        _store_districts if level == Level.DISTRICT else _store_neighbourhoods
    )
    return import_rows(rows, store, number=number, strict=strict, progress=progress)


def _store_districts(rows: list[AreaRow], report: ImportReport) -> None:
    town = _municipalities(rows)
    changes = [
        (District(municipality=town[row.municipality_code], **_values(row)), _told(row) | {"municipality"})
        for row in rows
    ]
    upsert(changes, _known(District, rows), report)


def _store_neighbourhoods(rows: list[AreaRow], report: ImportReport) -> None:
    districts = District.objects.in_bulk({row.district_code for row in rows}, field_name="code")
    changes = []
    for row in rows:
        district = districts.get(row.district_code)
        if district is None:
            what = f"{row.code} lies in {row.district_code}, which is not here; import districts first"
            report.faults.append(Fault(row.where, what))
            continue
        changes.append((Neighbourhood(district=district, **_values(row)), _told(row) | {"district"}))
    upsert(changes, _known(Neighbourhood, rows), report)


def _known(model: type[District] | type[Neighbourhood], rows: list[AreaRow]) -> set[str]:
    codes = [row.code for row in rows]
    return set(model._default_manager.filter(code__in=codes).values_list("code", flat=True))


def _municipalities(rows: list[AreaRow]) -> dict[str, Municipality]:
    """The municipalities of the rows by code, made or renamed where the file says so."""
    names = {row.municipality_code: row.municipality_name for row in rows}
    towns = Municipality.objects.in_bulk(names, field_name="code")
    for code, name in names.items():
        town = towns.setdefault(code, Municipality(code=code, name=name or code))
        if town.pk is None or (name and town.name != name):
            town.name = name or code
            town.save()
    return towns


def _values(row: AreaRow) -> dict[str, Any]:
    """The fields of an area. Only those in ``_told`` overwrite what is there already."""
    centre = centre_of_area(row.area)
    west, south, east, north = row.area.bounds
    return {
        "code": row.code,
        "name": row.name or row.code,
        "lat": centre.lat,
        "lon": centre.lon,
        "boundary": geojson_of(row.area),
        "south": south,
        "west": west,
        "north": north,
        "east": east,
        "inhabitants": row.inhabitants,
    }


def _told(row: AreaRow) -> frozenset[str]:
    told = set(OUTLINE)
    if row.name:
        told.add("name")
    if row.inhabitants is not None:
        told.add("inhabitants")
    return frozenset(told)
