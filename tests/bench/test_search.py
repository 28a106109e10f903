"""The benchmark of search asks real questions, and sees a search that forgives nothing."""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from bench import search as bench


def test_ours_forgives_what_the_database_does_not(django_db_setup: None, django_db_blocker: DjangoDbBlocker):
    with django_db_blocker.unblock():
        ours, peer = bench.measure(150)
    assert ours.name == f"ours, {connection.vendor}"
    assert ours.spelt_well == peer.spelt_well == 1
    assert ours.misspelt > 0.97
    assert peer.misspelt < 0.2


def test_a_search_that_misses_or_dawdles_stops_the_run():
    good = bench.Figures("ours", 1.0, 29.0, 1.0, 0.9, 1.0)
    bench.check(good)
    bench.check(good._replace(name="FTS5", spelt_well=0.5))
    for bad in (good._replace(p95=31.0), good._replace(spelt_well=0.99)):
        with pytest.raises(SystemExit):
            bench.check(bad)
