"""The same question answered in plainer ways in this process, to measure and to check the engine."""

from collections.abc import Callable
from math import asin, sqrt
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.population import DAY, Population
from matching.engine import NO_CAP, WEIGHTS, Demand, Id, Term
from matching.engine.sphere import RADIUS_M, points

Answer: TypeAlias = list[Id]
Peer: TypeAlias = Callable[[Demand, int], Answer]
Rows: TypeAlias = NDArray[np.intp]

_REST = np.array([1 - 0.8**days for days in range(256)])


class Flat:
    """All rows in columns without an index: masks over everyone first, the rest for who is left."""

    def __init__(self, people: Population) -> None:
        raw = people.raw
        self.people = people
        self.x, self.y, self.z = points(raw["latitude"], raw["longitude"]).astype(np.float64)
        self.reach_m = np.rint(raw["reach_km"].astype(np.float64) * 1000)
        self.skills, self.dayparts = raw["skills"].astype(np.uint64), raw["dayparts"].astype(np.uint32)
        self.languages, self.dislikes = raw["languages"].astype(np.uint32), raw["dislikes"].astype(np.uint32)
        self.centre, self.age = raw["centre"].astype(np.uint16), raw["age"].astype(np.uint8)
        self.screenings, self.running = raw["screenings"].astype(np.uint16), raw["running"].astype(np.uint8)
        self.last_asked = raw["last_asked"].astype(np.int32)
        self.newcomer = raw["tasks_done"] == 0
        asks_open = (raw["asks_cap"] == NO_CAP) | (raw["asks"] < raw["asks_cap"])
        running_open = (raw["running_cap"] == NO_CAP) | (raw["running"] < raw["running_cap"])
        self.able = raw["active"] & (raw["paused_until"] < DAY) & asks_open & running_open
        self.row_of = {volunteer_id: row for row, volunteer_id in enumerate(people.ids)}

    def best(self, demand: Demand, k: int) -> Answer:
        """Return the ids of the best ``k``."""
        return self._ranked(demand, k, self._passing(demand, slice(None)))

    def best_among(self, demand: Demand, k: int, rows: Rows) -> Answer:
        """Return the ids of the best ``k`` of some rows."""
        return self._ranked(demand, k, rows[self._passing(demand, rows)])

    def nearest_are_best(self, demand: Demand, k: int) -> bool | None:
        """Return whether the nearest ``k`` who pass are the best ``k``; None when no more than these pass."""
        rows, distance = self._who_pass(demand, self._passing(demand, slice(None)))
        if len(rows) <= k:
            return None
        nearest = rows[np.argsort(distance, kind="stable")[:k]]
        return {self.people.ids[row] for row in nearest.tolist()} == set(self.best(demand, k))

    def _ranked(self, demand: Demand, k: int, rows: Rows) -> Answer:
        rows, distance = self._who_pass(demand, rows)
        return _first(self.people, rows, np.rint(self._score(demand, rows, distance) * 1e9), distance, k)

    def _passing(self, demand: Demand, rows: Rows | slice) -> Rows:
        """Return the positions among the rows of those who pass the filters that need one column each."""
        needs = np.uint64(demand.needs)
        mask = self.able[rows] & (self.skills[rows] & needs == needs)
        if demand.dayparts:
            mask &= self.dayparts[rows] & np.uint32(demand.dayparts) != 0
        return np.flatnonzero(mask)

    def _who_pass(self, demand: Demand, rows: Rows) -> tuple[Rows, NDArray[np.float64]]:
        """Return those of the rows that pass the other filters too, with their distances in whole metres."""
        there = points(demand.latitude, demand.longitude).astype(np.float64)
        axes = zip((self.x, self.y, self.z), there, strict=True)
        chord = np.sqrt(sum((axis[rows] - origin) ** 2 for axis, origin in axes))
        distance = np.rint(2 * RADIUS_M * np.arcsin(chord / (200 * RADIUS_M)))
        welcome = (distance <= self.reach_m[rows]) & self._welcome(demand, rows)
        rows, distance = rows[welcome], distance[welcome]
        if demand.trainings:
            day = max(demand.date, DAY)
            valid = np.array([_trained(self.people, row, demand, day) for row in rows.tolist()], np.bool_)
            rows, distance = rows[valid], distance[valid]
        return rows, distance

    def _welcome(self, demand: Demand, rows: Rows) -> NDArray[np.bool_]:
        mask: NDArray[np.bool_] = self.age[rows] >= demand.minimum_age
        if demand.required_languages:
            mask &= self.languages[rows] & np.uint32(demand.required_languages) != 0
        for requirement in demand.screenings:
            mask &= self.screenings[requirement][rows] >= max(demand.date, DAY)
        if demand.centres:
            mask &= np.isin(self.centre[rows], list(demand.centres))
        if demand.blocked or demand.asked:
            mask &= ~np.isin(rows, [self.row_of[one] for one in demand.blocked | demand.asked])
        return mask

    def _score(self, demand: Demand, rows: Rows, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = WEIGHTS[demand.kind]
        known = np.isin(rows, [self.row_of[one] for one in demand.known])
        preferred = np.uint32(demand.preferred_languages)
        score: NDArray[np.float64] = (
            weights[Term.PROXIMITY] * (1 - distance / self.reach_m[rows])
            + weights[Term.PREFERRED_SKILLS] * _share(self.skills[rows], np.uint64(demand.preferred_skills))
            + weights[Term.DAYPARTS] * _share(self.dayparts[rows], np.uint32(demand.dayparts))
            + weights[Term.LANGUAGE] * (self.languages[rows] & preferred != 0)
            + weights[Term.REST] * _REST[np.clip(DAY - self.last_asked[rows], 0, 255)]
            + weights[Term.ROOM] / (1.0 + self.running[rows])
            + weights[Term.NEWCOMER] * self.newcomer[rows]
            + weights[Term.CONTINUITY] * known
            + weights[Term.DISLIKES] * _share(self.dislikes[rows], np.uint32(demand.dislikes))
            + weights[Term.WAITING] * demand.waiting_days / (demand.waiting_days + 7)
        )
        return score


def flat_numpy(people: Population) -> Peer:
    """NumPy without an index."""
    return Flat(people).best


def _share(has: NDArray[Any], asked: np.uint64 | np.uint32) -> NDArray[np.float64] | float:
    return np.bitwise_count(has & asked) / np.bitwise_count(asked) if asked else 1.0


def _first(
    people: Population, rows: Rows, score: NDArray[np.float64], distance: NDArray[np.float64], k: int
) -> Answer:
    if len(rows) > k:
        level = np.partition(score, -k)[-k]
        near = score >= level
        rows, score, distance = rows[near], score[near], distance[near]
    found = zip((-score).tolist(), distance.tolist(), (people.ids[row] for row in rows.tolist()), strict=True)
    return [volunteer_id for *_, volunteer_id in sorted(found)[:k]]


def _trained(people: Population, row: int, demand: Demand, day: int) -> bool:
    valid = sum(1 << bit for bit, until in people.trainings.get(people.ids[row], ()) if until >= day)
    return demand.trainings & valid == demand.trainings


class _Person(NamedTuple):
    place: list[int]
    reach_km: float
    skills: int
    dayparts: int
    languages: int
    dislikes: int
    centre: int
    active: bool
    paused_until: int
    age: int
    screenings: list[int]
    asks: int
    asks_cap: int
    running: int
    running_cap: int
    last_asked: int
    tasks_done: int
    number: int


def plain_loop(people: Population) -> Peer:
    """A Python loop over all rows, the cheapest test first."""
    raw = people.raw
    places = points(raw["latitude"], raw["longitude"]).T.tolist()
    names = _Person._fields[1:-1]
    persons = list(map(_Person, places, *(raw[name].T.tolist() for name in names), range(len(places))))

    def best(demand: Demand, k: int) -> Answer:
        there = points(demand.latitude, demand.longitude).tolist()
        day, needs = max(demand.date, DAY), demand.needs
        found = []
        for person in persons:
            # The first rule stands here, not behind a call: it rules out three in four.
            if person.skills & needs == needs and _able(person, demand, day):
                distance = _distance(person.place, there)
                if distance <= person.reach_km * 1000 and _welcome(people, person, demand, day):
                    found.append(
                        (-_score(people, person, demand, distance), distance, people.ids[person.number])
                    )
        return [volunteer_id for *_, volunteer_id in sorted(found)[:k]]

    return best


def _able(person: _Person, demand: Demand, day: int) -> bool:
    return bool(
        person.active
        and person.paused_until < DAY
        and (not demand.dayparts or person.dayparts & demand.dayparts)
        and (person.asks < person.asks_cap or person.asks_cap == NO_CAP)
        and (person.running < person.running_cap or person.running_cap == NO_CAP)
        and person.age >= demand.minimum_age
        and all(person.screenings[requirement] >= day for requirement in demand.screenings)
    )


def _welcome(people: Population, person: _Person, demand: Demand, day: int) -> bool:
    volunteer_id = people.ids[person.number]
    return bool(
        (not demand.required_languages or person.languages & demand.required_languages)
        and (not demand.centres or person.centre in demand.centres)
        and volunteer_id not in demand.blocked
        and volunteer_id not in demand.asked
        and (not demand.trainings or _trained(people, person.number, demand, day))
    )


def _distance(here: list[int], there: list[int]) -> int:
    chord = sqrt(sum((a - b) ** 2 for a, b in zip(here, there, strict=True)))
    return round(2 * RADIUS_M * asin(chord / (200 * RADIUS_M)))


def _score(people: Population, person: _Person, demand: Demand, distance: int) -> float:
    values = (
        1 - distance / (person.reach_km * 1000),
        _part(person.skills, demand.preferred_skills, 1.0),
        _part(person.dayparts, demand.dayparts, 1.0),
        bool(person.languages & demand.preferred_languages),
        1 - 0.8 ** (DAY - person.last_asked) if person.last_asked else 1.0,
        1 / (1 + person.running),
        person.tasks_done == 0,
        people.ids[person.number] in demand.known,
        _part(person.dislikes, demand.dislikes, 0.0),
        demand.waiting_days / (demand.waiting_days + 7),
    )
    return round(sum(weight * value for weight, value in zip(WEIGHTS[demand.kind], values, strict=True)), 9)


def _part(has: int, asked: int, of_none: float) -> float:
    return (has & asked).bit_count() / asked.bit_count() if asked else of_none
