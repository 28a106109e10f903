"""The same question answered in plainer ways, to measure the engine against and to check its answers with."""

from collections.abc import Callable
from math import asin, sqrt

import numpy as np
from numpy.typing import NDArray

from bench.population import DAY, Population
from matching.engine import NO_CAP, WEIGHTS, Demand, Id, Term
from matching.engine.sphere import RADIUS_M, points

Answer = list[Id]
Peer = Callable[[Demand, int], Answer]

_REST = np.array([1 - 0.8**days for days in range(256)])


def flat_numpy(people: Population) -> Peer:
    """All rows in columns without an index: masks over everyone first, the rest for who is left."""
    raw = people.raw
    x, y, z = points(raw["latitude"], raw["longitude"]).astype(np.float64)
    reach_m = np.rint(np.asarray(raw["reach_km"], np.float64) * 1000)
    skills = raw["skills"].astype(np.uint64)
    dayparts, languages = raw["dayparts"].astype(np.uint32), raw["languages"].astype(np.uint32)
    dislikes, centre = raw["dislikes"].astype(np.uint32), raw["centre"].astype(np.uint16)
    asks_open = (raw["asks_cap"] == NO_CAP) | (raw["asks"] < raw["asks_cap"])
    running_open = (raw["running_cap"] == NO_CAP) | (raw["running"] < raw["running_cap"])
    able = raw["active"] & (raw["paused_until"] < DAY) & asks_open & running_open
    screenings, age = raw["screenings"].astype(np.uint16), raw["age"].astype(np.uint8)
    last_asked, running = raw["last_asked"].astype(np.int32), raw["running"].astype(np.uint8)
    newcomer = raw["tasks_done"] == 0
    row_of = {volunteer_id: row for row, volunteer_id in enumerate(people.ids)}

    def best(demand: Demand, k: int) -> Answer:
        day = max(demand.date, DAY)
        needs = np.uint64(demand.needs)
        mask = able & (skills & needs == needs)
        if demand.dayparts:
            mask &= dayparts & np.uint32(demand.dayparts) != 0
        rows = np.flatnonzero(mask)
        there = points(demand.latitude, demand.longitude).astype(np.float64)
        chord = np.sqrt((x[rows] - there[0]) ** 2 + (y[rows] - there[1]) ** 2 + (z[rows] - there[2]) ** 2)
        distance = np.rint(2 * RADIUS_M * np.arcsin(chord / (200 * RADIUS_M)))
        keep = (distance <= reach_m[rows]) & (age[rows] >= demand.minimum_age)
        if demand.required_languages:
            keep &= languages[rows] & np.uint32(demand.required_languages) != 0
        for requirement in demand.screenings:
            keep &= screenings[requirement][rows] >= day
        if demand.centres:
            keep &= np.isin(centre[rows], list(demand.centres))
        if demand.blocked or demand.asked:
            keep &= ~np.isin(rows, [row_of[one] for one in demand.blocked | demand.asked])
        rows, distance = rows[keep], distance[keep]
        if demand.trainings:
            keep = np.array([_trained(people, row, demand, day) for row in rows.tolist()], np.bool_)
            rows, distance = rows[keep], distance[keep]
        weights = WEIGHTS[demand.kind]
        known = np.isin(rows, [row_of[one] for one in demand.known])
        preferred = np.uint32(demand.preferred_languages)
        score = (
            weights[Term.PROXIMITY] * (1 - distance / reach_m[rows])
            + weights[Term.PREFERRED_SKILLS] * _share(skills[rows], demand.preferred_skills, np.uint64)
            + weights[Term.DAYPARTS] * _share(dayparts[rows], demand.dayparts, np.uint32)
            + weights[Term.LANGUAGE] * (languages[rows] & preferred != 0)
            + weights[Term.REST] * _REST[np.clip(DAY - last_asked[rows], 0, 255)]
            + weights[Term.ROOM] / (1.0 + running[rows])
            + weights[Term.NEWCOMER] * newcomer[rows]
            + weights[Term.CONTINUITY] * known
            + weights[Term.DISLIKES] * _share(dislikes[rows], demand.dislikes, np.uint32)
            + weights[Term.WAITING] * demand.waiting_days / (demand.waiting_days + 7)
        )
        return _first(people, rows, np.rint(score * 1e9), distance, k)

    return best


def _share(has: NDArray[np.generic], asked: int, kind: type[np.generic]) -> NDArray[np.float64] | float:
    return np.bitwise_count(has & kind(asked)) / asked.bit_count() if asked else 1.0


def _first(
    people: Population,
    rows: NDArray[np.intp],
    score: NDArray[np.float64],
    distance: NDArray[np.float64],
    k: int,
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


def plain_loop(people: Population) -> Peer:
    """A Python loop over all rows, the cheapest test first."""
    columns = {name: column.T.tolist() for name, column in people.raw.items()}
    places = points(people.raw["latitude"], people.raw["longitude"]).T.tolist()
    names = (
        "skills", "dayparts", "active", "paused_until", "reach_km", "age", "languages", "asks", "asks_cap",
        "running", "running_cap", "screenings", "centre", "last_asked", "tasks_done", "dislikes",
    )  # fmt: skip
    rows = list(enumerate(zip(places, *(columns[name] for name in names), strict=True)))

    def best(demand: Demand, k: int) -> Answer:
        day, needs = max(demand.date, DAY), demand.needs
        hx, hy, hz = points(demand.latitude, demand.longitude).tolist()
        weights = WEIGHTS[demand.kind]
        found = []
        for row, (
            place, skills, dayparts, active, paused_until, reach_km, age, languages, asks, asks_cap,
            running, running_cap, screenings, centre, last_asked, tasks_done, dislikes,
        ) in rows:  # fmt: skip
            if skills & needs != needs or not active or paused_until >= DAY or age < demand.minimum_age:
                continue
            if demand.dayparts and not dayparts & demand.dayparts:
                continue
            if (asks >= asks_cap and asks_cap != NO_CAP) or (
                running >= running_cap and running_cap != NO_CAP
            ):
                continue
            chord = sqrt((place[0] - hx) ** 2 + (place[1] - hy) ** 2 + (place[2] - hz) ** 2)
            distance = round(2 * RADIUS_M * asin(chord / (200 * RADIUS_M)))
            if distance > reach_km * 1000:
                continue
            if demand.required_languages and not languages & demand.required_languages:
                continue
            if any(screenings[requirement] < day for requirement in demand.screenings):
                continue
            if demand.centres and centre not in demand.centres:
                continue
            volunteer_id = people.ids[row]
            if volunteer_id in demand.blocked or volunteer_id in demand.asked:
                continue
            if demand.trainings and not _trained(people, row, demand, day):
                continue
            rest = 1 - 0.8 ** (DAY - last_asked) if last_asked else 1.0
            values = (
                1 - distance / (reach_km * 1000),
                _part(skills, demand.preferred_skills, 1.0),
                _part(dayparts, demand.dayparts, 1.0),
                bool(languages & demand.preferred_languages),
                rest,
                1 / (1 + running),
                tasks_done == 0,
                volunteer_id in demand.known,
                _part(dislikes, demand.dislikes, 0.0),
                demand.waiting_days / (demand.waiting_days + 7),
            )
            score = sum(weight * value for weight, value in zip(weights, values, strict=True))
            found.append((-round(score, 9), distance, volunteer_id))
        return [volunteer_id for *_, volunteer_id in sorted(found)[:k]]

    return best


def _part(has: int, asked: int, of_none: float) -> float:
    return (has & asked).bit_count() / asked.bit_count() if asked else of_none
