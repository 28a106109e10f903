"""The life of a socket: opening, replay, closing, trouble."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.http import urlencode
from redis import Redis

from common import clock
from matching.services import ask_volunteer
from notifications.live import groups
from notifications.live.bus import CHANNEL
from notifications.live.hub import _still_valid
from notifications.live.signals import Signal, latest_cursor, send_signals
from notifications.models import LiveSignal
from people.enums import Role
from people.services import accounts, roles
from tests.factories.matching import Town
from tests.factories.people import PASSWORD
from tests.realtime.client import Server, signed_in, socket

pytestmark = pytest.mark.django_db(transaction=True)


def tell(user, *ids: str, topic: str = "offer") -> None:
    send_signals([Signal(groups.person(user.pk), topic, one) for one in ids])


def ids(messages) -> list[str]:
    return [message["id"] for message in messages if "id" in message]


def test_a_change_arrives_at_the_one_socket_and_not_at_the_other(server: Server, town: Town):
    one, other = (volunteer.user for volunteer in town.volunteers)
    with socket(server, signed_in(one)) as first, socket(server, signed_in(other)) as second:
        assert first.hello()[-1] == {"type": "hello", "cursor": latest_cursor()}
        second.hello()
        tell(one, "a")
        assert first.next() == {"cursor": latest_cursor(), "topic": "offer", "id": "a"}
        tell(other, "b")
        assert second.next()["id"] == "b"
        assert first.is_silent()


def test_coming_back_gives_exactly_what_was_missed(server: Server, town: Town):
    user, other = (volunteer.user for volunteer in town.volunteers)
    tell(user, "long-ago")
    LiveSignal.objects.update(at=clock.now() - timedelta(minutes=5))
    with socket(server, signed_in(user)) as first:
        cursor = first.hello()[-1]["cursor"]
    tell(user, "a", "b", "a")
    tell(other, "of-another")
    tell(user, "a", topic="assignment")
    with socket(server, signed_in(user), f"?cursor={cursor}") as again:
        messages = again.hello()
        assert [(message["topic"], message["id"]) for message in messages[:-1]] == [
            ("offer", "a"),
            ("offer", "b"),
            ("assignment", "a"),
        ]
        tell(user, "c")
        # The hub may have looked only now at what the replay has told already: twice, never not at all.
        again.until(lambda message: message["id"] == "c")


def test_a_change_between_asking_for_the_page_and_opening_the_socket_is_heard(server: Server, town: Town):
    user = town.volunteers[0].user
    client = signed_in(user)
    page = client.get("/berichten/").content.decode()
    since = page.split('data-live-since="')[1].split('"')[0]
    tell(user, "between")
    with socket(server, client, f"?since={since}") as opened:
        assert ids(opened.hello()) == ["between"]


@pytest.mark.parametrize("question", [{"cursor": 10**12}, {"since": 1}])
def test_a_moment_that_is_not_known_any_more_gives_refresh(server: Server, town: Town, question):
    user = town.volunteers[0].user
    tell(user, "a")
    with socket(server, signed_in(user), "?" + urlencode(question)) as opened:
        assert opened.hello()[0] == {"type": "refresh"}


@pytest.mark.parametrize("question", ["", "?cursor=-1", "?cursor=abc", "?cursor=" + "9" * 40, "?since=%F0"])
def test_an_odd_question_is_no_question(server: Server, town: Town, question):
    user = town.volunteers[0].user
    tell(user, "a")
    with socket(server, signed_in(user), question) as opened:
        assert [message["type"] for message in opened.hello()] == ["hello"]


def test_a_client_that_talks_too_much_is_shut_out_and_a_word_does_not_hurt(server: Server, town: Town):
    user = town.volunteers[0].user
    with socket(server, signed_in(user)) as opened:
        opened.hello()
        opened.connection.send('{"subscribe": "desk"}')
        tell(user, "a")
        assert opened.next()["id"] == "a"
        opened.connection.send("x" * 2000)
        assert opened.closes() == (1009, [])


def test_a_suspended_person_is_out_within_two_seconds_and_hears_nothing_more(server, town, worker):
    user, other = (volunteer.user for volunteer in town.volunteers)
    client = signed_in(user)
    with socket(server, client) as opened, socket(server, signed_in(other)) as bystander:
        opened.hello(), bystander.hello()
        accounts.suspend_user(user, by=None)
        code, heard = opened.closes()
        assert (code in {4401, 4408}, heard) == (True, [])  # told so, or found by the rounds
        tell(user, "secret")
        tell(other, "still-here")
        assert bystander.next()["id"] == "still-here"
    with socket(server, client) as again:
        assert again.closes() == (4401, [])


def test_signing_out_closes_the_socket_and_other_devices_may_come_back(server, town, worker):
    user = town.volunteers[0].user
    phone, laptop = signed_in(user), signed_in(user)
    with socket(server, phone) as opened:
        opened.hello()
        was = phone.cookies.copy()
        assert phone.post("/account/logout/").status_code == 302
        assert opened.closes()[0] == 4408
    phone.cookies = was
    with socket(server, phone) as again:
        assert again.closes() == (4401, [])
    with socket(server, laptop) as stays:
        assert stays.hello()[-1]["type"] == "hello"


def test_signing_out_everywhere_closes_the_other_devices(server, town, worker):
    user = town.volunteers[0].user
    user.set_password(PASSWORD)
    user.save()
    phone, laptop = Client(), Client()
    for client in (phone, laptop):
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    with socket(server, phone) as opened:
        opened.hello()
        laptop.post("/account/sessions/")
        assert opened.closes()[0] == 4408
    with socket(server, phone) as again:
        assert again.closes() == (4401, [])
    with socket(server, laptop) as stays:
        stays.hello()


def test_a_role_given_or_taken_changes_what_is_heard(server, town, worker):
    user = town.volunteers[0].user
    client = signed_in(user)
    at_desk = Signal(groups.desk(town.centre.pk), "desk", "d")
    with socket(server, client) as opened:
        opened.hello()
        grant = roles.grant_role(user, Role.COORDINATOR, centre=town.centre, by=None)
        assert opened.closes()[0] == 4408
    with socket(server, client) as opened:
        opened.hello()
        send_signals([at_desk])
        assert opened.next()["topic"] == "desk"
        roles.end_role(grant, by=None)
        assert opened.closes()[0] == 4408
    with socket(server, client) as opened:
        opened.hello()
        send_signals([at_desk])
        tell(user, "own")
        assert opened.next()["id"] == "own"


def test_a_session_that_vanished_without_a_word_is_found_by_the_rounds(server, town):
    """No event tells of a session deleted behind our back; the hub looks by itself."""
    client = signed_in(town.coordinator)
    key = client.session.session_key
    assert _still_valid({key}, {town.coordinator.pk}) == ({key}, {town.coordinator.pk})
    Session.objects.all().delete()
    assert _still_valid({key}, {town.coordinator.pk}) == (set(), {town.coordinator.pk})


def test_parts_fetched_after_a_signal_are_the_same_as_a_fresh_page(server, town, worker):
    volunteer = town.volunteers[0]
    client = signed_in(volunteer.user)
    before = client.get("/berichten/").content.decode()
    with socket(server, client) as opened:
        opened.hello()
        ask_volunteer(town.request, volunteer, by=town.coordinator)
        opened.until(lambda message: message["topic"] == "inbox")
    part = client.get("/berichten/", headers={"HX-Request": "true"}).content.decode().strip()
    fresh = client.get("/berichten/").content.decode()
    assert part not in before
    assert without_token(part) in without_token(fresh)


def without_token(html: str) -> str:
    """The form token differs in every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def test_an_idle_socket_lives_and_hears(server: Server, town: Town, settings):
    """With Redis longer than a minute: its client once dropped idle subscriptions after five seconds."""
    user = town.volunteers[0].user
    idle = 65 if settings.REDIS_URL else 3
    with socket(server, signed_in(user)) as opened:
        opened.hello()
        time.sleep(idle)  # what is tested is that nothing happens
        tell(user, "awake")
        assert opened.next()["id"] == "awake"
    if settings.REDIS_URL:
        ears = Redis.from_url(settings.REDIS_URL).client_list(_type="pubsub")
        assert Redis.from_url(settings.REDIS_URL).pubsub_numsub(CHANNEL) == [(CHANNEL.encode(), 1)]
        assert [int(ear["age"]) >= idle for ear in ears] == [True]
