"""The place of a request: told by the cell alone, and following the resident who moves."""

from typing import Any

import pytest

from events.models import EventRecord
from events.worker import Worker
from help_requests import services
from help_requests.enums import ASKABLE, RequestState
from help_requests.models import HelpRequest
from people.models import Resident, User
from people.services import Address, move_resident, update_resident
from places.cells import cell_of, centre_of
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import LAT, LON, DistrictFactory, PostcodeFactory, ResidentFactory

S = RequestState
NORTH = LAT + 0.03


def around(lat: float, lon: float) -> list[list[float]]:
    """A square of some hundred metres, as the ring of an outline."""
    south, north, west, east = lat - 0.002, lat + 0.002, lon - 0.002, lon + 0.002
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def outlined(lat: float, lon: float) -> dict[str, Any]:
    ring = around(lat, lon)
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return {
        "lat": lat,
        "lon": lon,
        "boundary": {"type": "Polygon", "coordinates": [ring]},
        "south": min(lats),
        "north": max(lats),
        "west": min(lons),
        "east": max(lons),
    }


@pytest.fixture
def on_the_border(resident: Resident) -> Resident:
    """Someone at the edge of a cell, in another district than the one at its centre."""
    PostcodeFactory()
    lat, lon = centre_of(cell_of(LAT, LON))
    DistrictFactory(name="Rond het midden", **outlined(lat, lon))
    resident.district = DistrictFactory(name="Aan de rand", **outlined(lat + 0.003, lon))
    resident.point = [lat + 0.003, lon]
    resident.cell = cell_of(lat + 0.003, lon)
    assert resident.cell == cell_of(LAT, LON)
    resident.save()
    return resident


def test_the_district_tells_no_more_than_the_cell(on_the_border: Resident, coordinator: User) -> None:
    request = services.file_request(
        on_the_border, by=None, category="garden", description="Wieden", dayparts=1
    )
    assert request.district.name == "Rond het midden"
    opened = services.open_request(request, by=coordinator, summary="Onkruid wieden.")
    opened.refresh_from_db()
    assert (opened.cell, opened.district.name) == (on_the_border.cell, "Rond het midden")
    assert on_the_border.district.name == "Aan de rand"


def test_without_an_address_there_is_no_place(centre: Any) -> None:
    nowhere = ResidentFactory(centre=centre, address=None, point=None, district=None)
    assert services.place_of(nowhere) == {"cell": None, "district": None}


def homes(resident: Resident) -> None:
    """Where a resident may move to: one more home in the cell, and one in the north."""
    here, there = DistrictFactory(), DistrictFactory(lat=NORTH)
    for number, letters in enumerate(("ZA", "ZB", "ZC", "ZD", "ZE", "ZF", "ZG", "ZH", "ZJ", "ZK")):
        PostcodeFactory(code=f"3431{letters}", lat=LAT + number * 1e-5, district=here)
        PostcodeFactory(code=f"3439{letters}", lat=NORTH, district=there)
    resident.cell, resident.district = cell_of(LAT, LON), here
    resident.save()


def move(resident: Resident, postcode: str) -> None:
    home = Address(street="Elders", house_number="3", postcode=postcode, city="Nieuwegein")
    move_resident(resident, address=home, by=resident.user)
    Worker().run_due()


def edits() -> int:
    return EventRecord.objects.filter(type="help_requests.edited").count()


@pytest.mark.parametrize("state", sorted(ASKABLE))
def test_what_volunteers_may_be_asked_moves_along(resident: Resident, state: RequestState) -> None:
    homes(resident)
    request = HelpRequestFactory(resident=resident, state=state, **services.place_of(resident))
    move(resident, "3439ZB")
    request.refresh_from_db()
    assert (request.cell, request.district.lat) == (cell_of(NORTH, LON), NORTH)
    assert (request.state, edits()) == (state, 1)


@pytest.mark.parametrize("state", sorted(set(S) - ASKABLE))
def test_what_is_agreed_or_over_keeps_its_place(resident: Resident, state: RequestState) -> None:
    homes(resident)
    request = HelpRequestFactory(resident=resident, state=state)
    move(resident, "3439ZB")
    request.refresh_from_db()
    assert (request.cell, edits()) == (cell_of(LAT, LON), 0)


def test_a_move_inside_the_cell_and_any_other_change_tell_nothing(resident: Resident) -> None:
    homes(resident)
    HelpRequestFactory(resident=resident, state=S.OPEN, **services.place_of(resident))
    before = HelpRequest.objects.values().get()
    move(resident, "3431ZC")
    update_resident(resident, by=resident.user, name="Anna Wit")
    Worker().run_due()
    assert HelpRequest.objects.values().get() == before
    assert edits() == 0


def test_the_request_of_another_stays(resident: Resident) -> None:
    homes(resident)
    other = HelpRequestFactory(state=S.OPEN)
    move(resident, "3439ZB")
    assert HelpRequest.objects.get(pk=other.pk).cell == cell_of(LAT, LON)
