from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from places.models import District, Neighbourhood, Postcode
from tests.places.builders import district_feature, feature, make_district, write_geojson

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self):
        return True


def run(*arguments, err=None):
    out, err = StringIO(), err or StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_districts_with_summary_and_faults(tmp_path):
    path = write_geojson(
        tmp_path / "w.geojson", [district_feature(), district_feature("0356"), district_feature(water="JA")]
    )
    out, err = run("import_districts", path)
    assert out.strip() == "1 new, 0 updated, 1 left out, 1 wrong."
    assert "feature 2: '0356' is no district code; it looks like WK035601" in err
    assert "3 of 3 (100%)" in err
    assert District.objects.count() == 1


def test_neighbourhoods(tmp_path):
    make_district()
    path = write_geojson(tmp_path / "b.geojson", [feature({"buurtcode": "BU03560101", "buurtnaam": "Dorp"})])
    run("import_districts", path, "--level", "neighbourhood")
    assert Neighbourhood.objects.get().name == "Dorp"


def test_another_level_is_refused(tmp_path):
    with pytest.raises(CommandError, match="level"):
        run("import_districts", tmp_path / "x.geojson", "--level", "country")


def test_strict_tells_every_fault_and_fails(tmp_path):
    path = write_geojson(tmp_path / "w.geojson", [district_feature(), district_feature("0356")])
    err = StringIO()
    with pytest.raises(CommandError, match="Nothing was imported: 1 wrong"):
        run("import_districts", path, "--strict", err=err)
    assert "feature 2" in err.getvalue()
    assert not District.objects.exists()


def test_a_file_that_cannot_be_read_fails_in_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run("import_postcodes", tmp_path / "absent.csv")


def test_postcodes(tmp_path):
    path = tmp_path / "pc.csv"
    path.write_text("postcode,lat,lon\n3431AB,52.025,5.08\nx,1,2\n")
    out, err = run("import_postcodes", path)
    assert out.strip() == "1 new, 0 updated, 0 left out, 1 wrong."
    assert "line 3: 'x' is no postcode" in err
    assert Postcode.objects.count() == 1
    with pytest.raises(CommandError):
        run("import_postcodes", path, "--strict")


def test_a_long_list_of_faults_is_cut(tmp_path):
    path = tmp_path / "pc.csv"
    path.write_text("postcode,lat,lon\n" + "x,1,2\n" * 60)
    _out, err = run("import_postcodes", path)
    assert "line 51: " in err
    assert "line 52: " not in err
    assert "… and 10 more" in err


def test_a_terminal_sees_a_bar_that_grows(tmp_path):
    path = write_geojson(
        tmp_path / "w.geojson", [district_feature(f"WK03{number:04d}") for number in range(800)]
    )
    err = Terminal()
    run("import_districts", path, err=err)
    assert "\r[##################............] 500 of 800 (62%)" in err.getvalue()
    assert f"\r[{'#' * 30}] 800 of 800 (100%)\n" in err.getvalue()


def test_where_the_number_is_not_known_beforehand_the_count_is_shown(tmp_path):
    path = tmp_path / "pc.csv"
    path.write_text("postcode,lat,lon\n3431AB,52.025,5.08\n")
    err = Terminal()
    run("import_postcodes", path, err=err)
    assert "\r1 rows" in err.getvalue()
