"""The synthetic town keeps to its own rules, and to those of the platform."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

import numpy as np
import pytest

from bench.city.bound import upper_bound
from bench.city.measures import gini, measure
from bench.city.nieuwegein import nieuwegein
from bench.city.policies import OURS, POLICIES
from matching import quiet
from matching.models import DispatchPolicy
from simulation.town import calendar
from simulation.town.behaviour import Behaviour
from simulation.town.calendar import DAY, HOUR
from simulation.town.engine import Engine
from simulation.town.helpers import Extra
from simulation.town.life import Life
from simulation.town.listed import EngineList
from simulation.town.policy import WaveRules
from simulation.town.town import Town
from tests.bench.city.indexed import best_requests, best_volunteers

pytestmark = pytest.mark.once

DAYS = 25


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(nieuwegein(), Behaviour(), DAYS, seed=4)


class Watched(Engine):
    """Our engine, with every question written down and the choice beside the plain filters."""

    def begin(self, life):
        super().begin(life)
        self.questions: list[tuple[int, int, int]] = []
        self.choices: list[tuple[set[int], set[int]]] = []
        asks = life.ask

        def ask(request, volunteer, *, due=None):
            self.questions.append((life.now, request, volunteer))
            asks(request, volunteer, due=due)

        life.ask = ask

    def best(self, request, k):
        found = super().best(request, k)
        if request % 5 == 0:
            self.choices.append((super().best(request, 10_000), best_volunteers(self.life, request, 10_000)))
        return found


@pytest.fixture(scope="module")
def watched(town: Town) -> Life:
    life = Life(town, Watched())
    life.live()
    return life


def test_quiet_hours_and_deadlines_are_those_of_the_platform():
    chance = Random(1)
    zero = datetime(2025, 1, 5, 23, 0, tzinfo=UTC)  # midnight in Amsterdam
    for _ in range(500):
        minute, waking = chance.randrange(40 * DAY), chance.choice([30, 240, 1440, 5000])
        start, end = chance.choice([(21, 8), (22, 7), (23, 6)])
        bounds = (time(start), time(end))
        moment = zero + timedelta(minutes=minute)
        ours = calendar.deadline(minute, waking, start * HOUR, end * HOUR)
        assert zero + timedelta(minutes=ours) == quiet.deadline(moment, waking, *bounds)
        ours = calendar.end_of_quiet(minute, start * HOUR, end * HOUR)
        assert zero + timedelta(minutes=ours) == quiet.end_of_quiet(moment, *bounds)
    assert calendar.deadline(100, 60, 0, 0) == 160


def test_the_rules_of_the_waves_are_the_defaults_of_the_platform():
    default = DispatchPolicy()
    rules = WaveRules()
    assert (rules.size, rules.size_today, rules.today, rules.this_week, rules.later) == (
        default.wave_size,
        default.wave_size_today,
        default.minutes_today,
        default.minutes_this_week,
        default.minutes_later,
    )
    at_night = (default.quiet_from.hour * HOUR, default.quiet_until.hour * HOUR)
    assert (rules.quiet_from, rules.quiet_until) == at_night
    assert (rules.list_first, POLICIES["list-first"].rules.list_first) == (default.minutes_listed, 13 * HOUR)
    assert POLICIES["engine"].rules == POLICIES["nearest"].rules == rules
    assert POLICIES["engine-waves"].rules == replace(rules, size=3, later=DAY)


def test_the_town_chooses_whom_the_index_of_the_engine_chooses_in_the_same_order(watched: Life):
    choices = watched.policy.choices
    assert len(choices) > 100
    assert all(ours == index for ours, index in choices)
    assert len({len(ours) for ours, _ in choices}) > 20


def test_nobody_is_asked_at_night_twice_or_above_their_cap(watched: Life):
    questions = watched.policy.questions
    assert all(8 * HOUR <= minute % DAY < 21 * HOUR for minute, _, _ in questions)
    assert len({(request, volunteer) for _, request, volunteer in questions}) == len(questions)
    assert DAYS < 30  # so that all questions to one volunteer fall in one window
    before_the_end = [volunteer for minute, _, volunteer in questions if minute < 30 * DAY]
    counts = np.bincount(before_the_end, minlength=len(watched.helpers))
    assert (counts <= watched.helpers.asks_cap).all()
    assert (counts == watched.helpers.asks_cap).any()


def test_only_who_can_helps_and_only_in_time(watched: Life):
    filled = np.flatnonzero(watched.filled_at >= 0)
    assert len(filled) > 200
    assert watched.town.able[watched.filled_by[filled], filled].all()
    assert (watched.filled_at >= watched.requests.opened)[filled].all()
    assert (watched.filled_at <= watched.requests.ends)[filled].all()
    assert not watched.open


def test_a_board_asks_nobody_and_each_reads_a_request_once(town: Town):
    life = Life(town, POLICIES["board"]())
    life.live()
    assert sum(map(len, life.read)) == life.asked_for.sum() > 1000
    assert sum(map(len, life.asked)) == (life.filled_at >= 0).sum()
    assert not any(life.waiting)


class Listed(EngineList):
    """The list near by, some of it beside that of the index."""

    compared = 0
    longest = 0

    def shown(self, volunteer):
        found = super().shown(volunteer)
        if volunteer % 5 == 0:
            assert found == best_requests(self.life, volunteer)
            self.compared += 1
            self.longest = max(self.longest, len(found))
        return found


def test_the_list_near_by_is_that_of_the_engine_without_what_one_has_decided_about(town: Town):
    life = Life(town, policy := Listed())
    life.live()
    assert policy.compared > 100
    assert policy.longest > 3
    assert any(life.read)
    answered = [set(readers) & set(asked) for readers, asked in zip(life.read, life.asked, strict=True)]
    assert any(answered), "who read it may be asked, and who took it was"


def test_extra_volunteers_change_nobody_elses_luck(town: Town):
    more = Town(nieuwegein(), Behaviour(), DAYS, seed=4, extra=Extra("transport", 7, 3))
    count = len(town.helpers)
    assert len(more.helpers) == count + 3
    assert (more.luck.yes[:count] == town.luck.yes).all()
    assert (more.luck.moves[:count] == town.luck.moves).all()
    assert (more.helpers.skills[:count] == town.helpers.skills).all()
    assert (more.requests.ends == town.requests.ends).all()
    assert (more.helpers.place[count:] == 7).all()
    rides = more.requests.category == 0
    assert more.able[count:, rides].any()
    assert not more.able[count:, ~rides].any()


def test_no_policy_that_asks_passes_the_upper_bound(town: Town, watched: Life):
    bound = upper_bound(town)
    assert measure(watched).filled < bound <= 100


def test_the_upper_bound_knows_that_people_rest_and_never_passes_how_often_they_could():
    few = replace(nieuwegein(), helpers=20)
    quick, slow = (Town(few, Behaviour(return_rate=rate), DAYS, seed=4) for rate in (0.5, 0.02))
    assert upper_bound(slow) < upper_bound(quick) - 1
    anyone = 100 * quick.able.any(axis=0).mean()
    assert upper_bound(quick) <= anyone


def test_gini():
    assert gini(np.array([3, 3, 3])) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(0.75)
    assert gini(np.array([0, 0])) == 0


def test_ours_come_first():
    assert tuple(POLICIES)[: len(OURS)] == OURS
