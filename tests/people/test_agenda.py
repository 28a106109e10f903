"""One's appointments in one's own calendar: a secret address, hashed and revocable (threat 10)."""

import json
import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from common.errors import Forbidden
from common.logs import configure_logging
from events.models import EventRecord
from matching import services as matching
from matching.enums import AssignmentState
from matching.models import Assignment
from people.enums import HelpCategory
from people.models import CalendarLink
from people.services import erase_self, new_calendar_link, suspend_user
from safeguarding.enums import Requirement
from safeguarding.models import Screening
from tests.common.test_logs import logs  # noqa: F401  (a fixture)
from tests.factories.matching import Town, open_request
from tests.factories.people import UserFactory
from tests.privacy.everything import places_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NAMES = ("Qxznaam", "Qxzstraat", "0612399887", "+31612399887")


class Reader:
    """A volunteer with two rides, and their calendar."""

    def __init__(self, clock) -> None:
        self.town = Town(volunteers=1, category=HelpCategory.TRANSPORT)
        self.volunteer = self.town.volunteers[0]
        self.user = self.volunteer.user
        self.rides = [self.ride(clock, days) for days in (3, 5)]
        self.client = Client()
        self.client.force_login(self.user, backend=BACKEND)

    def ride(self, clock, days):
        wanted = open_request(self.town.centre, category=HelpCategory.TRANSPORT, destination="Qxzstraat 3")
        resident = wanted.resident
        resident.name, resident.phone = "Qxznaam", NAMES[3]
        resident.address = {"street": "Qxzstraat", "house_number": "3"}
        resident.save()
        offer = matching.ask_volunteer(wanted, self.volunteer, by=self.town.coordinator)
        made = matching.accept_offer(offer, by=self.user)
        Assignment.objects.filter(pk=made.pk).update(
            state=AssignmentState.PLANNED, starts_at=clock.now() + timedelta(days=days)
        )
        return made

    def address(self):
        page = self.client.post(reverse("my-agenda"))
        assert "no-store" in page["Cache-Control"]
        return re.search(r"http://testserver(/agenda/\w+\.ics)", page.content.decode())[1]


@pytest.fixture
def reader(clock):
    return Reader(clock)


def read(address):
    """What a calendar gets, which knows nothing but the address."""
    return Client().get(address)


def uids(address):
    return [str(event["uid"]) for event in Calendar.from_ical(read(address).content).walk("VEVENT")]


def test_a_calendar_reads_along_without_names_addresses_or_signing_in(reader):
    address = reader.address()
    response = read(address)
    assert uids(address) == [f"{ride.pk}@samenkracht" for ride in reader.rides]
    body = response.content.decode()
    assert not any(name in body.replace("\r\n ", "") for name in NAMES)
    assert f"http://testserver/afspraken/{reader.rides[0].pk}/" in body.replace("\r\n ", "")
    assert (response["Content-Type"], response["X-Robots-Tag"]) == ("text/calendar; charset=utf-8", "noindex")
    assert "no-store" in response["Cache-Control"]
    Assignment.objects.filter(pk=reader.rides[0].pk).update(state=AssignmentState.CANCELLED)
    assert uids(address) == [f"{reader.rides[1].pk}@samenkracht"]


def test_a_new_address_ends_the_old_one_and_stopping_ends_it_too(reader):
    first = reader.address()
    second = reader.address()
    assert [read(each).status_code for each in (first, second)] == [404, 200]
    reader.client.post(reverse("end-agenda"))
    assert read(second).status_code == 404
    assert reader.address() not in (first, second)


def test_the_secret_is_kept_nowhere(reader, logs):  # noqa: F811
    """Not in a table, an event, a session or a cache; and a log of who asks for an ended one has it not."""
    address = reader.address()
    secret = address.removeprefix("/agenda/").removesuffix(".ics")
    assert len(secret) == 40
    assert places_of([secret]) == set()
    assert secret not in reader.client.get(reverse("my-agenda")).content.decode()
    assert secret not in json.dumps(list(EventRecord.objects.values_list("payload", flat=True)))
    reader.client.post(reverse("end-agenda"))
    configure_logging(level="DEBUG", human=False)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    assert read(address).status_code == 404
    lines = json.dumps(logs(), ensure_ascii=False)
    assert "Not Found: /agenda/…" in lines, "a log without the line proves nothing"
    assert secret not in lines


def test_nobody_makes_one_for_another(reader):
    with pytest.raises(Forbidden):
        new_calendar_link(reader.user, by=UserFactory())
    assert not CalendarLink.objects.exists()


def test_whoever_is_suspended_or_erased_has_none(reader):
    address = reader.address()
    suspend_user(reader.user, by=reader.town.coordinator)
    assert read(address).status_code == 404
    other = UserFactory()
    mine = new_calendar_link(other, by=other)
    erase_self(other)
    assert read(reverse("agenda-feed", args=[mine])).status_code == 404


def test_from_the_day_after_the_last_valid_one_no_ride_stands_in_it(reader, clock):
    address = reader.address()
    Screening.objects.filter(volunteer=reader.volunteer, requirement=Requirement.VOG).update(
        valid_until=clock.now().date()
    )
    assert len(uids(address)) == 2
    clock.at(datetime(2025, 6, 3, 22, 0, 1, tzinfo=UTC))
    assert uids(address) == []


def test_guesses_and_half_secrets_open_nothing(reader):
    address = reader.address()
    for wrong in ("x", "0" * 40, address[8:-5], address[8:-4].replace("a", "b") + "0"):
        assert read(f"/agenda/{wrong}.ics").status_code == 404


def test_many_appointments_cost_as_many_queries_as_two(reader, clock, django_assert_num_queries):
    address = reader.address()
    for days in range(6, 10):
        wanted = open_request(reader.town.centre, category=HelpCategory.TRANSPORT)
        Assignment.objects.create(
            request=wanted,
            volunteer=reader.volunteer,
            state=AssignmentState.PLANNED,
            starts_at=clock.now() + timedelta(days=days),
        )
    # Link, agreements, steps held, what the centre asks, shifts, actions, meetings.
    with django_assert_num_queries(7):
        assert len(uids(address)) == 6


def test_the_profile_leads_there_and_the_page_works_without_script(reader):
    assert reverse("my-agenda") in reader.client.get(reverse("profile")).content.decode()
    before = reader.client.get(reverse("my-agenda")).content.decode()
    assert reverse("end-agenda") not in before
    page = reader.client.post(reverse("my-agenda")).content.decode()
    assert 'href="webcal://testserver/agenda/' in page
    after = reader.client.get(reverse("my-agenda")).content.decode()
    assert reverse("end-agenda") in after
