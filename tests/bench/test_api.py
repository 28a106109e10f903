"""The benchmark of the API asks the real question, and counts what comes back."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import clear_url_caches

from bench.api import bare_settings
from bench.api.bare import address
from bench.api.load import load, request
from bench.api.town import demands_in, fill
from matching.supply import supply


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open

    def do_GET(self):
        status = 503 if self.path == "/busy" else 200
        self.send_response(status)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b"a" * 5000)

    def log_message(self, *_: object):
        pass


@contextmanager
def serving() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_load_counts_every_whole_answer_and_those_that_failed():
    asked = []

    def questions():
        for path in itertools.cycle(["/", "/", "/busy"]):
            asked.append(path)
            yield request(path)

    with serving() as port:
        answered = load(port, questions(), connections=3, seconds=0.05)
    assert len(answered.milliseconds) == len(asked) >= 3
    assert answered.failed == asked.count("/busy") >= 1
    assert answered.per_second == pytest.approx((len(asked) - answered.failed) / answered.seconds)


@pytest.mark.django_db
def test_sql_and_the_engine_give_the_same_candidates_over_the_api():
    supply.forget()
    desk = fill(volunteers=600, requests=12, coordinators=1)
    client = Client(headers={"cookie": f"sessionid={desk.sessions[0]}"})
    lists, whole = 0, {}
    with override_settings(ROOT_URLCONF="bench.api.urls"):
        clear_url_caches()
        assert client.get("/api/v1/bench/nothing").json() == {"well": True}
        for request_id in desk.requests:
            items = client.get(f"/api/v1/dispatches/{request_id}/candidates").json()["items"]
            lists += len(items)
            whole[request_id] = [item["volunteerId"] for item in items]
            if connection.vendor == "postgresql":
                found = client.get(f"/api/v1/bench/sql/{request_id}").json()["items"]
                keys = ("volunteerId", "score", "distanceM")
                assert found == [{key: item[key] for key in keys} for item in items]
    clear_url_caches()
    assert lists > 12
    if connection.vendor == "postgresql":
        check_bare(client, desk, whole)
    clear_url_caches()
    supply.forget()


def check_bare(client, desk, whole):
    asked = [(each.id, address("engine", each)) for each in demands_in(desk)]
    with override_settings(ROOT_URLCONF="bench.api.bare", MIDDLEWARE=bare_settings.MIDDLEWARE):
        clear_url_caches()
        for request_id, bare in asked:
            items = client.get(bare).json()
            assert [each["volunteer"][0] for each in items] == whole[request_id]
            assert client.get(bare.replace("/engine", "/sql")).json() == items
