import json
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from places.enums import PostcodeSource, Precision
from places.geo import distance_km
from places.models import District, MeetingPlace, Municipality, Postcode
from places.postcodes import normalise_postcode
from places.services import load_town, locate_postcode

pytestmark = pytest.mark.django_db

FACTS = json.loads((Path(settings.BASE_DIR) / "backend" / "demo" / "nieuwegein.json").read_text())


@pytest.fixture
def town():
    return load_town(FACTS)


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Municipality, District, Postcode, MeetingPlace)
    ]


def test_the_facts_are_those_of_the_demonstration():
    inhabited = [district for district in FACTS["districts"] if district["inhabited"]]
    assert (len(FACTS["districts"]), len(inhabited)) == (22, 16)
    assert all(district["postcodes4"] for district in inhabited)
    assert sum(district["inhabitants"] for district in FACTS["districts"]) == pytest.approx(65_000, rel=0.02)


def test_the_town_with_its_districts_and_meeting_places(town):
    assert (town.code, town.name, town.districts.count()) == ("GM0356", "Nieuwegein", 22)
    batau = District.objects.get(code="WK035604")
    assert (batau.name, batau.lat, batau.lon, batau.inhabitants) == ("Batau Noord", 52.0451, 5.0724, 7500)
    place = MeetingPlace.objects.get(name="Buurtplein Batau")
    assert (place.district, place.point) == (batau, batau.point)
    assert MeetingPlace.objects.count() == len(FACTS["meeting_places"])


def test_loading_it_again_changes_nothing(town):
    before = everything()
    load_town(FACTS)
    assert everything() == before


def test_what_an_importer_has_filled_in_stays(town):
    District.objects.filter(code="WK035604").update(inhabitants=7421, lat=52.0455)
    Postcode.objects.filter(code="3431AA").update(lat=52.1, source=PostcodeSource.MEASURED)
    load_town(FACTS)
    assert District.objects.get(code="WK035604").inhabitants == 7421
    assert Postcode.objects.get(code="3431AA").source == PostcodeSource.MEASURED


def test_only_inhabited_districts_have_postcodes_and_each_has_at_least_a_dozen(town):
    numbers = Counter(Postcode.objects.values_list("district__code", flat=True))
    inhabited = {fact["code"] for fact in FACTS["districts"] if fact["inhabited"]}
    assert set(numbers) == inhabited
    assert min(numbers.values()) >= 12


def test_postcodes_are_proper_invented_near_their_centre_and_of_their_area(town):
    areas = {fact["code"]: set(fact["postcodes4"]) for fact in FACTS["districts"]}
    for row in Postcode.objects.select_related("district"):
        assert normalise_postcode(row.code) == row.code
        assert row.source == PostcodeSource.INVENTED
        assert row.code[:4] in areas[row.district.code]
        assert distance_km(row.point, row.district.point) <= 0.401


def test_postcodes_are_spread_and_not_heaped(town):
    points = set(Postcode.objects.values_list("lat", "lon"))
    assert len(points) == Postcode.objects.count() > 500
    assert len(set(Postcode.objects.values_list("cell", flat=True))) >= 20


def test_the_same_town_every_time(town):
    before = sorted(Postcode.objects.values_list("code", "lat", "lon"))
    Postcode.objects.all().delete()
    load_town(FACTS)
    assert sorted(Postcode.objects.values_list("code", "lat", "lon")) == before


def test_an_address_in_the_town_is_found_offline(town):
    row = Postcode.objects.select_related("district").order_by("code")[0]
    located = locate_postcode(row.code, "12")
    assert (located.point, located.district, located.precision) == (
        row.point,
        row.district,
        Precision.POSTCODE,
    )


def test_a_meeting_place_may_have_an_address_of_its_own():
    place = {"name": "Het Punt", "district": "WK035604", "address": "Marktplein 1", "lat": 52.04, "lon": 5.07}
    load_town(FACTS | {"meeting_places": [place]})
    made = MeetingPlace.objects.get()
    assert (made.address, made.lat, made.lon) == ("Marktplein 1", 52.04, 5.07)
