"""The requests of the synthetic town, as columns; one row is one request, in the order they are opened.

Kinds of help come with the frequencies of the town, skills and times from the everyday requests of an
ordinary one (`ordinary`). All are one-off tasks for one helper: series and buddies are asked
for once and then run by themselves, so that they hardly load the asking.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from people.enums import HelpCategory, Language, Skill, daypart_bit, part_of_hour
from places.cells import cell_of, centre_of
from safeguarding.enums import DEFAULT_REQUIREMENTS
from simulation.town.behaviour import Behaviour
from simulation.town.calendar import DAY, HOUR
from simulation.town.facts import Facts
from simulation.town.helpers import homes
from simulation.town.ordinary import everyday as everyday_requests

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ANY_DAY = -1
_OPENS, _CLOSES = 8 * HOUR + 30, 20 * HOUR
_BY_WEEKDAY = (1.15, 1.15, 1.15, 1.15, 1.15, 0.6, 0.6)  # as in the demonstration town
_TODAY = 0.06  # share that is for the same day (assumption)
_CELL_RESOLUTION = 8


@dataclass(frozen=True, slots=True)
class Requests:
    """Columns of shape (n,)."""

    place: Ints
    """Number of the neighbourhood."""
    resident: Ints
    latitude: Floats
    """Of the middle of the cell, as volunteers and the engine know it."""
    longitude: Floats
    category: Ints
    """Bit of the kind of help."""
    required_skills: Ints
    preferred_skills: Ints
    languages: Ints
    """Required ones; 0: none."""
    screenings: Ints
    """Mask of what the kind of help requires of a volunteer."""
    dayparts: Ints
    """The asked dayparts; 0: any time."""
    on_day: Ints
    """Day of the help, `ANY_DAY` when there is none."""
    opened: Ints
    """Minute from which volunteers may be asked."""
    ends: Ints
    """Minute at which it is too late: the help should have begun, or the resident withdraws."""

    def __len__(self) -> int:
        return len(self.place)


def draw_requests(random: np.random.Generator, facts: Facts, behaviour: Behaviour, days: int) -> Requests:
    """Draw the requests of so many days."""
    opened = _moments(random, facts.requests_a_year / 365, days)
    weights = np.array([place.asking for place in facts.places])
    living = random.choice(len(weights), facts.residents, p=weights / weights.sum())
    where = [_middle_of_cell(*home) for home in zip(*homes(random, facts, living), strict=True)]
    kinds, often = list(facts.asked), np.array(list(facts.asked.values()))
    everyday = everyday_requests()
    rows = []
    for moment in opened:
        kind = kinds[int(random.choice(len(kinds), p=often / often.sum()))]
        resident = int(random.integers(facts.residents))
        text = everyday[kind][int(random.integers(len(everyday[kind])))]
        home = (int(living[resident]), resident, *where[resident])
        rows.append((*home, *_what(kind, text), *_when(random, text["when"], moment, behaviour)))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Requests(*columns)


def _moments(random: np.random.Generator, a_day: float, days: int) -> list[int]:
    found: list[int] = []
    for day in range(days):
        count = random.poisson(a_day * _BY_WEEKDAY[day % 7] * 7 / sum(_BY_WEEKDAY))
        found += (day * DAY + np.sort(random.integers(_OPENS, _CLOSES, count))).tolist()
    return found


def _middle_of_cell(latitude: float, longitude: float) -> tuple[float, float]:
    return centre_of(cell_of(latitude, longitude, _CELL_RESOLUTION))


def _what(kind: str, text: dict[str, Any]) -> tuple[int, int, int, int, int]:
    """Category, required and preferred skills, required languages, screenings."""
    return (
        HelpCategory(kind).bit,
        Skill.to_mask(text["required_skills"]),
        Skill.to_mask(text["preferred_skills"]),
        Language.to_mask(text.get("required_languages", [])),
        DEFAULT_REQUIREMENTS[HelpCategory(kind)],
    )


def _when(
    random: np.random.Generator, when: dict[str, Any], opened: int, behaviour: Behaviour
) -> tuple[int, int, int, int]:
    """Dayparts, day, when it opens and when it ends."""
    if "in_days" not in when:
        asked = sum(1 << daypart_bit(day, part) for day, part in when.get("dayparts", ()))
        waits = 2 + random.exponential(behaviour.patience - 2)
        return asked, ANY_DAY, opened, opened + round(waits * DAY)
    hour, minute = map(int, when.get("time", "18:00").split(":"))
    start = hour * HOUR + minute
    ahead = max(1, when["in_days"]) + int(random.integers(0, 6))
    if random.random() < _TODAY:
        ahead, start = 0, min(max(start, opened % DAY + 3 * HOUR), 22 * HOUR)
    day = opened // DAY + ahead
    whole_day = 0b111 << daypart_bit(day % 7, 0)
    asked = 1 << daypart_bit(day % 7, part_of_hour(start // HOUR)) if "time" in when else whole_day
    return asked, day, opened, day * DAY + start
