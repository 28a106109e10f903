"""The synthetic town of one seed: volunteers, requests, who may help whom, and all chances.

Every policy lives through the same town with the same chances (common random numbers): whether this
volunteer would say yes to this request, how long the answer takes and how long the rest, who joins and who
moves away. Chances are drawn per volunteer, and extra volunteers after all others, so that adding some
changes nothing for those who were there.
"""

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.engine import sphere
from simulation.town.behaviour import Behaviour
from simulation.town.facts import Facts
from simulation.town.helpers import Extra, Helpers, draw_extra, draw_helpers
from simulation.town.requests import Requests, draw_requests

Bools = NDArray[np.bool_]
Chances = NDArray[np.float32]

AFTERWARDS = 60
"""Days that the town lives on after the last request, so that each can still be answered."""


@dataclass(frozen=True, slots=True)
class Luck:
    """Uniform chances in [0, 1); shape (volunteers, requests) or (volunteers, days)."""

    yes: Chances
    """Says yes when below the chance of a yes."""
    silent: Chances
    delay: Chances
    rest: Chances
    leave: Chances
    """Leaves over an ask when below the chance to."""
    idle: Chances
    """Per day: leaves for want of a task."""
    moves: Chances
    """Per day: leaves for a reason of one's own."""
    looks: Chances
    """Per day: opens the board when below the return rate."""
    looks_at: Chances
    """Per day: at what time."""


class Town:
    """One seed's town; nothing in it changes."""

    def __init__(
        self, facts: Facts, behaviour: Behaviour, days: int, seed: int, extra: Extra | None = None
    ) -> None:
        self.facts = facts
        self.behaviour = behaviour
        self.days = days
        self.seed = seed
        streams = np.random.default_rng(seed).spawn(4)
        helpers = draw_helpers(streams[0], facts, days)
        self.requests: Requests = draw_requests(streams[1], facts, behaviour, days)
        if extra is not None:
            helpers = helpers.and_then(draw_extra(streams[2], facts, extra))
        self.helpers: Helpers = helpers
        self.luck = _luck(streams[3], len(self.helpers), len(self.requests), days + AFTERWARDS)

    def with_odds(self, browsing: float) -> Self:
        """Return this very town where people pick from a board with other odds."""
        other = copy(self)
        other.behaviour = replace(self.behaviour, browsing=browsing)
        return other

    @cached_property
    def metres(self) -> NDArray[np.int32]:
        """Distance of each volunteer to the cell of each request."""
        here = sphere.points(self.helpers.latitude, self.helpers.longitude)[:, :, None]
        there = sphere.points(self.requests.latitude, self.requests.longitude)[:, None, :]
        x, y, z = (here[axis] - there[axis] for axis in range(3))
        return sphere.distance_m(x, y, z).astype(np.int32)

    @cached_property
    def able(self) -> Bools:
        """Who passes the filters that do not change: skills, dayparts, reach, language, screening, age."""
        h, r = self.helpers, self.requests
        needs = r.required_skills | 1 << r.category
        able: Bools = (needs & ~h.skills[:, None]) == 0
        able &= (h.dayparts[:, None] & r.dayparts != 0) | (r.dayparts == 0)
        able &= (h.languages[:, None] & r.languages != 0) | (r.languages == 0)
        able &= self.metres <= np.rint(h.reach_km * 1000)[:, None]
        held = np.bitwise_or.reduce([np.where(row > 0, 1 << bit, 0) for bit, row in enumerate(h.screenings)])
        able &= (r.screenings & ~held[:, None]) == 0
        return able

    @cached_property
    def appeal(self) -> Chances:
        """Logit of a yes of each pair, without fatigue and without having met before."""
        b, h, r = self.behaviour, self.helpers, self.requests
        logits = b.willingness + b.spread * h.willing[:, None] + b.per_km * self.metres / 1000
        logits += b.without_preferred * (1 - _share(h.skills, r.preferred_skills))
        logits += b.busy * (1 - _share(h.dayparts, r.dayparts))
        return logits.astype(np.float32)


def _share(has: NDArray[np.int64], asked: NDArray[np.int64]) -> NDArray[np.float64]:
    """Which share of the asked bits is there; all where nothing is asked."""
    shared = np.bitwise_count(has[:, None] & asked)
    return np.where(asked == 0, 1.0, shared / np.maximum(np.bitwise_count(asked), 1))


def _luck(random: np.random.Generator, helpers: int, requests: int, days: int) -> Luck:
    """Draw everything; the chances of the first volunteers do not hang on how many there are."""
    streams = random.spawn(9)
    pairs = [stream.random((helpers, requests), np.float32) for stream in streams[:5]]
    daily = [stream.random((helpers, days), np.float32) for stream in streams[5:]]
    return Luck(*pairs, *daily)
