from functools import partial

import pytest
from django.core.exceptions import ImproperlyConfigured
from geopy.exc import GeocoderTimedOut

from places.cells import cell_of, coarser
from places.enums import Precision
from places.errors import InvalidPostcode, UnknownPostcode
from places.geo import Point
from places.geocoding import chain
from places.services import geocode, locate_offline, locate_postcode
from tests.places.builders import EAST_SQUARE, WEST_SQUARE, make_district, make_postcode
from tests.places.stubs import answer, document, pdok

pytestmark = pytest.mark.django_db

PDOK_POINT = Point(52.031235, 5.081235)
QUERY = "3431 AB 12"


@pytest.fixture
def online(settings, monkeypatch):
    """Both geocoders, the local one first; the fixture is a function that sets what PDOK answers."""
    settings.GEOCODERS = ["local", "pdok"]
    calls = []

    def answering(what):
        monkeypatch.setitem(chain.REGISTRY, "pdok", partial(pdok, what, calls))
        return calls

    return answering


def test_the_local_table_answers_first_and_spares_the_network(online):
    calls = online(answer(document()))
    make_postcode("3431AB", 52.031, 5.081)
    assert geocode(QUERY).point == Point(52.031, 5.081)
    assert calls == []


def test_pdok_answers_what_the_table_does_not_know(online):
    calls = online(answer(document()))
    located = geocode(QUERY)
    assert (located.point, located.precision) == (PDOK_POINT, Precision.ADDRESS)
    assert len(calls) == 1


def test_an_area_is_not_precise_enough_to_spare_the_network(online):
    online(answer(document()))
    make_postcode("3431")
    assert geocode(QUERY).precision == Precision.ADDRESS


@pytest.mark.parametrize("what", [GeocoderTimedOut("slow"), {}, answer()])
def test_when_pdok_fails_the_area_is_better_than_nothing(online, what):
    online(what)
    make_postcode("3431", 52.03, 5.08)
    located = geocode(QUERY)
    assert located.point == Point(52.03, 5.08)
    assert located.approximate


def test_a_failing_geocoder_is_passed_over_for_the_next(online, settings):
    online(GeocoderTimedOut("slow"))
    settings.GEOCODERS = ["pdok", "local"]
    make_postcode("3431AB", 52.031, 5.081)
    assert geocode(QUERY).point == Point(52.031, 5.081)


def test_the_log_names_the_geocoder_and_never_the_address(online, caplog):
    online(GeocoderTimedOut("slow"))
    geocode("Geheimstraat 99, 3431 AB")
    assert "PdokLocatieserver" in caplog.text
    assert "Geheimstraat" not in caplog.text
    assert "3431" not in caplog.text


def test_nobody_knows(online):
    online(answer())
    assert geocode(QUERY) is None


def test_offline_never_asks_the_network(online):
    calls = online(answer(document()))
    assert locate_offline(QUERY) is None
    assert calls == []


def test_an_unknown_name_in_the_settings_is_told(settings):
    settings.GEOCODERS = ["local", "gogle"]
    with pytest.raises(ImproperlyConfigured, match="gogle"):
        geocode(QUERY)


def test_located_has_the_district_of_the_postcode_and_the_cell_that_may_be_shown():
    district = make_district("WK035601", WEST_SQUARE)
    other = make_district("WK035602", EAST_SQUARE)
    make_postcode("3431AB", 52.025, 5.0825, district=other)
    located = locate_offline(QUERY)
    assert located.district == other != district
    # One postcode is all that is known around.
    assert located.cell == coarser(coarser(cell_of(52.025, 5.0825)))


def test_without_a_district_of_its_own_the_outline_decides_then_the_nearest_centre():
    make_postcode("3431AB", 52.025, 5.0825)
    assert locate_offline(QUERY).district is None
    near = make_district("WK035602", None, lat=52.0251, lon=5.0826)
    assert locate_offline(QUERY).district == near
    around = make_district("WK035601", WEST_SQUARE)
    assert locate_offline(QUERY).district == around


def test_a_district_that_pdok_names_and_we_do_not_have_is_looked_up_by_place(online):
    online(answer(document(wijkcode="WK999999")))
    around = make_district(outline=None, lat=52.03, lon=5.08)
    assert geocode(QUERY).district == around


def test_a_form_gets_a_place_for_postcode_and_house_number():
    make_postcode("3431AB", 52.031, 5.081)
    assert locate_postcode("3431 ab", "12").point == Point(52.031, 5.081)
    assert locate_postcode("3431ZZ").approximate


@pytest.mark.parametrize("postcode", ["3431", "nonsense", ""])
def test_a_form_hears_that_it_is_no_whole_postcode(postcode):
    with pytest.raises(InvalidPostcode) as refusal:
        locate_postcode(postcode, "12")
    assert refusal.value.field == "postcode"


def test_a_form_hears_that_the_postcode_is_not_known():
    with pytest.raises(UnknownPostcode) as refusal:
        locate_postcode("3431AB", "12")
    assert refusal.value.field == "postcode"
