"""Messages on a phone in a real browser: turned on at the page, shown with two buttons, answered there."""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession, Worker, expect

from matching.enums import OfferState
from matching.models import Assignment, Offer
from matching.services import ask_volunteer
from notifications.models import Notice, PushSubscription
from notifications.push.message import message_for
from people.models import User
from tests.browser.people import PHONE, Person
from tests.browser.server import running_server
from tests.factories.matching import Town, open_request
from tests.notifications.push_service import Browser as Subscribed

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "push.invalid"
PAGE = "/berichten/telefoon/"
# There is no push service here: what the browser would have got from its own.
SUBSCRIBES = """
  let made = null;
  const given = %s;
  PushManager.prototype.getSubscription = async () => (localStorage.made ? made ?? given.subscription : null);
  PushManager.prototype.subscribe = async (options) => {
    localStorage.made = "yes";
    localStorage.key = btoa(String.fromCharCode(...options.applicationServerKey));
    return given.subscription;
  };
  given.subscription = {
    options: {}, toJSON: () => given.json, unsubscribe: async () => (localStorage.removeItem("made"), true),
  };
"""
# A tap on the notification or one of its buttons, as the browser would tell the worker.
TAP = """
async (action) => {
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification, action });
  const done = [];
  Object.defineProperty(event, "waitUntil", { value: (promise) => done.push(promise) });
  self.opened = [];
  self.clients.openWindow = async (url) => void self.opened.push(url);
  self.clients.matchAll = async () => [];
  self.dispatchEvent(event);
  await Promise.all(done);
  return self.opened;
}
"""
SHOWN = """
async () => {
  for (let turn = 0; turn < 200; turn++) {
    const shown = await self.registration.getNotifications();
    if (shown.length) {
      return shown.map(({ title, body, lang, silent, actions }) => (
        { title, body, lang, silent, actions: actions.map((each) => [each.action, each.title]) }
      ));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return [Notification.permission];
}
"""


NOTHING_SHOWN = """
async () => {
  for (let turn = 0; turn < 200; turn++) {
    if (!(await self.registration.getNotifications()).length) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
"""
# In a tunnel, or out of it.
AWAY = """
(away) => {
  self.really ??= self.fetch;
  self.fetch = away ? async () => { throw new TypeError("Failed to fetch"); } : self.really;
}
"""


class Phone(Person):
    """A volunteer with a phone that may show messages."""

    def __init__(self, browser: Browser, base: str, user: User) -> None:
        super().__init__(browser, base, size=PHONE)
        subscribed = Subscribed("telefoon", NOWHERE)
        told = {"json": {"endpoint": subscribed.endpoint, "keys": subscribed.keys}}
        self.context.grant_permissions(["notifications"], origin=base)
        self.page.add_init_script(SUBSCRIBES % json.dumps(told))
        self.become(user)

    def worker(self) -> Worker:
        """The service worker, once it stands."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        return self.context.service_workers[0]

    def receive(self, notice: Notice) -> None:
        """What the push service would bring."""
        message = message_for(notice)
        assert message is not None
        session: CDPSession = self.context.new_cdp_session(self.page)
        known: list[dict[str, Any]] = []
        event = "ServiceWorker.workerRegistrationUpdated"
        session.on(event, lambda told: known.extend(told["registrations"]))
        session.send("ServiceWorker.enable")
        for _ in range(1000):
            if known:
                break
            self.page.evaluate("null")  # meanwhile the browser tells what it knows
        told = {"origin": self.base, "data": message.content.decode()}
        told["registrationId"] = known[0]["registrationId"]
        session.send("ServiceWorker.deliverPushMessage", told)


@pytest.fixture
def site(child_environment: dict[str, str]) -> Iterator[str]:
    """Its push service is a name that leads nowhere."""
    with running_server({**child_environment, "PUSH_HOSTS": NOWHERE}) as base:
        yield base


@pytest.fixture
def town(transactional_db) -> Town:
    return Town(volunteers=1)


def question_to(town: Town) -> tuple[Offer, Notice]:
    offer = ask_volunteer(open_request(town.centre), town.volunteers[0], by=town.coordinator)
    town.settle()
    return offer, Notice.objects.get(object_id=offer.pk, user=town.volunteers[0].user)


def turn_on(phone: Phone) -> None:
    phone.go(PAGE)
    phone.press("Ja, geef meldingen op dit apparaat")
    phone.sees("Vanaf nu komen berichten ook op dit apparaat.")
    phone.sees("Meldingen komen op dit apparaat")


def becomes(offer: Offer, state: OfferState, seconds: float = 10) -> bool:
    """Whether the answer reaches the server in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if Offer.objects.get(pk=offer.pk).state == state:
            return True
        time.sleep(0.05)
    return False


def test_turned_on_shown_with_two_buttons_and_answered_there_also_in_a_tunnel(browser, site, town):
    user = town.volunteers[0].user
    phone = Phone(browser, site, user)
    turn_on(phone)
    assert PushSubscription.objects.get().user == user
    assert phone.violations() == []
    worker = phone.worker()

    offer, notice = question_to(town)
    phone.receive(notice)
    (shown,) = worker.evaluate(SHOWN)
    assert shown == {
        "title": "Boodschappen",
        "body": "Kun je helpen?",
        "lang": "nl",
        "silent": False,
        "actions": [["yes", "Ja, ik help"], ["no", "Niet nu"]],
    }
    assert worker.evaluate(TAP, "") == [reverse("notice", args=[notice.pk])]

    phone.receive(notice)
    worker.evaluate(SHOWN)
    assert worker.evaluate(TAP, "no") == [], "that needs no page"
    assert becomes(offer, OfferState.DECLINED)

    offer, notice = question_to(town)
    phone.receive(notice)
    worker.evaluate(SHOWN)
    opened = worker.evaluate(TAP, "yes")
    assert opened == [reverse("agreement", args=[Assignment.objects.get(offer=offer).pk])]
    assert phone.faults == []

    # In a tunnel: kept on the phone, and sent as soon as a page is opened again.
    offer, notice = question_to(town)
    phone.receive(notice)
    worker.evaluate(SHOWN)
    worker.evaluate(AWAY, True)
    assert worker.evaluate(TAP, "no") == []
    (said,) = worker.evaluate(SHOWN)
    assert said["body"].startswith("Je hebt geen verbinding.")
    assert not becomes(offer, OfferState.DECLINED, seconds=0)
    worker.evaluate(AWAY, False)
    phone.go("/berichten/")
    assert becomes(offer, OfferState.DECLINED)


def test_the_page_turns_it_off_signing_out_takes_all_along_and_who_cannot_hears_so(browser, site, town):
    phone = Phone(browser, site, town.volunteers[0].user)
    turn_on(phone)
    phone.press("Stop ermee")
    phone.sees("Dit apparaat krijgt geen meldingen meer.")
    phone.sees("Ja, geef meldingen op dit apparaat")
    assert not PushSubscription.objects.exists()
    turn_on(phone)
    worker = phone.worker()
    phone.receive(question_to(town)[1])
    worker.evaluate(SHOWN)
    phone.go("/profiel/")
    phone.press("Uitloggen")
    phone.page.wait_for_url(f"{site}/")
    assert not PushSubscription.objects.exists()
    assert worker.evaluate(NOTHING_SHOWN)

    other = Phone(browser, site, town.volunteers[0].user)
    other.page.add_init_script("delete window.PushManager;")
    other.go(PAGE)
    other.sees("Met deze browser lukt het niet")
    expect(other.page.get_by_role("button", name="Ja, geef meldingen op dit apparaat")).to_be_hidden()
    assert other.violations() == []
