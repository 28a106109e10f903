"""Messages on a phone in a real browser: turned on at the page, shown with two buttons, answered there."""

import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession, Worker, expect

from matching.enums import OfferState
from matching.models import Assignment, Offer
from matching.services import ask_volunteer
from notifications.models import Notice, PushSubscription
from notifications.push.devices import is_signed_in
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
# Long enough for a machine that is busy with other things.
SECONDS = 30
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
    endpoint: given.json.endpoint, options: {}, toJSON: () => given.json,
    unsubscribe: async () => (localStorage.removeItem("made"), true),
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
# Whoever asks Chromium for its notifications while it is putting one up makes it forget that one: what is not
# on the screen yet counts as closed by hand. So the worker says when it stands there. A slow machine is no
# tunnel.
PREPARED = """
() => {
  const show = ServiceWorkerRegistration.prototype.showNotification;
  self.up = 0;
  ServiceWorkerRegistration.prototype.showNotification = async function (...look) {
    await show.apply(this, look);
    self.up += 1;
  };
  AbortSignal.timeout = () => new AbortController().signal;
}
"""
SHOWN = """
async () => {
  for (let turn = 0; turn < 1200 && !self.up; turn++) await new Promise((resolve) => setTimeout(resolve, 50));
  if (!self.up) return [Notification.permission];
  self.up = 0;
  const shown = await self.registration.getNotifications();
  return shown.map(({ title, body, lang, silent, actions }) => (
    { title, body, lang, silent, actions: actions.map((each) => [each.action, each.title]) }
  ));
}
"""
NOTHING_SHOWN = """
async () => {
  for (let turn = 0; turn < 600; turn++) {
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
        self.session: CDPSession | None = None
        self.registrations: list[dict[str, Any]] = []

    def worker(self) -> Worker:
        """The service worker, once it stands, ready for messages."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        known = self.context.service_workers
        worker = known[0] if known else self.context.wait_for_event("serviceworker")
        worker.evaluate(PREPARED)
        return worker

    def receive(self, notice: Notice) -> None:
        """What the push service would bring."""
        message = message_for(notice)
        assert message is not None
        told = {"origin": self.base, "data": message.content.decode()}
        told["registrationId"] = self._registration()["registrationId"]
        self.session.send("ServiceWorker.deliverPushMessage", told)

    def _registration(self) -> dict[str, Any]:
        """The registration of the worker, as the browser tells it to its tools; told once."""
        if self.session is None:
            self.session = self.context.new_cdp_session(self.page)
            event = "ServiceWorker.workerRegistrationUpdated"
            self.session.on(event, lambda told: self.registrations.extend(told["registrations"]))
            self.session.send("ServiceWorker.enable")
        deadline = time.monotonic() + SECONDS
        while not self.registrations and time.monotonic() < deadline:
            self.page.evaluate("null")  # meanwhile the browser tells what it knows
        return self.registrations[0]


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
    # The worker of the server may have been first, and not be ready yet.
    notices = Notice.objects.filter(object_id=offer.pk, user=town.volunteers[0].user)
    assert in_time(notices.exists)
    return offer, notices.get()


def turn_on(phone: Phone) -> None:
    phone.go(PAGE)
    phone.press("Ja, geef meldingen op dit apparaat")
    phone.sees("Vanaf nu komen berichten ook op dit apparaat.")
    phone.sees("Meldingen komen op dit apparaat")


def in_time(holds: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Whether it comes true."""
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return held


def becomes(offer: Offer, state: OfferState, seconds: float = SECONDS) -> bool:
    """Whether the answer reaches the server in time."""
    return in_time(Offer.objects.filter(pk=offer.pk, state=state).exists, seconds)


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
    phone.page.goto("about:blank")  # a page that is open would go and sign in
    Session.objects.all().delete()  # as when it ran out
    device = PushSubscription.objects.get()
    assert not is_signed_in(device)
    phone.become(device.user)
    with phone.page.expect_response(f"**{reverse('push-again')}"):
        phone.go("/profiel/")
    device.refresh_from_db()
    assert is_signed_in(device), "signed in again here: it goes on by itself"
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
