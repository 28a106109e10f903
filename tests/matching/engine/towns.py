"""Made-up volunteers and demands: plain ones to change one thing of, random ones full of ties and edges."""

from dataclasses import replace
from datetime import date
from random import Random

from matching.engine import FOREVER, KINDS, NO_CAP, Demand, Screening, SupplyRow, day_number

TODAY = date(2026, 11, 24)
DAY = day_number(TODAY)
HERE = (52.03, 5.08)
KM = 1 / 111.195  # degrees of latitude


def volunteer(**changes: object) -> SupplyRow:
    """A volunteer who can do what `demand` asks: 1 km north of it, with nothing against."""
    plain = SupplyRow(
        id=1, latitude=HERE[0] + KM, longitude=HERE[1], reach_km=5, skills=0b1, dayparts=0b111, languages=0b1
    )
    return replace(plain, **changes)


def demand(**changes: object) -> Demand:
    """A demand with one kind of help and nothing else asked."""
    return replace(Demand(id=1, kind="transport", latitude=HERE[0], longitude=HERE[1], category=0), **changes)


def _place(random: Random) -> tuple[float, float]:
    if random.random() < 0.5:  # on a coarse grid, so that distances tie
        return HERE[0] + random.randrange(-4, 5) * KM, HERE[1] + random.randrange(-4, 5) * KM
    return HERE[0] + random.uniform(-9, 9) * KM, HERE[1] + random.uniform(-14, 14) * KM


def _mask(random: Random, bits: int, chance: float) -> int:
    return sum(1 << bit for bit in range(bits) if random.random() < chance)


def _day(random: Random) -> int:
    """Mostly around today, so that validity is decided on the day."""
    return random.choice([0, DAY - 30, DAY - 1, DAY, DAY + 1, DAY + 7, DAY + 400, FOREVER, FOREVER + 9])


def random_volunteer(random: Random, volunteer_id: int) -> SupplyRow:
    latitude, longitude = _place(random)
    return SupplyRow(
        id=volunteer_id,
        latitude=latitude,
        longitude=longitude,
        reach_km=random.choice([0, 0.5, 1, 2, 2, 5, 5, 5, 10, 10, 17.25, 400]),
        skills=_mask(random, 4, 0.7) | _mask(random, 3, 0.6) << 16 | random.choice([0, 1 << 63]),
        dayparts=_mask(random, 21, random.choice([0, 0.3, 0.8])),
        languages=_mask(random, 3, 0.6) | random.choice([0, 1 << 31]),
        dislikes=_mask(random, 4, 0.5),
        centre=random.choice([0, 1, 2, 65_535]),
        active=random.random() < 0.95,
        paused_until=random.choice([0, 0, 0, 0, DAY - 1, DAY, DAY + 1, FOREVER + 1]),
        age=random.choice([0, 16, 18, 18, 18, 18]),
        screenings=tuple(_day(random) for _ in Screening),
        trainings=tuple((bit, _day(random)) for bit in (0, 1, 63) if random.random() < 0.6),
        asks=random.choice([0, 1, 2, 3, 254]),
        asks_cap=random.choice([0, 2, 3, 4, NO_CAP, 1000]),
        running=random.choice([0, 1, 2, 254]),
        running_cap=random.choice([1, 2, 3, NO_CAP, NO_CAP]),
        last_asked=random.choice([0, DAY - 40, DAY - 3, DAY - 1, DAY, DAY + 1]),
        tasks_done=random.choice([0, 0, 1, 5, 255]),
    )


def random_demand(random: Random, demand_id: int, people: int) -> Demand:
    latitude, longitude = _place(random)
    return Demand(
        id=demand_id,
        kind=random.choice(KINDS),
        latitude=latitude,
        longitude=longitude,
        category=random.choice([None, 0, 0, 1, 3]),
        required_skills=random.choice([0, 0, 0, 1 << 16, 3 << 16, 1 << 63]),
        preferred_skills=_mask(random, 3, 0.4) << 16,
        dayparts=random.choice([0, 1, 0b111, 0b111000, (1 << 21) - 1]),
        required_languages=random.choice([0, 0, 0, 1, 0b110, 1 << 31]),
        preferred_languages=random.choice([0, 1, 0b110]),
        screenings=frozenset(one for one in Screening if random.random() < 0.08),
        trainings=random.choice([0, 0, 0, 0, 1, 0b11, 1 << 63]),
        date=random.choice([0, DAY - 1, DAY, DAY + 1, DAY + 7]),
        centres=random.choice([frozenset(), frozenset(), frozenset({1}), frozenset({0, 2, 65_535})]),
        minimum_age=random.choice([0, 0, 16, 18]),
        blocked=_some(random, people),
        asked=_some(random, people),
        known=_some(random, people),
        dislikes=_mask(random, 4, 0.4),
        waiting_days=random.choice([0, 0, 1, 7, 90]),
        anywhere=random.random() < 0.15,
    )


def _some(random: Random, people: int) -> frozenset[int]:
    """A few ids, of which some belong to nobody."""
    return frozenset(random.randrange(people + 5) for _ in range(random.choice([0, 0, 1, 3])))


def town(seed: int, volunteers: int) -> list[SupplyRow]:
    random = Random(seed)
    ids = random.sample(range(volunteers), volunteers)
    rows = [random_volunteer(random, volunteer_id) for volunteer_id in ids]
    # Twins, equal in all but the id, so that only the id can decide.
    return [replace(random.choice(rows), id=row.id) if random.random() < 0.2 else row for row in rows]


def open_demands(seed: int, demands: int, people: int) -> list[Demand]:
    random = Random(seed)
    ids = random.sample(range(demands), demands)
    return [random_demand(random, demand_id, people) for demand_id in ids]
