import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from places.cells import cell_of
from places.models import District, MeetingPlace, Municipality, Neighbourhood, Postcode
from tests.places.builders import make_district, make_postcode

pytestmark = pytest.mark.django_db


def test_the_cell_of_a_postcode_follows_its_point():
    row = make_postcode("3431AB", 52.025, 5.0825)
    row.lat, row.lon = 52.05, 5.11
    row.save()
    row.refresh_from_db()
    assert row.cell == cell_of(52.05, 5.11) != cell_of(52.025, 5.0825)


def test_how_things_are_called():
    district = make_district(name="Batau Noord")
    assert [str(thing) for thing in (district, district.municipality, make_postcode("3431AB"))] == [
        "Batau Noord",
        "Nieuwegein",
        "3431 AB",
    ]


def test_one_meeting_place_of_a_name_per_district():
    here, there = make_district(), make_district("WK035602")
    for district in (here, there):
        MeetingPlace.objects.create(name="Buurtplein", district=district, lat=52, lon=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingPlace.objects.create(name="Buurtplein", district=here, lat=52, lon=5)


@pytest.mark.parametrize(
    ("model", "good", "bad"),
    [
        (Municipality, "GM0356", ["GM356", "WK0356", "GM03561", "gm0356", "xGM0356"]),
        (District, "WK0363AF", ["WK03560", "BU035601", "WK0356011", "WK03560a"]),
        (Neighbourhood, "BU0363AF01", ["BU035601", "WK03560101", "BU035601011"]),
    ],
)
def test_codes_are_those_of_statistics_netherlands(model, good, bad):
    field = model._meta.get_field("code")
    field.run_validators(good)
    for code in bad:
        with pytest.raises(ValidationError):
            field.run_validators(code)


def test_a_municipality_with_districts_cannot_disappear():
    with pytest.raises(Exception, match="protected"):
        make_district().municipality.delete()


def test_a_postcode_outlives_its_district():
    district = make_district()
    row = make_postcode("3431AB", district=district)
    district.delete()
    row.refresh_from_db()
    assert row.district is None


@pytest.mark.parametrize("model", [Municipality, District, Neighbourhood, Postcode, MeetingPlace])
def test_the_admin_lists_and_searches_each_table_in_a_fixed_number_of_queries(
    model, admin_user, django_assert_num_queries
):
    districts = [make_district(f"WK03560{number}") for number in range(1, 4)]
    for number, district in enumerate(districts):
        make_postcode(f"343{number}AB", district=district)
        Neighbourhood.objects.create(code=f"BU0356010{number}", name="Dorp", district=district, lat=52, lon=5)
        MeetingPlace.objects.create(name="Plein", district=district, lat=52, lon=5)
    request = RequestFactory().get("/", {"q": "3"})
    request.user = admin_user
    listing = admin.site.get_model_admin(model).get_changelist_instance(request)
    with django_assert_num_queries(1):
        for row in listing.queryset:
            [getattr(row, name, None) and str(getattr(row, name)) for name in listing.list_display]
