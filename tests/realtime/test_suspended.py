"""An account is closed: within two seconds nothing is left of it, on any channel (threats 14 and 19).

The worker and the server are those of every day; each channel is waited for, and the time is taken.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import time as time_of_day
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from websockets.exceptions import ConnectionClosed

from common import clock
from common.seating import SeatState
from events.models import EventRecord
from matching.enums import AssignmentState
from matching.models import Assignment, Offer
from matching.queries import contact_is_open
from matching.services import accept_offer, ask_volunteer, plan
from notifications.events import PushDue
from notifications.live.signals import KICK
from notifications.models import LiveSignal, OutgoingMail
from notifications.push.delivery import deliver
from notifications.services import choose_quiet
from people.enums import SuspensionReason
from people.services import new_calendar_link, reinstate_user, suspend_user
from tests.factories.matching import Town, open_request
from tests.factories.people import PASSWORD
from tests.factories.shifts import ShiftTown, moment
from tests.notifications.push_service import Browser, PushService, running_push_service
from tests.realtime.client import Server, signed_in, socket
from vacancies.enums import ActionState
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.services import sign_up_for_task

pytestmark = pytest.mark.django_db(transaction=True)
MIDNIGHT = time_of_day()
SOON = 2.0


def app_token(user) -> str:
    """The token of an app that signed in through the headless API."""
    user.set_password(PASSWORD)
    user.save()
    answer = Client().post(
        "/_allauth/app/v1/auth/login",
        {"email": user.email, "password": PASSWORD},
        content_type="application/json",
    )
    return answer.json()["meta"]["session_token"]


class Channels:
    """All the ways in which one volunteer sees or hears of others."""

    def __init__(self, user, assignment: Assignment) -> None:
        self.user, self.assignment = user, assignment
        self.token = app_token(user)  # first: it sets the password, which would end the other session
        self.browser = signed_in(user)
        self.feed = reverse("agenda-feed", args=[new_calendar_link(user, by=user)])

    def open(self) -> set[str]:
        """Those that give something at this moment."""
        page = self.browser.get(reverse("agreement", args=[self.assignment.pk]))
        api = Client().get("/api/v1/assignments", headers={"X-Session-Token": self.token})
        ways = {
            "page": page.status_code == 200,
            "api": api.status_code == 200,
            "calendar": Client().get(self.feed).status_code == 200,
            "action": b"Buurttuin" in Client().get(self.feed).content,
            "address": contact_is_open(Assignment.objects.select_related("request", "volunteer__user").get()),
        }
        return {way for way, gives in ways.items() if gives}


@pytest.fixture
def agreed(town: Town) -> Assignment:
    """An agreement of the first volunteer, and a question that is still open."""
    first = town.volunteers[0]
    assignment = accept_offer(ask_volunteer(town.request, first, by=town.coordinator), by=first.user)
    plan(assignment, clock.now() + timedelta(days=1), by=first.user)
    ask_volunteer(open_request(town.centre), first, by=town.coordinator)
    return assignment


def place_at_action(user) -> TaskSeat:
    """A place of theirs at a one-day action of next week."""
    town, day = ShiftTown(), clock.today() + timedelta(days=7)
    words = {"title": "Buurttuin", "description": "Snoeien.", "place": "Dorpsstraat 1", "on_date": day}
    action = Action.objects.create(
        organisation=town.organisation, centre=town.centre, state=ActionState.PUBLISHED, **words
    )
    begins = moment(day, "10:00")
    hours = {"starts_at": begins, "ends_at": begins + timedelta(hours=3)}
    return sign_up_for_task(
        ActionTask.objects.create(action=action, title="Snoeien", capacity=3, **hours), by=user
    )


@pytest.fixture
def push_service(monkeypatch) -> Iterator[PushService]:
    with running_push_service(monkeypatch) as service:
        yield service


def phone_of(user) -> Browser:
    """Their phone, at which it is never night."""
    phone = Browser("phone")
    phone.subscribe(user)
    choose_quiet(user, quiet_from=MIDNIGHT, quiet_until=MIDNIGHT)
    return phone


def test_nothing_is_left_of_it_within_two_seconds(
    server: Server, town: Town, agreed, settings, worker, push_service: PushService
):
    settings.EMAIL_BACKEND = "notifications.mail.OutboxBackend"
    user, resident = town.volunteers[0].user, town.resident_user
    channels, seat = Channels(user, agreed), place_at_action(user)
    began = time.monotonic()
    assert channels.open() == {"page", "api", "calendar", "action", "address"}
    looks = [time.monotonic() - began]
    phone = phone_of(user)
    asked = ask_volunteer(open_request(town.centre), town.volunteers[0], by=town.coordinator)
    # Until then the phone hears it, perhaps among what was still on its way.
    while phone.reads(push_service.next(30).body).get("offer") != str(asked.pk):
        pass
    question = EventRecord.objects.filter(type=PushDue.type).earliest("pk").event
    with socket(server, channels.browser) as opened, socket(server, signed_in(resident)) as other_side:
        opened.hello(), other_side.hello()
        OutgoingMail.objects.all().delete()
        began = time.monotonic()
        suspend_user(user, by=town.coordinator, reason=SuspensionReason.MONEY, note="Vroeg om geld.")
        assert not deliver(question), "nor does their phone hear anything any more"
        assert channels.open() == set()
        code, heard = opened.closes()
        assert code in {4401, 4408}
        # Something from before may still have been on its way; from the closing on there is nothing.
        closed = LiveSignal.objects.filter(topic=KICK).latest("id").pk
        assert [message for message in heard if message["cursor"] > closed] == []
        # The other side hears that it is off: what was agreed and asked has been taken back.
        other_side.until(lambda message: message.get("topic") == "assignment")
        taken = time.monotonic() - began
    began = time.monotonic()
    assert channels.open() == set()
    looks.append(time.monotonic() - began)
    # Two seconds, or on a busy machine what a dozen such looks take before or after: calm, that is a second.
    assert taken < max(SOON, 12 * max(looks))
    assert not {"offer_cancelled", "cancelled_volunteer"} & set(push_service.kinds(phone))
    assert Assignment.objects.get().state == AssignmentState.CANCELLED
    assert TaskSeat.objects.get(pk=seat.pk).state == SeatState.CANCELLED  # somebody else can come
    assert not Offer.objects.filter(volunteer__user=user, state__in=("sent", "seen")).exists()
    assert user.email not in [to for mail in OutgoingMail.objects.all() for to in mail.content["to"]]
    with socket(server, channels.browser) as again:
        assert again.closes() == (4401, [])


def test_undone_with_a_reason_one_signs_in_again(server: Server, town: Town, worker):
    user = town.volunteers[0].user
    user.set_password(PASSWORD)
    user.save()
    assert EmailAddress.objects.filter(user=user, verified=True).exists()
    browser = signed_in(user)
    suspend_user(user, by=town.coordinator)
    reinstate_user(user, by=town.coordinator, note="Een misverstand.")
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert browser.get("/profiel/").status_code == 200
    assert in_time_hears(server, browser)


def in_time_hears(server: Server, browser: Client) -> bool:
    """Whether a socket is let in and told hello.

    What closed the earlier ones may still be on its way and close the first one too: pages come back.
    """
    for _ in range(3):
        with socket(server, browser) as opened, suppress(ConnectionClosed):
            return opened.hello()[-1]["type"] == "hello"
    return False
