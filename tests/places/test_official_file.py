"""The importer on a file as the official source gives it, wherever such a file is at hand.

An installation keeps reference files in a folder ``shared/data`` beside the project. Where it is absent, the
same claims are proved on a file with one hand-made district per code; the name of the case says which it is.
"""

import json
from pathlib import Path

import pytest
from django.conf import settings
from shapely.geometry import Point as Shape
from shapely.geometry import box

from places.models import District, Municipality
from places.queries import district_at
from places.services import import_areas, import_postcodes
from tests.places.builders import district_feature, write_geojson

pytestmark = pytest.mark.django_db

OFFICIAL = sorted((Path(settings.BASE_DIR).parent / "shared" / "data").glob("wijken_*.geojson"))


def handmade(folder):
    rows = [(index, f"WK0356{index + 1:02d}") for index in range(22)]
    squares = [(code, box(5.0 + index / 100, 52.0, 5.01 + index / 100, 52.01)) for index, code in rows]
    return write_geojson(
        folder / "wijken.geojson", [district_feature(code, square) for code, square in squares]
    )


@pytest.fixture(params=[*OFFICIAL, None], ids=lambda path: path.name if path else "handmade")
def file(request, tmp_path):
    return request.param or handmade(tmp_path)


def test_every_district_is_imported_twice_over_without_a_fault(file):
    number = len(json.loads(file.read_text())["features"])
    first = import_areas(file, strict=True)
    assert (first.created, first.updated, first.faults) == (number, 0, [])
    second = import_areas(file, strict=True)
    assert (second.created, second.updated, second.faults) == (0, number, [])
    assert District.objects.count() == number
    assert Municipality.objects.get().name == "Nieuwegein"


def test_every_centre_lies_in_its_own_outline_and_is_found_there(file, tmp_path):
    import_areas(file)
    for district in District.objects.all():
        assert district.outline.covers(Shape(district.lon, district.lat))
        assert district_at(district.point).outline.covers(Shape(district.lon, district.lat))


def test_postcodes_find_their_district_in_these_outlines(file, tmp_path):
    import_areas(file)
    districts = list(District.objects.order_by("code"))
    lines = [f"{3000 + index}AB,{district.lat},{district.lon}" for index, district in enumerate(districts)]
    path = tmp_path / "pc.csv"
    path.write_text("\n".join(["postcode,lat,lon", *lines]))
    assert import_postcodes(path, strict=True).created == len(districts)
    for district in districts:
        assert district_at(district.point).postcodes.exists()
