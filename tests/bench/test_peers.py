"""The peers of the benchmark give the engine's answers, and one that does not stops the run."""

from dataclasses import replace

import pytest
from django.db import connection

from bench.peers import __main__ as bench
from bench.peers import plain_loop
from bench.peers.sql import Found, number_of
from bench.population import TODAY, demands, population
from matching.engine import SupplyIndex

SIZE = bench.Size(volunteers=1_500, questions=60, seconds=20.0)
IN_PROCESS = {"flat NumPy", "plain loop", "SQLite scan", "SQLite help × H3"}
SERVERS = {"PostgreSQL scan", "PostgreSQL box", "Redis GEOSEARCH"}


def test_every_peer_gives_the_best_in_the_same_order(capsys: pytest.CaptureFixture[str]):
    ways = [bench.in_process, bench.with_sqlite]
    expected = set(IN_PROCESS)
    if connection.vendor == "postgresql":  # the pass in which servers are there
        ways += [bench.with_postgres, bench.with_redis]
        expected |= SERVERS
    asked = bench.compare(SIZE, ways)
    assert asked.keys() - {"PostGIS"} == expected
    assert set(asked.values()) == {60}
    assert "engine" in capsys.readouterr().out


def test_a_server_that_is_not_there_is_named_and_left_out(capsys: pytest.CaptureFixture[str]):
    def absent(*_: object):
        raise FileNotFoundError("redis-server")

    asked = bench.compare(SIZE._replace(questions=4), [absent])
    assert asked == {}
    assert "left out: redis-server" in capsys.readouterr().out


def test_another_order_score_or_distance_is_a_disagreement():
    people = population(400)
    question = replace(demands(1, people)[0], required_skills=0, dayparts=0, centres=frozenset())
    best = SupplyIndex.from_columns(people.ids, people.raw, people.trained).best(question, 5, today=TODAY)
    ids = plain_loop(people)(question, 5)
    found = [Found(number_of(one.volunteer_id), round(one.score * 1e9), one.distance_m) for one in best]
    assert len(ids) >= 2
    bench.require_same("right", question, ids, best)
    bench.require_same("right", question, found, best)
    for wrong in (
        ids[::-1],
        ids[:-1],
        [found[0]._replace(score=found[0].score + 1), *found[1:]],
        [found[0]._replace(metres=found[0].metres + 1), *found[1:]],
    ):
        with pytest.raises(bench.Disagreement):
            bench.require_same("wrong", question, wrong, best)
