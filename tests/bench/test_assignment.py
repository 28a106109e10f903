"""The benchmark of the daily proposal in small: the solvers agree, and the gaps are where they should be."""

import pytest

from bench import assignment
from bench.assignment import Size, Town, dense, linear_program, measure
from matching.engine.assignment import assign, greedy, nearest_first, totals


def test_in_a_thin_market_the_exact_answer_helps_more_than_people_do():
    market = Town(Size(300, 300)).market(best=True)
    exact = totals(market, assign(market))
    assert dense(market) == pytest.approx(exact.weight)
    assert linear_program(market) == pytest.approx(exact.weight)
    for choose in (greedy, nearest_first):
        other = totals(market, choose(market))
        assert other.weight < 0.97 * exact.weight
        assert other.filled < exact.filled


def test_a_run_prints_its_table_and_stops_when_solvers_differ(capsys, monkeypatch):
    measure(Size(60, 60))
    printed = capsys.readouterr().out
    assert "60 requests, 60 volunteers" in printed
    assert printed.count("the same total") == 2
    monkeypatch.setattr(assignment, "dense", lambda market: 0.0)
    with pytest.raises(RuntimeError, match="linear_sum_assignment"):
        measure(Size(60, 60))
