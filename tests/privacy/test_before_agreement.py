"""What a volunteer can find out before agreement (trust.md, threats 2 and 4): never who or where exactly.

Every address of the project is read as a volunteer who is asked and eligible but has agreed to
nothing. Markers planted in everything that identifies the resident may not turn up, and moving
the home inside its cell may not change one byte.
"""

import json
import logging
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from events.models import EventRecord
from events.worker import Worker
from help_requests.models import HelpRequest
from help_requests.services import follow_home
from matching import services
from matching.models import Assignment, Offer
from notifications.events import PushDue
from notifications.models import LiveSignal, Notice
from notifications.push.delivery import deliver
from people.contact import Address
from people.models import Resident
from people.services import move_resident, new_calendar_link
from places.cells import cell_of
from tests.access.test_matrix import LIBRARIES, address
from tests.access.world import World, all_routes
from tests.factories.people import LAT, LON, DistrictFactory, PostcodeFactory, sign_in_by_code
from tests.notifications.push_service import Browser, running_push_service
from tests.privacy.everything import text_of
from tests.privacy.readings import FOR_HTMX, readings
from tests.refusing import drawn_once

MARKERS = {
    "name": "Qxzinwonernaam",
    "phone": "+31699887766",
    "email": "qxzmail@voorbeeld.nl",
    "street": "Qxzstraatnaam",
    "house number": "8361Qx",  # figures alone turn up in random ids
    "postcode": "3431XQ",
    "destination": "Qxzbestemming",
    "words": "Qxzomschrijving",
    "latitude": "52.0292417",
    "longitude": "5.0806853",
}
PHONE_AS_SHOWN = "06 99887766"

pytestmark = pytest.mark.django_db
# The description of the API says the same to everybody, whoever there is.
MADE_OF_CODE = ("api/v1/openapi.json", "api/v1/docs")
# Links that are mailed to one person, about a student: here the owner, in another part.
SECRET_LINKS = ("stage/tekenen/", "stage/toestemming/")


class Watcher:
    """A volunteer who was asked, and everything that the project answers to them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owner = Resident.objects.get(pk=self.world.resident_id)
        self._plant()
        self._stand_in_the_shoes_of_the_other_helper()

    def _plant(self) -> None:
        self.owner.name, self.owner.phone = MARKERS["name"], MARKERS["phone"]
        self.owner.email = MARKERS["email"]
        self.owner.address = {
            "street": MARKERS["street"],
            "house_number": MARKERS["house number"],
            "postcode": MARKERS["postcode"],
            "city": "Nieuwegein",
        }
        self.owner.point = [float(MARKERS["latitude"]), float(MARKERS["longitude"])]
        self.owner.save()
        self.owner.user.name = MARKERS["name"]
        self.owner.user.save()
        HelpRequest.objects.filter(resident=self.owner).update(
            description=MARKERS["words"], destination=MARKERS["destination"]
        )
        HelpRequest.objects.filter(pk=self.world.near.pk).update(
            resident=self.owner, description=MARKERS["words"], destination=MARKERS["destination"]
        )

    def _stand_in_the_shoes_of_the_other_helper(self) -> None:
        user = self.world.people["other_helper"]
        coordinator = self.world.people["coordinator"]
        self.world.volunteer = user.volunteer
        self.world.offer = services.ask_volunteer(self.world.asked, user.volunteer, by=coordinator)
        Worker().run_due()
        assert not Assignment.objects.filter(volunteer=user.volunteer).exists()
        self.client = Client()
        sign_in_by_code(self.client, user)

    @drawn_once()
    def answers(self, *about: str) -> dict[str, bytes]:
        """Every address with what it answers to the volunteer's GET: status, headers, body.

        With ``about`` those only that have one of these words in them.
        """
        found = {}
        for route in all_routes():
            if route.startswith((*LIBRARIES, *MADE_OF_CODE, *SECRET_LINKS)):
                continue
            if about and not any(word in route for word in about):
                continue
            path = address(route, self.world)
            for headers, response in readings(self.client, path):
                found[f"{path} {headers}"] = _without_tokens(text_of(response).encode())
        return found


def _without_tokens(text: bytes) -> bytes:
    """Answers differ in tokens made anew for each of them, and in what the process counts."""
    form_keys = (rb'csrfmiddlewaretoken" value="[^"]+"', rb'name="key" value="[^"]+"')
    for pattern in (*form_keys, rb"nonce[-=]\"?[\w+/=-]+", rb"X-CSRFToken[^}]+}"):
        text = re.sub(pattern, b"", text)
    return text


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch):
    """A person may not read every address of the API three times in a minute; this test does."""
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_args: True)


@pytest.fixture
def log_lines(monkeypatch):
    """Everything that is logged while the test runs."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.__dict__}")

    handler = Keep(level=logging.DEBUG)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_marker_reaches_a_volunteer_or_a_log(world, log_lines):
    watcher = Watcher(world)
    leaks = [
        (path, what)
        for path, body in watcher.answers().items()
        for what, marker in [*MARKERS.items(), ("phone as shown", PHONE_AS_SHOWN)]
        if marker.encode() in body
    ]
    assert not leaks
    assert log_lines, "a scan of no lines proves nothing"
    logged = [what for what, marker in MARKERS.items() if any(marker in line for line in log_lines)]
    assert not logged


def test_the_volunteer_does_see_the_request_so_the_scan_is_no_empty_one(world):
    watcher = Watcher(world)
    pages = watcher.answers("uitvragen", "near-me")
    offer_page = pages[f"/uitvragen/{watcher.world.offer.pk}/ {{}}"].decode()
    assert watcher.world.asked.summary in offer_page
    assert watcher.world.asked.district.name in offer_page
    part = pages[f"/uitvragen/{watcher.world.offer.pk}/ {FOR_HTMX}"].decode()
    assert watcher.world.asked.summary in part
    assert len(part) < len(offer_page)
    assert any(
        str(watcher.world.near.pk).encode() in body for path, body in pages.items() if "near-me" in path
    )


def test_the_agreed_volunteer_does_see_the_markers(world):
    """Negative control: the same scan finds them once both sides agreed."""
    watcher = Watcher(world)
    helper = watcher.world.people["helper"]
    client = Client()
    client.force_login(helper, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/afspraken/{watcher.world.assignment.pk}/").content.decode()
    assert all(MARKERS[what] in page for what in ("name", "street", "house number"))
    card = client.get(f"/api/v1/assignments/{watcher.world.assignment.pk}/resident-contact")
    assert MARKERS["phone"] in card.content.decode()
    assert card.headers["Cache-Control"] == "no-store"
    client.force_login(watcher.owner.user, backend="django.contrib.auth.backends.ModelBackend")
    back = client.get(f"/api/v1/assignments/{watcher.world.assignment.pk}/volunteer-contact")
    assert (back.status_code, back.headers["Cache-Control"]) == (200, "no-store")


def pushed_to(user, monkeypatch) -> str:
    """All that waits for this person, as their phone opens it, and what the push service sees of it."""
    phone = Browser("telefoon")
    subscription = phone.subscribe(user)
    with running_push_service(monkeypatch) as service:
        for notice in Notice.objects.filter(user=user):
            assert deliver(PushDue(subscription.pk, notice.pk, 1))
    return json.dumps([service.to(phone), [(letter.path, letter.headers) for letter in service.letters]])


def test_no_marker_reaches_a_volunteer_by_mail_push_or_calendar(world, monkeypatch):
    watcher = Watcher(world)
    user = watcher.world.people["other_helper"]
    mails = [f"{each.subject} {each.body}" for each in mail.outbox if user.email in each.to]
    assert mails, "a scan of no mail proves nothing"
    feed = Client().get(reverse("agenda-feed", args=[new_calendar_link(user, by=user)]))
    assert feed.status_code == 200
    pushed = pushed_to(user, monkeypatch)
    assert str(watcher.world.offer.pk) in pushed, "a scan of no message proves nothing"
    assert watcher.world.asked.summary not in pushed, "others see that screen too"
    sent = "\n".join([*mails, pushed, feed.content.decode()])
    assert not [what for what, marker in MARKERS.items() if marker in sent]
    assert str(watcher.world.asked.pk) not in feed.content.decode(), "a question is no appointment"


def test_what_is_stored_for_the_volunteer_holds_no_marker(world):
    Watcher(world)
    stored = json.dumps(
        [
            list(EventRecord.objects.values_list("payload", flat=True)),
            list(LiveSignal.objects.values_list("group", "topic", "object_id")),
            [[str(value) for value in row] for row in Notice.objects.values_list("kind", "object_id")],
            list(Offer.objects.values_list("reasons", flat=True)),
        ]
    )
    assert not [what for what, marker in MARKERS.items() if marker in stored]


class TestMoving:
    """The requests that the volunteer may be asked follow the home (help_requests.services.follow_home)."""

    def changed_by_moving(
        self, world: World, lat: float, lon: float, *about: str
    ) -> tuple[Watcher, list[str]]:
        """Move the owner there, to another district, and return which answers (``about``) differ."""
        watcher = Watcher(world)
        follow_home(watcher.owner.pk)
        watcher.answers(*about)  # opening a question marks it as seen, once
        Worker().run_due()
        before = watcher.answers(*about)
        elsewhere = DistrictFactory(name="Overkant", lat=LAT + 0.05, lon=LON)
        for letters in ("ZA", "ZB", "ZC", "ZD", "ZZ"):  # enough addresses for the cell to stand by itself
            PostcodeFactory(code=f"3431{letters}", lat=lat, lon=lon, district=elsewhere)
        home = Address(street="Elders", house_number="3", postcode="3431ZZ", city="Nieuwegein")
        move_resident(watcher.owner, address=home, by=watcher.world.people["coordinator"])
        watcher.owner.refresh_from_db()
        assert (watcher.owner.address["street"], watcher.owner.district) == ("Elders", elsewhere)
        Worker().run_due()
        after = watcher.answers(*about)
        paths = [path for path in before if "/metrics" not in path]
        return watcher, [path for path in paths if before[path] != after.get(path)]

    def test_inside_the_cell_changes_no_byte(self, world):
        lat, lon = LAT + 0.0006, LON - 0.0007
        assert cell_of(lat, lon) == cell_of(LAT, LON)
        watcher, changed = self.changed_by_moving(world, lat, lon)
        assert watcher.owner.cell == cell_of(LAT, LON)
        assert not changed

    def test_to_another_cell_does_change_what_is_answered(self, world):
        """Negative control: the same move, further, is seen in the question and on the list near by."""
        watcher, changed = self.changed_by_moving(world, LAT + 0.05, LON, "uitvragen", "near-me")
        assert watcher.owner.cell == cell_of(LAT + 0.05, LON)
        assert any(str(watcher.world.offer.pk) in path for path in changed)
        assert any("near-me" in path for path in changed)
        page = watcher.answers("uitvragen")[f"/uitvragen/{watcher.world.offer.pk}/ {{}}"].decode()
        assert "Overkant" in page
