"""How many more: the least number that reaches the goal, from totals that tell nothing of a few people."""

import json
from pathlib import Path

import pytest

from backend import demo
from bench.city import what_if_report
from bench.city.nieuwegein import nieuwegein
from simulation.town import what_if
from simulation.town.ordinary import everyday
from simulation.town.what_if import MOST, Answer, Lived, Question, Search

PLACE = 7


@pytest.fixture
def question() -> Question:
    return Question(facts=nieuwegein(), days=10, seeds=(1, 2, 3))


def found(question: Question, monkeypatch: pytest.MonkeyPatch, least: dict[int, int]) -> Answer:
    """The answer where so many more are enough, by seed; before that 80 of 100 have a yes in time."""

    def live(question, category, place, seed, more):
        return Lived(seed, more, 100, 96.0 if more >= least[seed] else 80.0)

    monkeypatch.setattr(what_if, "live", live)
    return Search(question, "transport", PLACE, tell=lambda lived: None).answer()


def test_halving_finds_the_least_number(question, monkeypatch):
    for least in (0, 1, 2, 3, 5, 8, 13, 33, 63, MOST):
        assert found(question, monkeypatch, {1: least, 2: least, 3: 0}).needed == (least, least, 0)


def test_too_many_is_said(question, monkeypatch):
    answer = found(question, monkeypatch, {1: 2, 2: MOST + 1, 3: 2})
    assert answer.needed == (2, None, 2)
    text = what_if_report.text(question, [answer])
    assert f"Even {MOST} more volunteers" in text
    assert f"Ook {MOST} vrijwilligers" in text


def test_the_answer_is_said_in_both_languages(question, monkeypatch):
    answer = found(question, monkeypatch, {1: 4, 2: 6, 3: 5})
    text = what_if_report.text(question, [answer])
    assert "Galecop, a ride: 80% of the requests have a yes within 48 hours." in text
    assert "5 more volunteers for this who live there make it 95% (3 to 8)." in text
    assert "Met 5 vrijwilligers erbij in de wijk wordt het 95% (3 tot 8)." in text


def test_what_was_lived_through_before_is_not_again(question, monkeypatch):
    told: list[Lived] = []
    monkeypatch.setattr(what_if, "live", lambda *of: Lived(of[3], of[4], 100, 96.0 if of[4] >= 5 else 80.0))
    first = Search(question, "transport", PLACE, tell=told.append).answer()
    assert len(told) == len(set(told)) > len(question.seeds)
    monkeypatch.setattr(what_if, "live", None)
    assert Search(question, "transport", PLACE, known=told, tell=told.append).answer() == first


def test_a_handful_of_requests_says_nothing(question, monkeypatch):
    monkeypatch.setattr(what_if, "live", lambda *of: Lived(of[3], of[4], 9, 50.0))
    assert Search(question, "transport", PLACE, tell=lambda lived: None).answer().needed == ()


@pytest.mark.once
def test_drivers_make_a_difference():
    question = Question(facts=nieuwegein(), days=30, seeds=(1,))
    spots = what_if.spots(question, lambda share, what: None)
    assert [spot.filled for spot in spots] == sorted(spot.filled for spot in spots)
    weak = next(spot for spot in spots if spot.category == "transport")
    now, helped = (what_if.live(question, weak.category, weak.place, 1, more) for more in (0, 40))
    assert (now.requests, now.filled) == (weak.requests, pytest.approx(weak.filled))
    assert now.filled < question.goal
    assert helped.filled >= now.filled + 5


def test_the_ordinary_town_asks_what_the_demonstration_town_asks():
    shown = json.loads((Path(demo.__file__).parent / "requests.json").read_text())
    told = [each for kind in everyday().values() for each in kind]
    assert len(told) == len(shown)
    assert all(each.items() <= theirs.items() for each, theirs in zip(told, shown, strict=True))
    assert not {"description", "summary", "destination"} & {name for each in told for name in each}
