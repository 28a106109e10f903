"""Made-up volunteers and demands for the benchmarks, from a fixed seed, at the density of the Netherlands."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.engine import FOREVER, KINDS, NO_CAP, Demand, Id, Screening, SupplyRow, day_number

TODAY = date(2026, 11, 24)
DAY = day_number(TODAY)
_PER_KM2 = 26
_PER_TOWN = 5_000
_SOUTH, _WEST = 51.4, 4.2
_KM_NORTH, _KM_EAST = 1 / 111.2, 1 / 68.5  # degrees per km at 52 degrees north
_KINDS_OF_HELP = KINDS[:16]

Trainings: TypeAlias = dict[Id, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Population:
    """Volunteers as raw columns (shape (n,), named as the fields of `SupplyRow`), with ids and trainings."""

    ids: list[Id]
    raw: dict[str, NDArray[Any]]
    trainings: Trainings

    @property
    def trained(self) -> NDArray[np.int64]:
        """The trainings in arrays: number of the volunteer, bit, last valid day."""
        number = {one: number for number, one in enumerate(self.ids)}
        found = [(number[one], *pair) for one, pairs in self.trainings.items() for pair in pairs]
        return np.array(found, np.int64).reshape(-1, 3).T

    def row(self, number: int) -> SupplyRow:
        """Return one volunteer."""
        values = {name: column[..., number].tolist() for name, column in self.raw.items()}
        values["screenings"] = tuple(values["screenings"])
        return SupplyRow(id=self.ids[number], trainings=self.trainings.get(self.ids[number], ()), **values)


def population(count: int, seed: int = 1) -> Population:
    """Return ``count`` volunteers: most in towns of unequal size, one in five spread over the land."""
    random = np.random.default_rng(seed)
    latitude, longitude = _places(random, count)
    ids: list[Id] = [UUID(int=int(value)) for value in random.permutation(count)]
    last_asked = np.where(random.random(count) < 0.3, 0, DAY - random.geometric(0.05, count))
    raw = {
        "latitude": latitude,
        "longitude": longitude,
        "reach_km": random.choice([1, 2, 3, 5, 8, 10, 15], count, p=[0.05, 0.15, 0.2, 0.3, 0.1, 0.15, 0.05]),
        "skills": _masks(random, count, 16, 0.25) | _masks(random, count, 20, 0.25) << np.uint64(16),
        "dayparts": _masks(random, count, 21, 0.35),
        "languages": np.uint64(1) | _masks(random, count, 10, 0.08) << np.uint64(1),
        "dislikes": _masks(random, count, 12, 0.2),
        "centre": random.integers(0, 40, count),
        "active": random.random(count) < 0.93,
        "paused_until": np.where(random.random(count) < 0.06, DAY + 20, 0),
        "age": random.choice([16, 18], count, p=[0.08, 0.92]),
        "screenings": np.where(random.random((5, count)) < 0.7, FOREVER, DAY - 30),
        "asks": random.integers(0, 5, count),
        "asks_cap": random.choice([2, 4, 8, NO_CAP], count),
        "running": random.integers(0, 3, count),
        "running_cap": random.choice([2, 3, NO_CAP], count),
        "last_asked": last_asked,
        "tasks_done": random.integers(0, 6, count),
    }
    trained = np.flatnonzero(random.random(count) < 0.15).tolist()
    days = random.integers(DAY - 60, DAY + 700, (count, 2)).tolist()
    trainings: Trainings = {
        ids[row]: ((row % 6, days[row][0]), (6 + row % 3, days[row][1])) for row in trained
    }
    return Population(ids, raw, trainings)


def demands(count: int, people: Population, seed: int = 2) -> list[Demand]:
    """Return everyday demands near where people live, some with many wishes."""
    random = np.random.default_rng(seed)
    return [_demand(random, number, people) for number in range(count)]


def _demand(random: np.random.Generator, number: int, people: Population) -> Demand:
    near = int(random.integers(len(people.ids)))
    category = int(random.integers(16))
    parts = int(random.choice([0, 1, 2, 3, 6], p=[0.1, 0.25, 0.25, 0.2, 0.2]))
    # Ids of their own, as a request brings them, and not those of a million others in memory.
    known = [UUID(str(people.ids[int(row)])) for row in random.integers(len(people.ids), size=6)]
    return Demand(
        id=number,
        kind=_KINDS_OF_HELP[category],
        latitude=float(people.raw["latitude"][near]) + float(random.normal(0, 0.5)) * _KM_NORTH,
        longitude=float(people.raw["longitude"][near]) + float(random.normal(0, 0.5)) * _KM_EAST,
        category=category,
        required_skills=1 << int(random.integers(16, 36)) if random.random() < 0.4 else 0,
        preferred_skills=1 << int(random.integers(16, 36)) if random.random() < 0.4 else 0,
        dayparts=int(np.bitwise_or.reduce(1 << random.integers(0, 21, parts), initial=0))
        if random.random() < 0.9
        else 0,
        required_languages=1 << int(random.integers(0, 5)) if random.random() < 0.1 else 0,
        preferred_languages=1,
        screenings=frozenset({Screening.TALK, Screening.VOG}) if random.random() < 0.4 else frozenset(),
        trainings=1 << int(random.integers(0, 9)) if random.random() < 0.1 else 0,
        date=DAY + int(random.integers(0, 20)),
        centres=frozenset({int(people.raw["centre"][near])}) if random.random() < 0.1 else frozenset(),
        minimum_age=18 if random.random() < 0.5 else 16,
        blocked=frozenset(known[:1]),
        asked=frozenset(known[1:4]),
        known=frozenset(known[4:]),
        dislikes=int(random.integers(0, 1 << 12)),
        waiting_days=int(random.integers(0, 15)),
    )


def _places(random: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side_km = (count / _PER_KM2) ** 0.5
    towns = max(1, count // _PER_TOWN)
    centres = random.random((towns, 2)) * side_km
    size = random.pareto(1.2, towns) + 0.3
    town = random.choice(towns, count, p=size / size.sum())
    radius_km = 1.2 * np.sqrt(size / size.mean())[town]
    in_town = centres[town] + random.normal(0, 1, (count, 2)) * radius_km[:, None]
    anywhere = random.random((count, 2)) * side_km
    north, east = np.where(random.random((count, 1)) < 0.2, anywhere, in_town).T
    return _SOUTH + north * _KM_NORTH, _WEST + east * _KM_EAST


def _masks(random: np.random.Generator, count: int, bits: int, chance: float) -> NDArray[np.uint64]:
    masks = np.zeros(count, np.uint64)
    for bit in range(bits):
        masks |= (random.random(count) < chance).astype(np.uint64) << np.uint64(bit)
    return masks
