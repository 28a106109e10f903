import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from places.cells import cell_of
from places.enums import PostcodeSource
from places.errors import ImportRefused
from places.geo import Point, distance_km
from places.importing.base import Fault
from places.importing.geometry import DUTCH_GRID, point_from
from places.importing.postcodes import PostcodeRow, read_postcodes
from places.models import Postcode
from places.services import import_postcodes
from tests.places.builders import (
    EAST_SQUARE,
    GRID_SQUARE,
    WEST_SQUARE,
    make_district,
    make_postcode,
    write_geopackage,
)
from tests.places.test_import_areas import counts, faults

pytestmark = pytest.mark.django_db

POINTS = "postcode,lat,lon\n3431AB,52.025,5.08\n3431 ac,52.025,5.1\n"


@pytest.fixture
def write(tmp_path):
    def written(text, name="postcodes.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return written


class TestPoints:
    def test_postcodes_with_point_cell_and_the_district_around_it(self, write):
        west, east = make_district(), make_district("WK035602", EAST_SQUARE)
        assert counts(import_postcodes(write(POINTS))) == (2, 0, 0, 0)
        first, second = Postcode.objects.order_by("code")
        assert (first.code, first.point, first.district) == ("3431AB", Point(52.025, 5.08), west)
        assert (second.code, second.district) == ("3431AC", east)
        assert first.cell == cell_of(52.025, 5.08)
        assert first.source == PostcodeSource.MEASURED

    def test_a_second_run_updates_and_doubles_nothing(self, write):
        make_district()
        import_postcodes(write(POINTS))
        before = list(Postcode.objects.values())
        assert counts(import_postcodes(write(POINTS))) == (0, 2, 0, 0)
        assert list(Postcode.objects.values()) == before

    def test_a_new_edition_moves_the_point_and_the_cell(self, write):
        make_postcode("3431AB", 52.0, 5.0, source=PostcodeSource.INVENTED)
        import_postcodes(write(POINTS))
        row = Postcode.objects.get(code="3431AB")
        assert (row.point, row.cell) == (Point(52.025, 5.08), cell_of(52.025, 5.08))
        assert row.source == PostcodeSource.MEASURED

    def test_a_district_that_is_not_found_stays_as_it_was(self, write):
        bare = make_district(outline=None)
        make_postcode("3431AB", district=bare)
        import_postcodes(write(POINTS))
        assert Postcode.objects.get(code="3431AB").district == bare
        assert Postcode.objects.get(code="3431AC").district is None

    def test_the_district_that_the_file_names_goes_before_the_outline(self, write):
        make_district("WK035601", WEST_SQUARE)
        named = make_district("WK035602", EAST_SQUARE)
        import_postcodes(
            write("postcode,lat,lon,wijkcode\n3431AB,52.025,5.08,WK035602\n3431AC,52.025,5.08,\n")
        )
        assert Postcode.objects.get(code="3431AB").district == named
        assert Postcode.objects.get(code="3431AC").district.code == "WK035601"

    def test_on_a_border_the_lowest_code_wins(self, write):
        make_district("WK035602", EAST_SQUARE)
        west = make_district("WK035601", WEST_SQUARE)
        import_postcodes(write("postcode,lat,lon\n3431AB,52.025,5.09\n"))
        assert Postcode.objects.get().district == west

    @pytest.mark.parametrize(
        "text",
        [
            "PC6;Latitude;Longitude\n3431AB;52,025;5,08\n",
            "\ufeffPostcode\tbreedtegraad\tlengtegraad\n3431AB\t52.025\t5.08\n",
            'lon,lat,naam,"postcode"\n5.08,52.025,"Dorp, het",3431ab\n',
            "postcode,lat,lon\r\n\r\n3431AB,52.025,5.08\r\n,,\r\n",
        ],
    )
    def test_delimiters_decimal_commas_quotes_and_order_do_not_matter(self, write, text):
        assert counts(import_postcodes(write(text))) == (1, 0, 0, 0)
        assert Postcode.objects.get().point == Point(52.025, 5.08)

    def test_the_dutch_grid(self, write):
        assert counts(import_postcodes(write("pc6;x;y\n3511AA;155000;463000\n"))) == (1, 0, 0, 0)
        assert distance_km(Postcode.objects.get().point, Point(52.155173, 5.387204)) < 0.002

    def test_areas_of_four_digits(self, write):
        import_postcodes(write("pc4,lat,lon\n3431,52.025,5.08\n"))
        assert Postcode.objects.get().code == "3431"


class TestBadLines:
    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("34AB,52.025,5.08", "'34AB' is no postcode"),
            (",52.025,5.08", "is no postcode"),
            ("3431AD,north,5.08", "lat is 'north'"),
            ("3431AD,52.025", "lon is ''"),
            ("3431AD,nan,5.08", "Netherlands"),
            ("3431AD,inf,5.08", "Netherlands"),
            ("3431AD,5.08,52.025", "swapped"),
            ("3431AD,0,0", "Netherlands"),
            ("3431 ab,52.025,5.08", "3431AB comes twice, first at line 2"),
        ],
    )
    def test_a_bad_line_is_told_by_its_number_and_the_good_ones_are_imported(self, write, line, told):
        text = f"postcode,lat,lon\n3431AB,52.025,5.08\n{line}\n3431AC,52.025,5.08\n"
        report = import_postcodes(write(text))
        assert counts(report) == (2, 0, 0, 1)
        assert faults(report)[0].startswith("line 3: ")
        assert told in faults(report)[0]
        assert list(Postcode.objects.values_list("code", flat=True)) == ["3431AB", "3431AC"]

    def test_a_bad_district_code_is_told(self, write):
        report = import_postcodes(write("postcode,lat,lon,wijk\n3431AB,52.025,5.08,Jutphaas\n"))
        assert "looks like WK035601" in faults(report)[0]

    def test_strict_imports_nothing_when_one_line_is_wrong(self, write):
        with pytest.raises(ImportRefused) as refusal:
            import_postcodes(write(POINTS + "x,1,2\n"), strict=True)
        assert [fault.where for fault in refusal.value.faults] == ["line 4"]
        assert not Postcode.objects.exists()

    @pytest.mark.parametrize(
        "header", ["", "straat,huisnummer", "postcode", "postcode,lat", "lat,lon", "postcode,x,lat"]
    )
    def test_without_the_columns_the_file_is_refused_with_the_names_that_are_needed(self, write, header):
        with pytest.raises(ImportRefused, match=r"postcode with lat and lon.*Found: "):
            import_postcodes(write(f"{header}\n3431AB,52.025,5.08\n"))

    @pytest.mark.parametrize(("name", "told"), [("absent.csv", "no file"), ("present.xlsx", "only")])
    def test_other_files_are_refused(self, tmp_path, name, told):
        (tmp_path / "present.xlsx").write_text("x")
        with pytest.raises(ImportRefused, match=told):
            import_postcodes(tmp_path / name)

    def test_another_encoding_does_no_harm_where_it_does_not_matter(self, write):
        text = "postcode,lat,lon,plaats\n3431AB,52.025,5.08,Oud-Zuilen é\n"
        assert counts(import_postcodes(write(text, encoding="latin-1"))) == (1, 0, 0, 0)


class TestAddressFileOfCbs:
    TEXT = (
        "PC6;Huisnummer;Buurt2024;Wijk2024;Gemeente2024\n"
        "3431AB;1;03560101;035601;0356\n"
        "3431AB;2;03560201;035602;0356\n"
        "3431AB;3;03560201;035602;0356\n"
        "3431AC;1;03560101;035601;0356\n"
        "9999XX;1;16801001;168010;1680\n"
    )

    @pytest.fixture(autouse=True)
    def _districts(self):
        self.west, self.east = make_district(), make_district("WK035602", EAST_SQUARE)

    def test_a_known_postcode_gets_the_district_of_most_of_its_addresses_and_keeps_its_point(self, write):
        make_postcode("3431AB", 52.031, 5.081, district=self.west)
        assert counts(import_postcodes(write(self.TEXT))) == (1, 1, 1, 0)
        row = Postcode.objects.get(code="3431AB")
        assert (row.district, row.point, row.source) == (
            self.east,
            Point(52.031, 5.081),
            PostcodeSource.MEASURED,
        )

    def test_a_new_postcode_stands_at_the_centre_of_its_district(self, write):
        import_postcodes(write(self.TEXT))
        row = Postcode.objects.get(code="3431AC")
        assert (row.point, row.source) == (self.west.point, PostcodeSource.DISTRICT)
        assert row.cell == cell_of(self.west.lat, self.west.lon)

    def test_postcodes_of_districts_that_are_not_ours_are_left_out(self, write):
        assert import_postcodes(write(self.TEXT)).left_out == 1
        assert not Postcode.objects.filter(code="9999XX").exists()

    def test_an_invented_postcode_becomes_a_real_one(self, write):
        make_postcode("3431AB", 52.031, 5.081, source=PostcodeSource.INVENTED)
        import_postcodes(write(self.TEXT))
        row = Postcode.objects.get(code="3431AB")
        assert (row.point, row.source) == (self.east.point, PostcodeSource.DISTRICT)

    def test_a_second_run_changes_nothing(self, write):
        import_postcodes(write(self.TEXT))
        before = list(Postcode.objects.values())
        assert counts(import_postcodes(write(self.TEXT))) == (0, 2, 1, 0)
        assert list(Postcode.objects.values()) == before

    @pytest.mark.parametrize("code", ["35601", "035601", "WK035601", "wk035601"])
    def test_every_edition_writes_the_code_another_way(self, write, code):
        import_postcodes(write(f'"PC6","Huisnummer","Wijk2017"\n"3431AB",1,"{code}"\n'))
        assert Postcode.objects.get().district == self.west

    def test_a_tie_goes_to_the_lowest_code(self, write):
        import_postcodes(write("PC6;Wijk2024\n3431AB;035602\n3431AB;035601\n"))
        assert Postcode.objects.get().district == self.west

    def test_bad_lines_are_told_by_number(self, write):
        report = import_postcodes(write("PC6;Wijk2024\n3431AB;\nXXXX;035601\n3431AC;035601\n"))
        assert [fault.where for fault in report.faults] == ["line 2", "line 3"]
        assert report.created == 1


class TestGeoPackageOfCbs:
    @pytest.mark.parametrize(
        ("column", "code"), [("postcode6", "3431AB"), ("postcode4", "3431"), ("postcode", "3431AB")]
    )
    def test_the_point_is_the_centre_of_the_area(self, tmp_path, column, code):
        value = int(code) if code.isdigit() else code
        path = write_geopackage(
            tmp_path / "pc.gpkg", {"pc": [{column: value, "aantal_inwoners": 5, "geom": GRID_SQUARE}]}
        )
        assert counts(import_postcodes(path)) == (1, 0, 0, 0)
        row = Postcode.objects.get()
        assert row.code == code
        assert distance_km(row.point, point_from(133_500, 449_500, DUTCH_GRID)) < 0.001

    def test_bad_rows(self, tmp_path):
        rows = [
            {"postcode6": "3431AB", "geom": GRID_SQUARE},
            {"postcode6": "nonsense", "geom": GRID_SQUARE},
            {"postcode6": "3431AC", "geom": None},
            {"postcode6": "3431AB", "geom": GRID_SQUARE},
        ]
        report = import_postcodes(write_geopackage(tmp_path / "pc.gpkg", {"pc6": rows}))
        assert counts(report) == (1, 0, 0, 3)
        assert [fault.where for fault in report.faults] == ["pc6, row 2", "pc6, row 3", "pc6, row 4"]

    def test_a_file_without_postcodes(self, tmp_path):
        path = write_geopackage(
            tmp_path / "pc.gpkg", {"wijken": [{"wijkcode": "WK035601", "geom": GRID_SQUARE}]}
        )
        with pytest.raises(ImportRefused, match=r"postcode\. Its layers: wijken"):
            import_postcodes(path)


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_after_the_header_gives_rows_and_faults_and_never_a_crash(tmp_path, text):
    path = tmp_path / "any.csv"
    path.write_text("postcode,lat,lon\n" + text, encoding="utf-8", newline="")
    _number, rows = read_postcodes(path)
    assert all(isinstance(row, PostcodeRow | Fault) for row in rows)


@pytest.mark.parametrize("lines", [1, 100])
def test_many_lines_ask_the_database_as_often_as_one(write, django_assert_num_queries, lines):
    """The districts once; then per batch what is known, one write, and a savepoint made and released."""
    make_district()
    text = "".join(f"{1000 + number}AB,52.025,5.08\n" for number in range(lines))
    path = write("postcode,lat,lon\n" + text)
    with django_assert_num_queries(5):
        assert import_postcodes(path).created == lines
