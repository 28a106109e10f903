"""What is kept of people cannot be read in the database itself."""

import pytest
from django.core.management import call_command
from django.db import connection

from people import services
from people.services import Address
from tests.factories.people import CentreFactory, PostcodeFactory, UserFactory

pytestmark = pytest.mark.django_db

MARKERS = {
    "name": "Zwanehilde Xaverius",
    "phone": "0612345678",
    "email": "zwanehilde@voorbeeld.nl",
    "street": "Kwartelslagpad",
}


@pytest.fixture
def centre(settings):
    settings.CELL_MIN_POSTCODES = 1
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


def every_value(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return " ".join(str(value) for row in cursor.fetchall() for value in row)


def test_a_resident_is_unreadable_at_rest_and_readable_in_python(centre):
    resident = services.register_resident(
        name=MARKERS["name"],
        phone=MARKERS["phone"],
        email=MARKERS["email"],
        address=Address(MARKERS["street"], "12", "3431AB", "Nieuwegein"),
        consented=True,
        by=None,
    )
    raw = every_value("people_resident")
    for marker in (*MARKERS.values(), "612345678", "3431", "52.02", "5.08"):
        assert marker not in raw, marker
    resident.refresh_from_db()
    assert resident.name == MARKERS["name"]
    assert resident.address["street"] == MARKERS["street"]


def test_the_phone_number_of_a_volunteer_is_unreadable_at_rest(centre):
    user = UserFactory()
    volunteer = services.register_volunteer(
        user,
        phone=MARKERS["phone"],
        postcode="3431AB",
        skills=1,
        dayparts=1,
        adult=True,
        consented=True,
        by=user,
    )
    services.leave(volunteer, by=user)
    services.register_volunteer(
        user,
        phone=MARKERS["phone"],
        postcode="3431AB",
        skills=1,
        dayparts=1,
        adult=True,
        consented=True,
        by=user,
    )
    assert "612345678" not in every_value("people_volunteer")


def test_events_hold_ids_only(centre):
    user = UserFactory(email=MARKERS["email"])
    services.register_resident(
        name=MARKERS["name"], email=MARKERS["email"], phone=MARKERS["phone"], user=user, consented=True,
        address=Address(MARKERS["street"], "12", "3431AB"), by=user,
    )  # fmt: skip
    raw = every_value("events_eventrecord")
    assert raw
    for marker in MARKERS.values():
        assert marker not in raw


def test_the_tables_are_as_the_models_say():
    call_command("makemigrations", "people", "safeguarding", check=True, dry_run=True, verbosity=0)
