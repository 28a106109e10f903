"""Nobody copies the list of those who ask for help (threat 4): a quota, a canary, and who is told."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend import settings as own_settings
from events.models import EventRecord
from events.worker import Worker
from matching import services
from matching.models import Reveal
from notifications.enums import NoticeKind
from notifications.models import Notice
from people.enums import Role
from people.models import User
from people.services import grant_role
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory

pytestmark = pytest.mark.django_db
QUOTA, REQUESTS = 7, 9
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Harvest:
    """A volunteer who passes every screening, and a town with more requests than the quota."""

    def __init__(self) -> None:
        self.town = Town(volunteers=2)
        self.requests = [self.town.request, *(open_request(self.town.centre) for _ in range(REQUESTS - 1))]
        self.client, self.other = (self.signed_in(volunteer.user) for volunteer in self.town.volunteers)
        self.volunteer = self.town.volunteers[0]

    @staticmethod
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    def shown(self, body: str) -> set[str]:
        """Which requests an answer tells of."""
        return {str(request.pk) for request in self.requests if str(request.pk) in body}

    def signals(self) -> list[str]:
        """Who was told, once the worker has run."""
        Worker().run_due()
        told = Notice.objects.filter(kind=NoticeKind.READING_UNUSUAL, object_id=self.volunteer.pk)
        return [notice.user_id for notice in told]


@pytest.fixture
def harvest(clock, settings):
    settings.REVEALS_A_DAY = QUOTA
    return Harvest()


def test_the_quota_of_an_installation_is_200():
    assert own_settings.REVEALS_A_DAY == 200


def test_whoever_reads_on_is_blocked_everywhere_and_signalled_once(harvest):
    page = harvest.client.get(reverse("near-me"))
    first = harvest.shown(page.content.decode())
    assert len(first) == QUOTA
    for _ in range(3):
        blocked = harvest.client.get(reverse("near-me"))
        assert (blocked.status_code, harvest.shown(blocked.content.decode())) == (429, set())
    api = harvest.client.get("/api/v1/near-me")
    assert (api.status_code, api.json()["code"]) == (429, "reading-closed")
    forward = harvest.client.post(f"/api/v1/near-me/{harvest.requests[0].pk}/come-forward")
    assert forward.status_code == 429
    for request in harvest.requests:
        assert harvest.client.get(reverse("near-request", args=[request.pk])).status_code == 429
        assert harvest.client.post(reverse("near-request-accept", args=[request.pk])).status_code == 429
    home = harvest.client.get(reverse("volunteer-home"))
    assert (home.status_code, harvest.shown(home.content.decode())) == (200, set())
    assert harvest.signals() == [harvest.town.coordinator.pk]


def test_one_by_one_through_the_api_it_ends_there_too(harvest):
    """The quota counts requests, not questions: asking often for the same is no harm."""
    for request in harvest.requests[: QUOTA - 1]:
        assert harvest.client.get(reverse("near-request", args=[request.pk])).status_code == 200
        assert harvest.client.get(reverse("near-request", args=[request.pk])).status_code == 200
    assert harvest.signals() == []
    assert harvest.client.get(reverse("near-request", args=[harvest.requests[-1].pk])).status_code == 200
    assert harvest.client.get(reverse("near-request", args=[harvest.requests[-2].pk])).status_code == 429
    assert harvest.signals() == [harvest.town.coordinator.pk]


def test_a_day_later_it_opens_and_another_volunteer_never_noticed(harvest, clock):
    harvest.client.get(reverse("near-me"))
    assert len(harvest.shown(harvest.other.get("/api/v1/near-me").content.decode())) == QUOTA
    clock.forward(hours=23, minutes=59)
    assert harvest.client.get(reverse("near-me")).status_code == 429
    clock.forward(minutes=2)
    assert harvest.client.get(reverse("near-me")).status_code == 200
    assert Reveal.objects.filter(volunteer=harvest.volunteer).count() == REQUESTS


class TestOpeningAgain:
    """People decide: a coordinator looks, and opens the list at once."""

    def closed(self, harvest) -> str:
        harvest.client.get(reverse("near-me"))
        harvest.client.get(reverse("near-request", args=[services.canary_of(harvest.volunteer)]))
        assert harvest.client.get(reverse("near-me")).status_code == 429
        return reverse("desk-reading", args=[harvest.volunteer.pk])

    def test_a_coordinator_sees_why_and_opens_it(self, harvest):
        address = self.closed(harvest)
        desk = harvest.signed_in(harvest.town.coordinator)
        harvest.signals()
        notice = Notice.objects.get(kind=NoticeKind.READING_UNUSUAL, user=harvest.town.coordinator)
        page = desk.get(reverse("notice", args=[notice.pk]), follow=True)
        assert page.redirect_chain[-1][0] == address
        assert f"<dd>{QUOTA}</dd>" in page.content.decode()
        assert "Gesloten. Hij gaat vanzelf open: morgen 10:00." in page.content.decode()
        assert desk.post(address, follow=True).status_code == 200
        again = harvest.shown(harvest.client.get(reverse("near-me")).content.decode())
        assert len(again) == REQUESTS, "what they knew, and the rest"
        assert desk.post(address).status_code == 409
        events = EventRecord.objects.filter(type="matching.reading_opened")
        assert [event.actor_id for event in events] == [harvest.town.coordinator.pk]

    def test_nobody_else_does_and_nobody_for_themselves(self, harvest):
        address = self.closed(harvest)
        grant_role(harvest.volunteer.user, Role.COORDINATOR, centre=harvest.town.centre, by=None)
        strangers = (harvest.volunteer.user, CoordinatorFactory(), harvest.town.resident_user)
        for user, answers in zip(strangers, ((404, 404), (404, 404), (403, 403)), strict=True):
            client = harvest.signed_in(user)
            assert (client.get(address).status_code, client.post(address).status_code) == answers
        assert harvest.client.get(reverse("near-me")).status_code == 429

    def test_reading_on_after_that_is_signalled_again(self, harvest, settings):
        address = self.closed(harvest)
        settings.REVEALS_A_DAY = 2
        harvest.signed_in(harvest.town.coordinator).post(address)
        assert harvest.client.get(reverse("near-me")).status_code == 200
        assert harvest.client.get(reverse("near-me")).status_code == 429
        assert len(harvest.signals()) == 2


def test_what_the_centre_asks_goes_on(harvest):
    harvest.client.get(reverse("near-me"))
    offer = services.ask_volunteer(harvest.requests[-1], harvest.volunteer, by=harvest.town.coordinator)
    assert harvest.client.get(reverse("offer", args=[offer.pk])).status_code == 200
    assert services.accept_offer(offer, by=harvest.volunteer.user)


class TestCanary:
    """An address that stands on the page and that people cannot see."""

    @staticmethod
    def hidden(harvest) -> list[str]:
        page = harvest.client.get(reverse("near-me")).content.decode()
        return re.findall(r'<a href="([^"]+)"[^>]* hidden>', page)

    def test_a_program_that_follows_every_address_is_caught(self, harvest, settings):
        settings.REVEALS_A_DAY = 200
        (address,) = self.hidden(harvest)
        assert harvest.signals() == []
        assert [harvest.client.get(address).status_code for _ in range(3)] == [429, 429, 429]
        assert harvest.client.get(reverse("near-me")).status_code == 429
        assert harvest.signals() == [harvest.town.coordinator.pk]
        assert harvest.other.get(reverse("near-me")).status_code == 200

    def test_it_looks_like_a_request_and_is_everybodys_own(self, harvest):
        one, other = (services.canary_of(volunteer) for volunteer in harvest.town.volunteers)
        assert one != other
        assert (one.version, one.variant) == (harvest.requests[0].pk.version, harvest.requests[0].pk.variant)
        assert services.canary_of(harvest.volunteer) == one
        assert harvest.other.get(reverse("near-request", args=[one])).status_code == 404

    def test_people_do_not_meet_it(self, harvest):
        page = harvest.client.get(reverse("near-me")).content.decode()
        assert page.count(str(services.canary_of(harvest.volunteer))) == 1
        assert re.search(r'<a [^>]*tabindex="-1" hidden>', page)


def test_nothing_but_ids_is_recorded(harvest):
    harvest.client.get(reverse("near-me"))
    (event,) = EventRecord.objects.filter(type="matching.reading_unusual")
    assert set(event.payload) == {"volunteer_id", "centre_id"}
