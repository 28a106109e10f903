import json

import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, mapping

from places.errors import ImportRefused
from places.geo import Point as Position
from places.geo import distance_km
from places.importing.areas import Level
from places.importing.geometry import DUTCH_GRID, point_from
from places.models import District, Municipality, Neighbourhood
from places.queries import district_at
from places.services import import_areas
from tests.places.builders import (
    EAST_SQUARE,
    GRID_SQUARE,
    WEST_SQUARE,
    district_feature,
    feature,
    gpkg_blob,
    make_district,
    write_geojson,
    write_geopackage,
)

pytestmark = pytest.mark.django_db

CBS_ROW = {
    "wijkcode": "WK035601",
    "wijknaam": "Jutphaas Wijkersloot",
    "gemeentecode": "GM0356",
    "gemeentenaam": "Nieuwegein",
    "water": "NEE",
    "aantal_inwoners": 7900,
    "geom": GRID_SQUARE,
}
BUURT_ROW = {
    "buurtcode": "BU03560101",
    "buurtnaam": "Jutphaas-Dorp",
    "wijkcode": "WK035601",
    "gemeentecode": "GM0356",
    "gemeentenaam": "Nieuwegein",
    "water": "NEE",
    "aantal_inwoners": 1200,
    "geom": GRID_SQUARE,
}


def counts(report):
    return report.created, report.updated, report.left_out, len(report.faults)


def faults(report):
    return [str(fault) for fault in report.faults]


class TestCoordinates:
    """The Dutch grid against points that are known in both systems."""

    @pytest.mark.parametrize(
        ("x", "y", "lat", "lon"),
        [
            # The origin of the grid: the tower in Amersfoort; NSGI's RDNAPTRANS 2018 gives these in ETRS89.
            (155_000, 463_000, 52.155172897, 5.387203657),
            (136_823, 455_857, 52.0907, 5.1220),  # by the Dom of Utrecht
        ],
    )
    def test_grid_to_degrees(self, x, y, lat, lon):
        found = point_from(x, y, DUTCH_GRID)
        tolerance_km = 0.002 if x == 155_000 else 0.05
        assert distance_km(found, Position(lat, lon)) < tolerance_km


class TestGeoJson:
    def test_districts_with_municipality_centre_and_outline(self, tmp_path):
        path = write_geojson(tmp_path / "wijken.geojson", [district_feature(aantal_inwoners=7900)])
        assert counts(import_areas(path)) == (1, 0, 0, 0)
        district = District.objects.get()
        assert (district.code, district.name, district.inhabitants) == ("WK035601", "Wijk WK035601", 7900)
        assert (district.municipality.code, district.municipality.name) == ("GM0356", "Nieuwegein")
        assert (district.lat, district.lon) == (52.025, 5.0825)
        assert district.boundary == json.loads(json.dumps(mapping(WEST_SQUARE)))
        assert (district.south, district.west, district.north, district.east) == (52.02, 5.075, 52.03, 5.09)

    def test_what_is_imported_is_found_by_place(self, tmp_path):
        features = [district_feature(), district_feature("WK035602", EAST_SQUARE)]
        import_areas(write_geojson(tmp_path / "wijken.geojson", features))
        assert district_at(Position(52.025, 5.1)).code == "WK035602"

    @pytest.mark.parametrize(
        "crs", ["urn:ogc:def:crs:EPSG::28992", "EPSG:28992", "urn:ogc:def:crs:EPSG:9.9:28992"]
    )
    def test_the_named_coordinate_system_is_used(self, tmp_path, crs):
        import_areas(
            write_geojson(tmp_path / "wijken.geojson", [district_feature(geometry=GRID_SQUARE)], crs)
        )
        assert District.objects.get().lat == pytest.approx(52.155 - 13.5 / 111.2, abs=1e-3)

    @pytest.mark.parametrize("crs", [None, "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
    def test_degrees_are_the_default(self, tmp_path, crs):
        import_areas(write_geojson(tmp_path / "wijken.json", [district_feature()], crs))
        assert District.objects.get().lat == 52.025

    def test_an_unknown_coordinate_system_is_refused_as_a_whole(self, tmp_path):
        with pytest.raises(ImportRefused, match="EPSG:4326"):
            import_areas(write_geojson(tmp_path / "w.geojson", [district_feature()], "urn:ogc:def:crs:MOON"))

    def test_a_number_that_is_no_system_is_a_fault_of_each_line(self, tmp_path):
        report = import_areas(write_geojson(tmp_path / "w.geojson", [district_feature()], "EPSG:99999"))
        assert "EPSG:99999" in faults(report)[0]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('{"type": "FeatureColl', "line 1"),
            ('{"type": "Feature"}', "FeatureCollection"),
            ("[1, 2]", "FeatureCollection"),
            ('{"features": {}}', "FeatureCollection"),
        ],
    )
    def test_a_file_that_is_no_geojson_is_refused(self, tmp_path, text, told):
        path = tmp_path / "broken.geojson"
        path.write_text(text)
        with pytest.raises(ImportRefused, match=told):
            import_areas(path)

    def test_another_encoding_is_told(self, tmp_path):
        path = tmp_path / "broken.geojson"
        path.write_bytes('{"features": [], "name": "Sint Oedenrode é"}'.encode("latin-1"))
        with pytest.raises(ImportRefused, match="UTF-8"):
            import_areas(path)

    def test_old_column_names(self, tmp_path):
        old = {"WK_CODE": "WK035601", "WK_NAAM": "Wijk 01", "GM_NAAM": "Nieuwegein", "AANT_INW": 10}
        import_areas(write_geojson(tmp_path / "w.geojson", [feature(old)]))
        district = District.objects.get()
        assert (district.name, district.municipality.code, district.inhabitants) == ("Wijk 01", "GM0356", 10)

    def test_codes_with_letters(self, tmp_path):
        assert counts(
            import_areas(write_geojson(tmp_path / "w.geojson", [district_feature("WK0363AF")]))
        ) == (1, 0, 0, 0)
        assert Municipality.objects.get().code == "GM0363"

    def test_secret_figures_are_unknown(self, tmp_path):
        import_areas(write_geojson(tmp_path / "w.geojson", [district_feature(aantal_inwoners=-99997)]))
        assert District.objects.get().inhabitants is None

    def test_water_is_left_out(self, tmp_path):
        features = [district_feature(water="NEE"), district_feature(water="JA")]
        assert counts(import_areas(write_geojson(tmp_path / "w.geojson", features))) == (1, 0, 1, 0)

    def test_a_centre_is_always_inside(self, tmp_path):
        horseshoe = box(5.07, 52.02, 5.10, 52.05).difference(box(5.08, 52.03, 5.101, 52.04))
        ring = box(5.07, 52.02, 5.10, 52.05).difference(box(5.08, 52.03, 5.09, 52.04))
        for code, shape in [("WK035601", horseshoe), ("WK035602", ring)]:
            import_areas(write_geojson(tmp_path / "w.geojson", [district_feature(code, shape)]))
            district = District.objects.get(code=code)
            assert shape.covers(Point(district.lon, district.lat))


class TestBadLines:
    BAD = [
        (district_feature("0356"), "looks like WK035601"),
        (district_feature("BU03560101"), "looks like WK035601"),
        (district_feature(""), "has no district code"),
        (district_feature("WK035602", None), "has no shape"),
        (district_feature("WK035602", LineString([(5.07, 52.02), (5.08, 52.03)])), "LineString"),
        (district_feature("WK035602", Polygon()), "has no shape|empty"),
        (district_feature("WK035602", box(52.02, 5.07, 52.03, 5.08)), "swapped"),
        (district_feature("WK035602", GRID_SQUARE), "coordinate system"),
        (
            district_feature("WK035602", Polygon([(5.07, 52.02), (5.08, 52.03), (5.07, 52.02)])),
            "encloses nothing",
        ),
        (district_feature("WK035602", aantal_inwoners="veel"), "number of inhabitants"),
        (district_feature("WK035601"), "twice, first at feature 1"),
        ("no feature", "properties"),
        ({"properties": {"wijkcode": "WK035602"}}, "geometry"),
        ({"properties": [], "geometry": 5}, "properties|shape"),
        (
            {"properties": {}, "geometry": {"type": "Polygon", "coordinates": [[["a", "b"]]]}},
            "cannot be read",
        ),
        ({"properties": {}, "geometry": {"type": "Blob", "coordinates": []}}, "cannot be read"),
    ]

    @pytest.mark.parametrize(("bad", "told"), BAD)
    def test_a_bad_line_is_told_by_number_and_the_good_ones_are_imported(self, tmp_path, bad, told):
        last = district_feature("WK035603", EAST_SQUARE)
        report = import_areas(write_geojson(tmp_path / "w.geojson", [district_feature(), bad, last]))
        assert counts(report) == (2, 0, 0, 1)
        [fault] = report.faults
        assert fault.where == "feature 2"
        assert any(part in fault.what for part in told.split("|"))
        assert set(District.objects.values_list("code", flat=True)) == {"WK035601", "WK035603"}

    def test_strict_imports_nothing_when_one_line_is_wrong(self, tmp_path):
        path = write_geojson(tmp_path / "w.geojson", [district_feature(), district_feature("0356")])
        with pytest.raises(ImportRefused) as refusal:
            import_areas(path, strict=True)
        assert [fault.where for fault in refusal.value.faults] == ["feature 2"]
        assert not District.objects.exists()
        assert not Municipality.objects.exists()

    def test_strict_imports_everything_when_all_is_well(self, tmp_path):
        assert counts(
            import_areas(write_geojson(tmp_path / "w.geojson", [district_feature()]), strict=True)
        ) == (1, 0, 0, 0)

    def test_an_outline_that_crosses_itself_is_repaired(self, tmp_path):
        bow_tie = Polygon([(5.07, 52.02), (5.09, 52.04), (5.09, 52.02), (5.07, 52.04)])
        assert counts(
            import_areas(write_geojson(tmp_path / "w.geojson", [district_feature(geometry=bow_tie)]))
        ) == (1, 0, 0, 0)
        outline = District.objects.get().outline
        assert isinstance(outline, MultiPolygon)
        assert outline.is_valid


class TestTwice:
    def test_a_second_run_updates_and_doubles_nothing(self, tmp_path):
        path = write_geojson(
            tmp_path / "w.geojson", [district_feature(), district_feature("WK035602", EAST_SQUARE)]
        )
        assert counts(import_areas(path)) == (2, 0, 0, 0)
        before = list(District.objects.order_by("code").values())
        assert counts(import_areas(path)) == (0, 2, 0, 0)
        assert list(District.objects.order_by("code").values()) == before
        assert Municipality.objects.count() == 1

    def test_a_new_edition_renames_and_redraws(self, tmp_path):
        import_areas(write_geojson(tmp_path / "old.geojson", [district_feature()]))
        new = district_feature(geometry=EAST_SQUARE, wijknaam="Nieuwe naam", gemeentenaam="Nieuw-Nieuwegein")
        import_areas(write_geojson(tmp_path / "new.geojson", [new]))
        district = District.objects.get()
        assert (district.name, district.municipality.name) == ("Nieuwe naam", "Nieuw-Nieuwegein")
        assert (district.lon, district.west) == (5.0975, 5.09)

    def test_what_the_file_does_not_tell_stays(self, tmp_path):
        make_district(name="Jutphaas", inhabitants=7900, outline=None)
        bare = feature({"statcode": "WK035601"})
        assert counts(import_areas(write_geojson(tmp_path / "w.geojson", [bare]))) == (0, 1, 0, 0)
        district = District.objects.get()
        assert (district.name, district.inhabitants, district.municipality.name) == (
            "Jutphaas",
            7900,
            "Nieuwegein",
        )
        assert district.boundary is not None

    def test_many_lines_go_in_batches_with_progress(self, tmp_path):
        features = [district_feature(f"WK03{number:04d}") for number in range(1201)]
        heard = []
        path = write_geojson(tmp_path / "w.geojson", features)
        report = import_areas(path, progress=lambda done, of: heard.append((done, of)))
        assert report.created == District.objects.count() == 1201
        assert heard == [(500, 1201), (1000, 1201), (1201, 1201)]


class TestGeoPackage:
    def test_districts_from_the_dutch_grid(self, tmp_path):
        path = write_geopackage(tmp_path / "wijken.gpkg", {"wijken": [CBS_ROW]})
        assert counts(import_areas(path)) == (1, 0, 0, 0)
        district = District.objects.get()
        assert (district.name, district.inhabitants) == ("Jutphaas Wijkersloot", 7900)
        centre = point_from(133_500, 449_500, DUTCH_GRID)
        assert distance_km(district.point, centre) < 0.001
        assert district_at(centre) == district

    def test_each_level_reads_its_own_layer(self, tmp_path):
        """The layer of neighbourhoods names districts too and comes first in the file."""
        path = write_geopackage(
            tmp_path / "wijkenbuurten.gpkg",
            {
                "buurten": [BUURT_ROW, BUURT_ROW | {"buurtcode": "BU03560102"}],
                "gemeenten": [{"gemeentecode": "GM0356", "gemeentenaam": "Nieuwegein", "geom": GRID_SQUARE}],
                "wijken": [CBS_ROW],
            },
        )
        assert counts(import_areas(path)) == (1, 0, 0, 0)
        assert counts(import_areas(path, Level.NEIGHBOURHOOD)) == (2, 0, 0, 0)
        assert counts(import_areas(path, Level.NEIGHBOURHOOD)) == (0, 2, 0, 0)
        hood = Neighbourhood.objects.get(code="BU03560101")
        assert (hood.name, hood.district.code, hood.inhabitants) == ("Jutphaas-Dorp", "WK035601", 1200)
        assert hood.boundary["type"] == "Polygon"

    def test_neighbourhoods_need_their_district(self, tmp_path):
        path = write_geopackage(tmp_path / "b.gpkg", {"buurten": [BUURT_ROW]})
        report = import_areas(path, Level.NEIGHBOURHOOD)
        assert counts(report) == (0, 0, 0, 1)
        assert "import districts first" in faults(report)[0]
        assert faults(report)[0].startswith("buurten, row 1: ")

    def test_degrees_and_another_name_for_the_shape(self, tmp_path):
        row = {key: value for key, value in CBS_ROW.items() if key != "geom"} | {"GEOMETRIE": WEST_SQUARE}
        path = write_geopackage(tmp_path / "w.gpkg", {"wijken": [row]}, epsg=4326, shape="GEOMETRIE")
        import_areas(path)
        assert District.objects.get().lat == 52.025

    @pytest.mark.parametrize(
        ("blob", "told"),
        [
            (None, "no shape"),
            (b"", "no shape"),
            ("text", "no shape"),
            (b"XX" + gpkg_blob(GRID_SQUARE)[2:], "format"),
            (gpkg_blob(GRID_SQUARE)[:60], "cannot be read"),
            (b"GP\x00" + bytes([0b0001_0001]) + gpkg_blob(GRID_SQUARE)[4:], "empty"),
            (b"GP\x00" + bytes([0b0000_1111]) + gpkg_blob(GRID_SQUARE)[4:], "format"),
        ],
    )
    def test_a_bad_shape_is_told_by_row(self, tmp_path, blob, told):
        good = CBS_ROW | {"wijkcode": "WK035602"}
        report = import_areas(
            write_geopackage(tmp_path / "w.gpkg", {"wijken": [CBS_ROW | {"geom": blob}, good]})
        )
        assert counts(report) == (1, 0, 0, 1)
        assert faults(report)[0].startswith("wijken, row 1: ")
        assert told in faults(report)[0]

    def test_a_shape_without_a_bounding_box(self, tmp_path):
        row = CBS_ROW | {"geom": gpkg_blob(GRID_SQUARE, envelope=False)}
        assert counts(import_areas(write_geopackage(tmp_path / "w.gpkg", {"wijken": [row]}))) == (1, 0, 0, 0)

    def test_a_file_without_the_layer_tells_what_it_has(self, tmp_path):
        path = write_geopackage(tmp_path / "w.gpkg", {"wijken": [CBS_ROW]})
        with pytest.raises(ImportRefused, match=r"neighbourhood code\. Its layers: wijken"):
            import_areas(path, Level.NEIGHBOURHOOD)

    @pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 40])
    def test_a_file_that_is_no_geopackage_is_refused(self, tmp_path, content):
        path = tmp_path / "w.gpkg"
        path.write_bytes(content)
        with pytest.raises(ImportRefused, match="not a GeoPackage"):
            import_areas(path)

    def test_a_table_name_is_never_a_command(self, tmp_path):
        path = write_geopackage(tmp_path / "w.gpkg", {"wijken; DROP TABLE x --": [CBS_ROW]})
        assert counts(import_areas(path)) == (1, 0, 0, 0)


@pytest.mark.parametrize(("name", "told"), [("absent.geojson", "no file"), ("present.shp", "only")])
def test_other_files_are_refused(tmp_path, name, told):
    (tmp_path / "present.shp").write_text("x")
    with pytest.raises(ImportRefused, match=told):
        import_areas(tmp_path / name)
