"""What the engine must give, as a plain loop: every rule once more, in plain Python, from matching.md."""

from math import asin, cos, radians, sin, sqrt

from matching.engine import NO_CAP, WEIGHTS, Demand, Filter, SupplyRow, Term

RADIUS_M = 6_371_008.8


def point(latitude: float, longitude: float) -> tuple[int, int, int]:
    phi, lam = radians(latitude), radians(longitude)
    axes = (cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi))
    return tuple(round(RADIUS_M * 100 * axis) for axis in axes)


def distance_m(row: SupplyRow, demand: Demand) -> int:
    """Over the great circle, both places being known to a centimetre, in whole metres; online none."""
    if demand.anywhere:
        return 0
    here, there = point(row.latitude, row.longitude), point(demand.latitude, demand.longitude)
    chord_m = sqrt(sum((a - b) ** 2 for a, b in zip(here, there, strict=True))) / 100
    return round(2 * RADIUS_M * asin(min(1.0, chord_m / (2 * RADIUS_M))))


def haversine_m(row: SupplyRow, demand: Demand) -> float:
    """The textbook formula."""
    phi1, phi2 = radians(row.latitude), radians(demand.latitude)
    lam = radians(demand.longitude - row.longitude)
    hav = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(lam / 2) ** 2
    return 2 * RADIUS_M * asin(min(1.0, sqrt(hav)))


def trained(row: SupplyRow, day: int) -> int:
    return sum(1 << bit for bit, until in row.trainings if until >= day)


def failed(row: SupplyRow, demand: Demand, today: int) -> Filter:
    day = max(demand.date, today)
    needs = demand.required_skills | (0 if demand.category is None else 1 << demand.category)
    passes = {
        Filter.ACTIVE: row.active and row.paused_until < today,
        Filter.SCREENING: all(row.screenings[required] >= day for required in demand.screenings),
        Filter.TRAINING: demand.trainings & trained(row, day) == demand.trainings,
        Filter.SKILLS: row.skills & needs == needs,
        Filter.DAYPARTS: not demand.dayparts or row.dayparts & demand.dayparts,
        Filter.REACH: distance_m(row, demand) <= round(row.reach_km * 1000),
        Filter.LANGUAGE: not demand.required_languages or row.languages & demand.required_languages,
        Filter.ASKS_CAP: row.asks_cap >= NO_CAP or row.asks < row.asks_cap,
        Filter.RUNNING_CAP: row.running_cap >= NO_CAP or row.running < row.running_cap,
        Filter.BLOCKED: row.id not in demand.blocked,
        Filter.ASKED: row.id not in demand.asked,
        Filter.AGE: row.age >= demand.minimum_age,
        Filter.CENTRE: not demand.centres or row.centre in demand.centres,
    }
    failures = Filter(0)
    for bit in Filter:
        failures |= Filter(0) if passes[bit] else bit
    return failures


def share(has: int, asked: int, of_none: float) -> float:
    return (has & asked).bit_count() / asked.bit_count() if asked else of_none


def terms(row: SupplyRow, demand: Demand, today: int) -> dict[Term, float]:
    reach_m = round(row.reach_km * 1000)
    rested = 1.0 if row.last_asked == 0 else 1 - 0.8 ** max(today - row.last_asked, 0)
    shares_language = not demand.preferred_languages or row.languages & demand.preferred_languages
    return {
        Term.PROXIMITY: max(0.0, 1 - distance_m(row, demand) / max(reach_m, 1)),
        Term.PREFERRED_SKILLS: share(row.skills, demand.preferred_skills, 1.0),
        Term.DAYPARTS: share(row.dayparts, demand.dayparts, 1.0),
        Term.LANGUAGE: 1.0 if shares_language else 0.0,
        Term.REST: rested,
        Term.ROOM: 1 / (1 + row.running),
        Term.NEWCOMER: 1.0 if row.tasks_done == 0 else 0.0,
        Term.CONTINUITY: 1.0 if row.id in demand.known else 0.0,
        Term.DISLIKES: share(row.dislikes, demand.dislikes, 0.0),
        Term.WAITING: demand.waiting_days / (demand.waiting_days + 7),
    }


def score(row: SupplyRow, demand: Demand, today: int) -> float:
    values = terms(row, demand, today)
    return round(sum(WEIGHTS[demand.kind][term] * values[term] for term in Term), 9)


def best_rows(rows: list[SupplyRow], demand: Demand, k: int, today: int) -> list[SupplyRow]:
    able = [row for row in rows if not failed(row, demand, today)]
    return sorted(able, key=lambda row: (-score(row, demand, today), distance_m(row, demand), row.id))[:k]


def best_demands(row: SupplyRow, demands: list[Demand], k: int, today: int) -> list[Demand]:
    able = [demand for demand in demands if not failed(row, demand, today)]
    return sorted(able, key=lambda one: (-score(row, one, today), distance_m(row, one), one.id))[:k]


def funnel(rows: list[SupplyRow], demand: Demand, today: int) -> list[tuple[Filter, int]]:
    left = [failed(row, demand, today) for row in rows]
    steps = []
    for step in Filter:
        left = [failures for failures in left if step not in failures]
        steps.append((step, len(left)))
    return steps


def only_failing(rows: list[SupplyRow], demand: Demand, today: int) -> dict[Filter, int]:
    found = {step: sum(failed(row, demand, today) == step for row in rows) for step in Filter}
    return {step: count for step, count in found.items() if count}
