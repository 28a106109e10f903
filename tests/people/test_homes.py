"""Homes: the postcode's point at once, the house's own point later, never another cell."""

from functools import partial

import pytest
from geopy.exc import GeocoderTimedOut

from events.models import EventRecord
from events.worker import Worker
from people import services
from people.models import Resident
from people.services import Address
from places.cells import cell_of
from places.geocoding import chain
from places.models import Postcode
from places.services import asks_network
from tests.factories.people import LAT, LON, CentreFactory, DistrictFactory, PostcodeFactory
from tests.places.stubs import answer, document, pdok

# The handler goes on after its own transaction, so that there has to be one.
pytestmark = pytest.mark.django_db(transaction=True)

HOUSE = [52.051234, 5.121234]
HOUSE_TEXT = "POINT(5.121234 52.051234)"
HOME = Address("Dorpsstraat", "12", "3431 AB", "Nieuwegein")
OTHER = Address("Zandveld", "3", "3439 ZZ", "Nieuwegein")


@pytest.fixture
def centre(settings):
    settings.CELL_MIN_POSTCODES = 1
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


@pytest.fixture
def online(settings, monkeypatch):
    """PDOK is asked first and answers as told; what it was asked is returned."""
    settings.GEOCODERS = ["pdok", "local"]
    calls = []

    def answering(what):
        monkeypatch.setitem(chain.REGISTRY, "pdok", partial(pdok, what, calls))
        return calls

    return answering


def register():
    return services.register_resident(
        name="Wil Bakker", phone="030 123 45 67", address=HOME, consented=True, by=None
    )


def work():
    Worker().run_due()
    assert set(EventRecord.objects.values_list("state", "last_error")) == {("handled", "")}


def test_the_house_s_own_point_replaces_the_postcode_s_and_nothing_else_changes(centre, online):
    calls = online(answer(document(centroide_ll=HOUSE_TEXT, wijkcode=DistrictFactory().code)))
    resident = register()
    before = Resident.objects.filter(pk=resident.pk).values().get()
    assert before["point"] == [LAT, LON]
    work()
    after = Resident.objects.filter(pk=resident.pk).values().get()
    assert after == before | {"point": HOUSE}
    assert after["cell"] == cell_of(LAT, LON) != cell_of(*HOUSE)
    assert "Dorpsstraat+12%2C+3431+AB+Nieuwegein" in calls[0][0]


def test_moving_asks_again(centre, online):
    PostcodeFactory(code="3439ZZ", lat=52.06, lon=5.13, district=centre.districts.get())
    online(answer(document()))
    resident = register()
    work()
    calls = online(answer(document(postcode="3439ZZ", centroide_ll="POINT(5.131 52.061)")))
    services.move_resident(resident, address=OTHER, by=None)
    work()
    resident.refresh_from_db()
    assert resident.point == [52.061, 5.131]
    assert "Zandveld" in calls[-1][0]


def test_who_moves_while_the_network_is_asked_keeps_the_new_point(centre, online, monkeypatch):
    PostcodeFactory(code="3439ZZ", lat=52.06, lon=5.13, district=centre.districts.get())
    online(answer(document()))
    resident = register()
    real = services.homes.geocode

    def moving_meanwhile(query):
        services.move_resident(resident, address=OTHER, by=None)
        return real(query)

    monkeypatch.setattr("people.services.homes.geocode", moving_meanwhile)
    assert services.refine_point(resident.pk) is False
    resident.refresh_from_db()
    assert resident.point == [52.06, 5.13]


@pytest.mark.parametrize("what", [GeocoderTimedOut("slow"), answer(), {"strange": "answer"}])
def test_trouble_with_the_network_leaves_the_postcode_s_point(centre, online, what):
    calls = online(what)
    resident = register()
    work()
    resident.refresh_from_db()
    assert resident.point == [LAT, LON]
    assert len(calls) == 1


def test_an_area_never_replaces_a_point(centre, online):
    online(answer())
    resident = register()
    Postcode.objects.update(code="3431", lat=52.0, lon=5.0)
    assert services.refine_point(resident.pk) is False
    resident.refresh_from_db()
    assert resident.point == [LAT, LON]


def test_who_has_no_address_or_is_gone_costs_no_call(centre, online):
    calls = online(answer(document()))
    resident = services.register_resident(
        name="Wil", phone="0301234567", centre=centre, consented=True, by=None
    )
    assert services.refine_point(resident.pk) is False
    Resident.objects.all().delete()
    assert services.refine_point(resident.pk) is False
    assert calls == []


def test_without_a_geocoder_on_the_network_nothing_is_done_or_asked(
    centre, settings, monkeypatch, django_assert_num_queries
):
    settings.GEOCODERS = ["local"]
    monkeypatch.setattr("people.receivers.refine_point", lambda *_args: pytest.fail("needless work"))
    register()
    with django_assert_num_queries(0):
        assert not asks_network()
    work()


def test_with_one_there_is_work(settings):
    settings.GEOCODERS = ["local", "pdok"]
    assert asks_network()
