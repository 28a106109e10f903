"""Every policy through the same towns: one town per seed, all policies with the same luck."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from bench.city.bound import upper_bound
from bench.city.measures import Measures, measure
from bench.city.policies import POLICIES
from simulation.town.behaviour import Behaviour
from simulation.town.facts import Facts
from simulation.town.interval import Interval
from simulation.town.life import Life
from simulation.town.town import Town

Progress = Callable[[float, str], None]
"""Told the share that is done, and what comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is compared."""

    facts: Facts
    days: int
    seeds: Sequence[int]
    policies: Sequence[str]
    behaviour: Behaviour = field(default_factory=Behaviour)
    odds: Sequence[float] = ()
    """Other odds of a yes when reading at which those who let people read live once more."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out, one item per seed."""

    setup: Setup
    measured: Mapping[str, Sequence[Measures]]
    """Per policy."""
    bounds: Sequence[float]
    """Upper bound of `filled`."""
    helpers: int
    """Volunteers of the first seed, newcomers included."""
    requests: int
    """Requests of the first seed."""
    by_odds: Mapping[tuple[float, str], Sequence[Measures]]
    """Per odds of `Setup.odds`, with those of its behaviour, and policy."""


def compare(setup: Setup, progress: Progress) -> Comparison:
    """Let every policy live in the town of every seed."""
    measured: dict[str, list[Measures]] = {key: [] for key in setup.policies}
    bounds: list[float] = []
    sizes: list[tuple[int, int]] = []
    by_odds: dict[tuple[float, str], list[Measures]] = {}
    steps, done = len(setup.seeds) * (len(setup.policies) + 1), 0
    for seed in setup.seeds:
        town = Town(setup.facts, setup.behaviour, setup.days, seed)
        sizes.append((len(town.helpers), len(town.requests)))
        for key in setup.policies:
            progress(done / steps, f"seed {seed}: {POLICIES[key].title}")
            life = Life(town, POLICIES[key]())
            life.live()
            measured[key].append(measure(life))
            done += 1
        progress(done / steps, f"seed {seed}: upper bound")
        bounds.append(upper_bound(town))
        done += 1
        for odds, key in _by_odds(setup):
            progress(done / steps, f"seed {seed}: {POLICIES[key].title}, odds {odds:g}")
            by_odds.setdefault((odds, key), []).append(_at_odds(town, key, odds, measured))
    progress(1.0, "done")
    return Comparison(setup, measured, bounds, *sizes[0], by_odds)


def _by_odds(setup: Setup) -> list[tuple[float, str]]:
    """Who lives at which odds: those who let people read, at every odds there are when others were named."""
    readers = [key for key in setup.policies if POLICIES[key].board and POLICIES[key].personal]
    every = sorted({*setup.odds, setup.behaviour.browsing}) if setup.odds else []
    return [(odds, key) for odds in every for key in readers]


def _at_odds(town: Town, key: str, odds: float, measured: Mapping[str, Sequence[Measures]]) -> Measures:
    if odds == town.behaviour.browsing:
        return measured[key][-1]
    life = Life(town.with_odds(odds), POLICIES[key]())
    life.live()
    return measure(life)


def intervals(measured: Sequence[Measures]) -> dict[str, Interval]:
    """Return the interval of every single number, by its name."""
    names = [each.name for each in fields(Measures) if each.name != "within"]
    return {name: Interval.of([getattr(each, name) for each in measured]) for name in names}
