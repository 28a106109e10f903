"""Our engine beats every baseline in the same town with the same luck; same seeds, same bytes."""

from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from bench.city import report
from bench.city.compare import Comparison, Setup, compare
from bench.city.nieuwegein import nieuwegein
from bench.city.policies import OURS, POLICIES
from simulation.town.interval import Interval

pytestmark = pytest.mark.once

BASELINES = [key for key in POLICIES if key not in OURS]


def lived(days: int, seeds: list[int], policies: list[str]) -> Comparison:
    setup = Setup(facts=nieuwegein(), days=days, seeds=seeds, policies=policies)
    return compare(setup, lambda share, what: None)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return lived(60, [1, 2], ["engine", *BASELINES])


def mean(comparison: Comparison, key: str, name: str) -> float:
    return Interval.of([getattr(each, name) for each in comparison.measured[key]]).mean


@pytest.mark.parametrize("baseline", BASELINES)
def test_our_engine_beats(comparison: Comparison, baseline: str):
    assert mean(comparison, "engine", "filled") > mean(comparison, baseline, "filled") + 1
    assert mean(comparison, "engine", "asks_per_fill") < mean(comparison, baseline, "asks_per_fill") - 0.5
    assert mean(comparison, "engine", "active") > mean(comparison, baseline, "active")
    assert mean(comparison, "engine", "all_p90_hours") <= mean(comparison, baseline, "all_p90_hours")


def test_with_the_list_first_a_board_fills_less_also_where_people_pick_as_readily_as_they_answer():
    policies = ["list-first", "board"]
    setup = Setup(facts=nieuwegein(), days=60, seeds=[1], policies=policies, odds=[1.0])
    found = compare(setup, lambda share, what: None)
    [ours], [board] = (found.by_odds[1.0, key] for key in policies)
    assert ours.filled > board.filled
    assert ours.active > board.active
    assert ours.all_p90_hours < board.all_p90_hours
    assert board.asks_per_fill < ours.asks_per_fill < board.asks_per_fill + 0.5, "here a board does better"
    assert [found.by_odds[0.25, key] for key in policies] == [found.measured[key] for key in policies]
    assert "| 1 | First come board |" in report.text(found)


def test_nothing_passes_the_bound(comparison: Comparison):
    bound = Interval.of(comparison.bounds).mean
    assert mean(comparison, "engine", "filled") < bound < 100


def test_the_same_seeds_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        call_command(
            "simulate",
            "--days=12",
            "--seeds=1",
            "--policy=engine",
            "--policy=board",
            f"--out={tmp_path / name}",
        )
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert set(first) == {"report.md", "filled.svg", "asks.svg", "active.svg", "wait.svg"}
    assert first == second


def test_the_report_holds_every_policy_and_its_pictures_are_whole(comparison: Comparison):
    text = report.text(comparison)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert [row.split(" | ")[0].strip("| ") for row in rows[2:]] == [
        *(POLICIES[key].title for key in comparison.measured),
        "upper bound",
    ]
    assert "| never |" in next(row for row in rows if "Random fifty" in row)
    assert all(POLICIES[key].how in text for key in comparison.measured)
    for picture in report.charts(comparison).values():
        ET.fromstring(picture)


def test_an_interval_is_that_of_student():
    found = Interval.of([1.0, 2.0, 3.0])
    assert (found.mean, found.half) == (2.0, pytest.approx(2.484, abs=1e-3))
    assert Interval.of([5.0]) == Interval(5.0, None)
    assert Interval.of([1.0, float("inf")]) == Interval(float("inf"), None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--days=2"], "too few requests"),
        (["--browsing=1.5"], "between 0 and 1"),
        (["--odds=0"], "between 0 and 1"),
        (["--centre=nowhere"], "no centre nowhere"),
        (["--what-if", "--category=phone_circle", "--days=5", "--seeds=1"], "too few such requests"),
    ],
)
def test_what_cannot_be_computed_is_told(options, words):
    with pytest.raises(CommandError, match=words):
        call_command("simulate", *options)


def test_an_unknown_neighbourhood_is_told():
    with pytest.raises(CommandError, match="no neighbourhood Atlantis"):
        call_command("simulate", "--what-if", "--place=Atlantis", "--days=5", "--seeds=1")
