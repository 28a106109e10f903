from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.adapters import AdapterHTTPError
from geopy.exc import GeocoderParseError, GeocoderRateLimited, GeocoderTimedOut

from places.enums import Precision
from places.geo import Point
from places.geocoding.base import GeocoderUnavailable
from tests.places.stubs import answer, document, pdok

QUERY = "3431 AB 12"


def http_error(status, headers=None):
    return AdapterHTTPError(f"status {status}", status_code=status, headers=headers or {}, text="")


def test_it_asks_the_free_endpoint_for_addresses_only(settings):
    settings.GEOCODER_TIMEOUT = 2.5
    calls = []
    pdok(answer(document()), calls).geocode("Dorpsstraat 12 & Co, 3431 AB")
    [(url, timeout, headers)] = calls
    parts = urlsplit(url)
    assert (
        f"{parts.scheme}://{parts.netloc}{parts.path}"
        == "https://api.pdok.nl/bzk/locatieserver/search/v3_1/free"
    )
    asked = parse_qs(parts.query)
    assert asked["q"] == ["Dorpsstraat 12 & Co, 3431 AB"]
    assert asked["fq"] == ["type:adres"]
    assert asked["rows"] == ["1"]
    # Version 3.1 refuses parameters that its OpenAPI document does not name.
    assert set(asked) <= {"q", "fq", "fl", "rows", "start", "df", "bq", "lat", "lon", "sort", "wt"}
    assert timeout == 2.5
    assert headers["User-Agent"] == "Samenkracht"


def test_the_answer_is_a_geopy_location_with_the_order_of_coordinates_set_right():
    location = pdok(answer(document())).geocode(QUERY)
    assert (location.latitude, location.longitude) == (52.03123456, 5.08123456)
    assert location.address == "Dorpsstraat 12, 3431AB Nieuwegein"
    assert location.raw["wijkcode"] == "WK035601"


def test_more_than_one_answer_can_be_asked_for():
    both = pdok(answer(document(), document(weergavenaam="Dorpsstraat 14"))).geocode(QUERY, exactly_one=False)
    assert [location.address for location in both] == ["Dorpsstraat 12, 3431AB Nieuwegein", "Dorpsstraat 14"]


def test_no_answer():
    assert pdok(answer()).geocode(QUERY) is None
    assert pdok(answer()).geocode(QUERY, exactly_one=False) is None
    assert pdok(answer()).find(QUERY) is None


def test_found_is_the_address_itself_with_its_district():
    found = pdok(answer(document())).find(QUERY)
    assert found.point == Point(52.031235, 5.081235)
    assert found.precision == Precision.ADDRESS
    assert found.district_code == "WK035601"


def test_a_look_alike_with_another_postcode_is_no_answer():
    assert pdok(answer(document(postcode="3431AC"))).find(QUERY) is None
    assert (
        pdok(answer({key: value for key, value in document().items() if key != "postcode"})).find(QUERY)
        is None
    )


@pytest.mark.parametrize("query", ["Dorpsstraat 12, Nieuwegein", "3431", ""])
def test_without_a_whole_postcode_nobody_is_asked(query):
    calls = []
    assert pdok(answer(document()), calls).find(query) is None
    assert calls == []


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        None,
        {"response": None},
        {"response": {"docs": [{}]}},
        answer(document(centroide_ll="POINT EMPTY")),
        answer(document(centroide_ll=None)),
        {"error": {"msg": "org.apache.solr.search.SyntaxError"}},
    ],
)
def test_an_answer_of_another_shape_is_an_error_and_not_a_place(broken):
    with pytest.raises(GeocoderParseError):
        pdok(broken).geocode(QUERY)
    with pytest.raises(GeocoderUnavailable):
        pdok(broken).find(QUERY)


def test_a_position_off_the_earth_is_an_error():
    with pytest.raises(GeocoderUnavailable):
        pdok(answer(document(centroide_ll="POINT(5.08 95.0)"))).find(QUERY)


@pytest.mark.parametrize(
    ("trouble", "as_geopy_says"),
    [
        (http_error(503), GeocoderTimedOut),
        (http_error(429, {"retry-after": "9"}), GeocoderRateLimited),
        (GeocoderTimedOut("slow"), GeocoderTimedOut),
    ],
)
def test_trouble_at_pdok_is_told_to_the_chain(trouble, as_geopy_says):
    with pytest.raises(as_geopy_says):
        pdok(trouble).geocode(QUERY)
    with pytest.raises(GeocoderUnavailable, match=as_geopy_says.__name__):
        pdok(trouble).find(QUERY)


def test_the_real_adapter_goes_through_the_guard_to_pdok_only():
    from places.geocoding.pdok import PdokLocatieserver

    adapter = PdokLocatieserver().adapter
    assert list(adapter._guard.hosts) == ["api.pdok.nl"]
