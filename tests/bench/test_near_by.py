"""The benchmark of the list near by asks both ways, and stops when these differ."""

import re
from unittest import mock

import pytest

from bench import near_by
from matching.open_requests import open_requests
from tests.conftest import Clock


@pytest.mark.django_db(transaction=True)
def test_in_small_it_measures_both_ways_and_finds_an_answer_that_differs(clock: Clock, capsys) -> None:
    near_by.run(near_by.Sizes((40, 80), 130, 2))
    printed = capsys.readouterr().out
    assert re.search(r"130 open requests on \w+\n  loaded in .* bytes a request", printed)
    for row in ("list near by", "page near by", "page of today", "endpoint"):
        assert len(re.findall(rf"  {row} +[\d.]+ / [\d.]+ +[\d.]+ / [\d.]+\n", printed)) == 2
    assert "after a request was withdrawn" in printed
    open_requests.forget()
    with mock.patch.object(near_by, "near_me", return_value=[]), pytest.raises(SystemExit, match="another"):
        near_by.run(near_by.Sizes((40,), 40, 2))
