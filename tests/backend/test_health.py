"""What machines ask: alive, ready, figures."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from backend import health
from common import clock as project_clock
from events.models import EventRecord

pytestmark = pytest.mark.django_db


def test_alive_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready(client):
    assert client.get("/readyz").json() == {"database": "ok", "worker": "ok", "queueAgeSeconds": 0.0}


@pytest.mark.parametrize(("waited", "status"), [(119, 200), (121, 503)])
def test_not_ready_when_the_worker_stands_still(client, clock, waited, status):
    at = project_clock.now() - timedelta(seconds=waited)
    EventRecord.objects.create(type="tests.waiting", payload={}, at=at, ready_at=at)
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json()["queueAgeSeconds"] == waited


def test_not_ready_without_a_database(client, monkeypatch):
    def away() -> float:
        raise OperationalError("away")

    monkeypatch.setattr(health, "queue_age_seconds", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "away"


def test_figures_for_this_machine(client):
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 200
    assert b"events_queue_age_seconds" in answer.content


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.9"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer verkeerd"},
    ],
)
def test_no_figures_for_others(client, settings, meta):
    settings.METRICS_TOKEN = "geheim-van-de-meter"
    assert client.get("/metrics", **meta).status_code == 403


def test_figures_with_the_token(client, settings):
    settings.METRICS_TOKEN = "geheim-van-de-meter"
    meta = {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer geheim-van-de-meter"}
    assert client.get("/metrics", **meta).status_code == 200


def test_behind_a_proxy_only_the_token_counts(client, settings):
    settings.TRUSTED_PROXIES, settings.METRICS_TOKEN = 1, "geheim-van-de-meter"
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403
    token = {"REMOTE_ADDR": "127.0.0.1", "HTTP_AUTHORIZATION": "Bearer geheim-van-de-meter"}
    assert client.get("/metrics", **token).status_code == 200


def test_an_unset_token_opens_nothing(client, settings):
    settings.METRICS_TOKEN = ""
    meta = {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": ""}
    assert client.get("/metrics", **meta).status_code == 403


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_reading_only(client, path):
    assert client.post(path).status_code == 405
