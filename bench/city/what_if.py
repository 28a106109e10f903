"""What if: how many more volunteers does it take until nearly every request is filled in two days?

Volunteers who like one kind of help and live in one neighbourhood are added to the town, and the town lives
with our own engine. The number is found by halving, for each seed apart. But for chance more volunteers never
make it worse, so that halving finds a number at which the goal is reached and one less does not reach it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import NDArray

from bench.city.behaviour import Behaviour
from bench.city.calendar import HOUR
from bench.city.compare import Interval, Progress
from bench.city.facts import Facts
from bench.city.helpers import Extra
from bench.city.life import Life
from bench.city.policies import POLICIES
from bench.city.town import Town
from people.enums import HelpCategory

_KINDS = [str(category) for category in HelpCategory]
MOST = 64
"""More are not tried: then people are not what is missing."""
_ENOUGH = 10
"""Fewer requests over all seeds say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The town that is asked about, and what is wanted there."""

    facts: Facts
    days: int
    seeds: Sequence[int]
    goal: float = 95.0
    """% of the requests."""
    hours: int = 48
    behaviour: Behaviour = field(default_factory=Behaviour)


@dataclass(frozen=True, slots=True)
class Spot:
    """One kind of help in one neighbourhood, as it goes now."""

    category: str
    place: int
    requests: int
    """Over all seeds."""
    filled: float
    """% filled within the hours of the question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How many more it takes in one spot."""

    spot: Spot
    needed: tuple[int | None, ...]
    """Per seed; None when `MOST` are not enough."""

    @property
    def interval(self) -> Interval | None:
        """Mean and 95% interval; None when adding people is not enough in some seed."""
        found = [each for each in self.needed if each is not None]
        return Interval.of([float(each) for each in found]) if len(found) == len(self.needed) else None


def spots(question: Question, progress: Progress) -> list[Spot]:
    """Return every kind of help in every neighbourhood with enough requests, the weakest first."""
    kinds, places = len(_KINDS), len(question.facts.places)
    asked, filled = np.zeros(kinds * places), np.zeros(kinds * places)
    for number, seed in enumerate(question.seeds):
        progress(number / len(question.seeds), "how it goes now")
        life = _lived(question, seed, None)
        spot = life.requests.category * places + life.requests.place
        asked += np.bincount(spot, minlength=len(asked))
        filled += np.bincount(spot, _in_time(life, question.hours), len(asked))
    found = [
        Spot(_KINDS[at // places], at % places, int(asked[at]), 100 * float(filled[at] / asked[at]))
        for at in np.flatnonzero(asked >= _ENOUGH * len(question.seeds)).tolist()
    ]
    return sorted(found, key=lambda spot: (spot.filled, spot.category, spot.place))


def answer(question: Question, spot: Spot, progress: Progress) -> Answer:
    """Return how many more it takes to reach the goal in a spot, per seed."""
    needed = []
    for number, seed in enumerate(question.seeds):
        progress(number / len(question.seeds), question.facts.places[spot.place].name)
        needed.append(_needed(question, spot, seed))
    return Answer(spot, tuple(needed))


def _needed(question: Question, spot: Spot, seed: int) -> int | None:
    if _reached(question, spot, seed, 0):
        return 0
    if not _reached(question, spot, seed, MOST):
        return None
    low, high = 0, 1  # not reached at low
    while high < MOST and not _reached(question, spot, seed, high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if _reached(question, spot, seed, middle):
            high = middle
        else:
            low = middle
    return high


def _reached(question: Question, spot: Spot, seed: int, more: int) -> bool:
    life = _lived(question, seed, Extra(spot.category, spot.place, more) if more else None)
    here = (life.requests.place == spot.place) & (life.requests.category == HelpCategory(spot.category).bit)
    in_time = _in_time(life, question.hours)[here]
    return not len(in_time) or 100 * float(in_time.mean()) >= question.goal


def _lived(question: Question, seed: int, extra: Extra | None) -> Life:
    town = Town(question.facts, question.behaviour, question.days, seed, extra)
    life = Life(town, POLICIES["engine"]())
    life.live()
    return life


def _in_time(life: Life, hours: int) -> NDArray[np.bool_]:
    """Whether each request had a yes within the hours."""
    return (life.filled_at >= 0) & (life.filled_at - life.requests.opened <= hours * HOUR)


def rounded_up(interval: Interval) -> tuple[int, int, int]:
    """Return mean, lowest and highest as whole people, rounded away from too few."""
    half = interval.half or 0.0
    return ceil(interval.mean), max(0, ceil(interval.mean - half)), ceil(interval.mean + half)
