"""Redis that dies or freezes, a server that stops, a hub that loses its database."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from redis import Redis

from matching.models import Assignment
from matching.services import ask_volunteer
from notifications.live import bus, groups, signals
from notifications.live import hub as hub_module
from notifications.live.bus import CHANNEL, RedisBell
from notifications.live.hub import CLOSE_RIGHTS_CHANGED, QUEUE_LENGTH, REFRESH, Hub, Listener
from notifications.live.signals import Signal, send_signals
from notifications.live.socket import _opening
from tests.conftest import environment_of_child
from tests.factories.matching import Town
from tests.realtime.client import ROOT, running_server, signed_in, socket
from tools.servers import free_port, redis_server

pytestmark = pytest.mark.django_db(transaction=True)
CONVERGED = 40.0


@contextmanager
def worker_process(environment, folder: Path):
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def press_yes(server, client, offer) -> float:
    """Accept over HTTP as a browser does; return the seconds until the answer."""
    page = f"{server.origin}/uitvragen/{offer.pk}/"
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    form = client.get(f"/uitvragen/{offer.pk}/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.content.decode())[1]
    cookies += f"; csrftoken={client.cookies['csrftoken'].value}"
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": token}).encode()
    request = urllib.request.Request(f"{page}ja/", body, {"Cookie": cookies, "Referer": server.origin})
    began = time.monotonic()
    with urllib.request.build_opener(NoRedirect).open(request, timeout=20) as answer:
        assert answer.status == 302
    return time.monotonic() - began


class NoRedirect(urllib.request.HTTPErrorProcessor):
    """Hands a redirect over as it is."""

    def http_response(self, request, response):
        return response


def hears(opened, what: str) -> None:
    opened.until(lambda message: message.get("topic") == what, CONVERGED)


def test_saying_yes_is_quick_and_pages_stay_live_while_redis_is_frozen_or_gone(tmp_path, transactional_db):
    town = Town(volunteers=4, helpers_needed=4)
    port = free_port()
    environment = {
        **environment_of_child(),
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "LOG_LEVEL": "WARNING",
    }
    environment.pop("TEST_REDIS_URLS", None)
    clients = [signed_in(volunteer.user) for volunteer in town.volunteers]
    offers = [ask_volunteer(town.request, volunteer, by=town.coordinator) for volunteer in town.volunteers]
    with (
        redis_server(tmp_path, port) as (url, pid),
        running_server(environment, tmp_path) as server,
        worker_process(environment, tmp_path),
        socket(server, clients[0]) as opened,
    ):
        hears(opened, "offer")
        quick = 5 + 3 * press_yes(server, clients[3], offers[3])  # as quick as this machine is now
        os.kill(pid, signal.SIGSTOP)
        try:
            assert press_yes(server, clients[0], offers[0]) < quick
            hears(opened, "assignment")
        finally:
            os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGKILL)
        with socket(server, clients[1]) as second:
            second.hello()
            assert press_yes(server, clients[1], offers[1]) < quick
            hears(second, "assignment")
            with redis_server(tmp_path, port):
                listens_again(url)
                assert press_yes(server, clients[2], offers[2]) < quick
    assert Assignment.objects.filter(request=town.request).count() == 4


def listens_again(url: str) -> None:
    deadline = time.monotonic() + CONVERGED
    while Redis.from_url(url).pubsub_numsub(CHANNEL)[0][1] != 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_frozen_redis_holds_the_worker_for_a_moment_and_then_not_at_all(tmp_path, settings, monkeypatch):
    """Without a limit it would be held for good; a second ring does not even try."""
    monkeypatch.setattr(bus, "PAUSE_SECONDS", 3600)
    with redis_server(tmp_path) as (url, pid):
        settings.REDIS_URL = url
        connected, fresh = RedisBell(), RedisBell()
        connected.ring()
        os.kill(pid, signal.SIGSTOP)
        try:
            for bell in (connected, fresh):
                began = time.monotonic()
                bell.ring()
                assert time.monotonic() - began < 30 * bus.PUBLISH_SECONDS
                monkeypatch.setattr(bell, "_connected", lambda: 1 / 0)
                bell.ring()
        finally:
            os.kill(pid, signal.SIGCONT)


def test_in_a_request_nothing_is_said_to_redis(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    rung = []
    monkeypatch.setattr(bus._redis_bell, "ring", lambda: rung.append(1))
    send_signals([Signal("user:1", "inbox")])
    assert rung == []


def test_the_embedded_server_does_everything_and_stops_clean_with_sockets_open(tmp_path, transactional_db):
    town = Town(volunteers=1)
    client = signed_in(town.volunteers[0].user)
    environment = {
        **environment_of_child(),
        "DJANGO_SETTINGS_MODULE": "backend.settings",
        "EMBEDDED_WORKER": "1",
        "MODE": "development",
    }
    with running_server(environment, tmp_path) as server, socket(server, client) as opened:
        opened.hello()
        ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        hears(opened, "offer")
        began = time.monotonic()
        assert server.stop() in (0, -signal.SIGTERM)
        assert time.monotonic() - began < 30
        assert opened.closes()[0] == 1012
        log = server.log.read_text()
        assert "worker_stopped" in log
        assert "Traceback" not in log


# The hub by itself ---------------------------------------------------------------------------


class Ears(Listener):
    """A socket that keeps what it is told."""

    def told(self) -> list:
        found = []
        while not self.queue.empty():
            found.append(self.queue.get_nowait())
        return found


def ears(*names: str) -> Ears:
    return Ears(frozenset(names))


async def told(listener: Ears, seconds: float = 30) -> dict:
    return await asyncio.wait_for(listener.queue.get(), seconds)


def in_thread(function, *args) -> None:
    """Write as another thread would, and wait for it."""

    def run() -> None:
        function(*args)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)


def with_hub(play) -> None:
    """Run ``play(hub)`` in an event loop."""

    async def stage() -> None:
        hub = Hub()
        await hub.start()
        try:
            await play(hub)
        finally:
            await hub.stop()

    asyncio.run(stage())


def test_a_client_that_does_not_read_keeps_a_bounded_queue_and_must_refresh():
    slow = ears("user:1")
    for number in range(QUEUE_LENGTH + 1):
        slow.put({"cursor": number})
    assert slow.told() == [REFRESH]


def test_closing_forgets_what_was_queued():
    listener = ears("user:1")
    listener.put({"cursor": 1})
    listener.close(4408)
    assert (listener.told(), listener.close_code) == ([{}], 4408)


def test_the_hub_survives_a_database_that_goes_away(monkeypatch):
    read = hub_module._read
    failures = [OperationalError("away")] * 2

    def troubled(newest, thorough):
        if failures:
            raise failures.pop()
        return read(newest, thorough)

    async def play(hub):
        listener = ears("user:1")
        await hub.add(listener)
        monkeypatch.setattr(hub_module, "_read", troubled)
        await asyncio.to_thread(in_thread, send_signals, [Signal("user:1", "offer", "a")])
        assert (await told(listener))["id"] == "a"
        assert failures == []

    with_hub(play)


def test_a_signal_that_commits_late_is_told_after_younger_ones(monkeypatch):
    """PostgreSQL gives numbers before commit: the row of the lower number appears later."""
    early = signals.LiveSignal.objects.create(group="user:1", topic="offer", object_id="early")
    hidden = early.pk
    early.delete()
    # More than the quick look goes back.
    send_signals([Signal("user:2", "offer", str(number)) for number in range(signals.SLACK + 50)])

    async def play(hub):
        listener = ears("user:1")
        await hub.add(listener)

        def appear() -> None:
            signals.LiveSignal.objects.create(pk=hidden, group="user:1", topic="offer", object_id="late")

        await asyncio.to_thread(in_thread, appear)
        assert (await told(listener))["id"] == "late"
        await asyncio.sleep(1.5)  # further rounds see it again
        assert listener.told() == []

    with_hub(play)


def test_a_hub_that_was_blind_for_long_sends_everyone_back(monkeypatch):
    monkeypatch.setattr(signals, "MOST_READ", 3)

    async def play(hub):
        listener = ears("user:1")
        await hub.add(listener)
        many = [Signal("user:1", "offer", str(number)) for number in range(5)]
        await asyncio.to_thread(in_thread, send_signals, many)
        assert await told(listener) == {}
        assert listener.close_code == CLOSE_RIGHTS_CHANGED
        assert len(hub) == 0

    with_hub(play)


def test_a_kick_during_the_opening_is_seen():
    listener = Listener(frozenset({groups.person("1")}))
    known = signals.latest_cursor()
    assert _opening(listener, known, {}) is not None
    send_signals([Signal(groups.person("1"), signals.KICK)])
    assert _opening(listener, known, {}) is None


def test_too_much_to_replay_is_refresh():
    first = signals.LiveSignal.objects.create(group="g", topic="offer", object_id="0").pk
    send_signals([Signal("g", "offer", str(number)) for number in range(signals.MOST_REPLAYED)])
    assert len(signals.missed(["g"], first)) >= signals.MOST_REPLAYED
    send_signals([Signal("g", "offer", "one-more"), Signal("g", "offer", "and-one")])
    assert signals.missed(["g"], first) is None


def test_old_signals_are_forgotten_but_the_newest_anchors(clock):
    send_signals([Signal("g", "offer", "a"), Signal("g", "offer", "b")])
    newest = signals.latest_cursor()
    clock.forward(days=2)
    signals.forget_old_signals()
    assert signals.latest_cursor() == newest
    assert signals.missed(["g"], newest - 5) is None
