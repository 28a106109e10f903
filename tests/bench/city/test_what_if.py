"""How many more: the least number that reaches the goal, from totals that tell nothing of a few people."""

from dataclasses import replace

import pytest

from bench.city import what_if, what_if_report
from bench.city.facts import nieuwegein
from bench.city.installation import HIDDEN, STANDS_IN, TooFew, facts_of
from bench.city.what_if import MOST, Answer, Question, Spot
from people.enums import HelpCategory, VolunteerState
from tests.factories import people
from tests.factories.help_requests import OpenRequestFactory

SPOT = Spot("transport", 7, 100, 80.0)


@pytest.fixture
def question() -> Question:
    return Question(facts=nieuwegein(), days=10, seeds=(1, 2, 3))


def found(question: Question, monkeypatch: pytest.MonkeyPatch, least: dict[int, int]) -> Answer:
    def reached(question, spot, seed, more):
        return more >= least[seed]

    monkeypatch.setattr(what_if, "_reached", reached)
    return what_if.answer(question, SPOT, lambda share, what: None)


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


@pytest.mark.once
def test_drivers_make_a_difference():
    question = Question(facts=nieuwegein(), days=30, seeds=(1,))
    spots = what_if.spots(question, lambda share, what: None)
    assert [spot.filled for spot in spots] == sorted(spot.filled for spot in spots)
    weak = next(spot for spot in spots if spot.category == "transport")
    assert weak.filled < question.goal
    helped = Spot(weak.category, weak.place, weak.requests, weak.filled)
    easier = replace(question, goal=weak.filled + 5)
    assert not what_if._reached(easier, helped, 1, 0)
    assert what_if._reached(easier, helped, 1, 40)


@pytest.fixture
def centre(db):
    centre = people.CentreFactory()
    near, far = people.DistrictFactory(name="Dichtbij"), people.DistrictFactory(name="Verweg")
    centre.districts.set([near, far])
    garden, rides = (1 << HelpCategory(kind).bit for kind in ("garden", "transport"))
    for number in range(HIDDEN + 2):
        district = near if number < HIDDEN else far
        people.VolunteerFactory(
            centre=centre, district=district, skills=garden | (rides if number < 3 else 0)
        )
        OpenRequestFactory(centre=centre, district=district, category="garden" if number else "transport")
    return centre


def test_small_numbers_of_a_centre_are_not_used(centre, django_assert_num_queries):
    people.VolunteerFactory(centre=centre, state=VolunteerState.LEFT)
    with django_assert_num_queries(3):
        facts = facts_of(centre)
    by_name = {place.name: place for place in facts.places}
    assert (by_name["Dichtbij"].helping, by_name["Dichtbij"].asking) == (HIDDEN, HIDDEN)
    assert (by_name["Verweg"].helping, by_name["Verweg"].asking) == (STANDS_IN, STANDS_IN)
    assert facts.helpers == facts.requests_a_year == HIDDEN + 2
    assert facts.liked == {"garden": 1.0, "transport": STANDS_IN / (HIDDEN + 2)}
    assert facts.asked == {"garden": HIDDEN + 1, "transport": STANDS_IN}


def test_a_centre_of_a_few_is_not_computed(db):
    centre = people.CentreFactory()
    people.VolunteerFactory.create_batch(HIDDEN - 1, centre=centre)
    with pytest.raises(TooFew):
        facts_of(centre)
