"""What if: how many more volunteers does it take until nearly every request is filled in two days?

Volunteers who like one kind of help and live in one neighbourhood are added to the town, and the town lives
with our own engine, questions and list near by. The number is searched for in each of several towns apart.
But for chance more volunteers never make it worse, so that halving finds a number at which the goal is
reached, and not with one less.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from people.enums import HelpCategory
from simulation.town.behaviour import Behaviour
from simulation.town.calendar import HOUR
from simulation.town.facts import Facts
from simulation.town.helpers import Extra
from simulation.town.interval import Interval
from simulation.town.life import Life
from simulation.town.listed import EngineList
from simulation.town.policy import WaveRules
from simulation.town.town import Town

_KINDS = [str(category) for category in HelpCategory]
MOST = 64
"""More are not tried: then people are not what is missing."""
ENOUGH = 10
"""Fewer requests in each town say nothing."""
_FIRST_GUESS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The town that is asked about, and what is wanted there."""

    facts: Facts
    days: int
    seeds: Sequence[int]
    goal: float = 95.0
    """% of the requests."""
    hours: int = 48
    rules: WaveRules = field(default_factory=WaveRules)
    """How the centre asks."""
    behaviour: Behaviour = field(default_factory=Behaviour)

    def as_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads. How people behave is not in it: that is the code's."""
        told = {name: getattr(self, name) for name in ("days", "goal", "hours")}
        return told | {
            "seeds": list(self.seeds),
            "facts": asdict(self.facts),
            "rules": asdict(self.rules),
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """Return the question that ``as_json`` told."""
        facts, rules = Facts.from_json(told["facts"]), WaveRules(**told["rules"])
        return cls(**(told | {"facts": facts, "rules": rules}))


class Lived(NamedTuple):
    """One town that was lived through, and how it went in the spot that is asked about."""

    seed: int
    more: int
    """Volunteers added."""
    requests: int
    filled: float
    """% filled within the hours of the question."""


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
    """Per seed; None when `MOST` are not enough. Empty when there are too few requests to say anything."""

    @property
    def interval(self) -> Interval | None:
        """Mean and 95% interval; None when adding people is not enough in some seed."""
        return interval_of(self.needed)


Progress = Callable[[float, str], None]
"""Told the share that is done, and what comes next."""
Tell = Callable[[Lived], None]
"""Told of every town that was lived through."""


def spots(question: Question, progress: Progress) -> list[Spot]:
    """Return every kind of help in every neighbourhood with enough requests, the weakest first."""
    kinds, places = len(_KINDS), len(question.facts.places)
    asked, filled = np.zeros(kinds * places), np.zeros(kinds * places)
    for number, seed in enumerate(question.seeds):
        progress(number / len(question.seeds), "how it goes now")
        life = _life(question, seed, None)
        spot = life.requests.category * places + life.requests.place
        asked += np.bincount(spot, minlength=len(asked))
        filled += np.bincount(spot, _in_time(life, question.hours), len(asked))
    found = [
        Spot(_KINDS[at // places], at % places, int(asked[at]), 100 * float(filled[at] / asked[at]))
        for at in np.flatnonzero(asked >= ENOUGH * len(question.seeds)).tolist()
    ]
    return sorted(found, key=lambda spot: (spot.filled, spot.category, spot.place))


class Search:
    """Looks for how many more it takes in one spot.

    Args:
        question: what is wanted, of which town.
        category: kind of help.
        place: number of the neighbourhood.
        known: towns that were lived through before, for this very question: they are not lived through again.
        tell: called for each that is.
    """

    def __init__(
        self, question: Question, category: str, place: int, *, known: Iterable[Lived] = (), tell: Tell
    ) -> None:
        self._question = question
        self._category = category
        self._place = place
        self._known = {(each.seed, each.more): each for each in known}
        self._tell = tell

    def answer(self) -> Answer:
        """Return how many more it takes, per seed."""
        now = [self._at(seed, 0) for seed in self._question.seeds]
        requests = sum(each.requests for each in now)
        filled = sum(each.filled * each.requests for each in now) / max(requests, 1)
        spot = Spot(self._category, self._place, requests, filled)
        needed: list[int | None] = []
        if requests >= ENOUGH * len(now):
            for each in now:
                found = [number for number in needed if number]
                needed.append(self._needed(each.seed, guess=found[-1] if found else _FIRST_GUESS))
        return Answer(spot, tuple(needed))

    def confirm(self, more: int) -> None:
        """Live with so many more in every town: how it goes with the one number that is told."""
        for seed in self._question.seeds:
            self._at(seed, more)

    def _at(self, seed: int, more: int) -> Lived:
        if (seed, more) not in self._known:
            self._known[seed, more] = lived = live(self._question, self._category, self._place, seed, more)
            self._tell(lived)
        return self._known[seed, more]

    def _reached(self, seed: int, more: int) -> bool:
        lived = self._at(seed, more)
        return not lived.requests or lived.filled >= self._question.goal

    def _needed(self, seed: int, guess: int) -> int | None:
        if self._reached(seed, 0):
            return 0
        low, high = self._around(seed, guess)
        while high is not None and high - low > 1:
            middle = (low + high) // 2
            if self._reached(seed, middle):
                high = middle
            else:
                low = middle
        return high

    def _around(self, seed: int, guess: int) -> tuple[int, int | None]:
        """Return a number that does not reach the goal and one that does, if any, starting from a guess."""
        step = 1
        if self._reached(seed, guess):
            high = guess
            while high > step and self._reached(seed, high - step):
                high, step = high - step, step * 2
            return max(high - step, 0), high
        low = guess
        while low < MOST:
            further = min(low + step, MOST)
            if self._reached(seed, further):
                return low, further
            low, step = further, step * 2
        return low, None


def live(question: Question, category: str, place: int, seed: int, more: int) -> Lived:
    """Let one town live, with so many more volunteers for this kind of help in this neighbourhood."""
    life = _life(question, seed, Extra(category, place, more) if more else None)
    here = (life.requests.place == place) & (life.requests.category == HelpCategory(category).bit)
    in_time = _in_time(life, question.hours)[here]
    return Lived(seed, more, len(in_time), 100 * float(in_time.mean()) if len(in_time) else 100.0)


def _life(question: Question, seed: int, extra: Extra | None) -> Life:
    town = Town(question.facts, question.behaviour, question.days, seed, extra)
    life = Life(town, EngineList(question.rules))
    life.live()
    return life


def _in_time(life: Life, hours: int) -> NDArray[np.bool_]:
    """Whether each request had a yes within the hours."""
    return (life.filled_at >= 0) & (life.filled_at - life.requests.opened <= hours * HOUR)


def interval_of(needed: Sequence[int | None]) -> Interval | None:
    """Return mean and 95% interval over the towns; None when there is none, or some have no number."""
    found = [float(each) for each in needed if each is not None]
    return Interval.of(found) if found and len(found) == len(needed) else None


def rounded_up(interval: Interval) -> tuple[int, int, int]:
    """Return mean, lowest and highest as whole people, rounded away from too few."""
    half = interval.half or 0.0
    return ceil(interval.mean), max(0, ceil(interval.mean - half)), ceil(interval.mean + half)
