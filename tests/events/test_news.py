"""No news is good news only where that is sure: on PostgreSQL, outside a transaction, and not for long."""

import time

import psycopg
import pytest
from django.db import connection, transaction

from events import news as module
from events.news import News
from tests.events.conftest import happen

RELIABLE = connection.vendor == "postgresql"


@pytest.fixture
def news(transactional_db, monkeypatch):
    monkeypatch.setattr(module, "SILENCE_SECONDS", 3600)
    news = News()
    yield news
    news.close()


def comes(news: News) -> bool:
    """Whether there is news within some seconds; a notification takes its way after the commit."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if news.may_be():
            return True
    return False


def test_who_begins_to_listen_looks_first(news):
    assert news.may_be()


def test_silence_is_believed_where_every_commit_is_heard(news):
    news.may_be()
    assert news.may_be() is not RELIABLE


def test_what_this_process_records_is_heard_at_once(news):
    news.may_be()
    happen()
    assert news.may_be()


def test_what_another_process_records_is_heard_once(news, monkeypatch):
    monkeypatch.setattr(module.bell, "ring", lambda: None)  # rings in that process only
    news.may_be()
    happen()
    assert comes(news)
    assert news.may_be() is not RELIABLE


def test_an_event_that_was_rolled_back_is_no_news(news):
    news.may_be()
    with transaction.atomic():
        happen()
        transaction.set_rollback(True)
    assert news.may_be() is not RELIABLE


def test_inside_a_transaction_there_may_always_be_news(news):
    news.may_be()
    with transaction.atomic():
        assert news.may_be()


def test_silence_is_not_believed_for_long(news, monkeypatch):
    news.may_be()
    monkeypatch.setattr(module, "SILENCE_SECONDS", -1)
    assert news.may_be()


def test_a_lost_connection_is_news_and_is_made_again(news):
    news.may_be()
    if RELIABLE:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )
            assert cursor.fetchall() == [(True,)]
        assert comes(news)
    news._try_at = 0.0
    assert news.may_be()  # listens again, so looks
    assert news.may_be() is not RELIABLE


def test_a_server_that_refuses_is_news_until_it_is_back(news, monkeypatch):
    def refuse(_channel):
        raise psycopg.OperationalError("too many connections")

    monkeypatch.setattr(module, "listen", refuse)
    assert news.may_be()
    assert news.may_be()
