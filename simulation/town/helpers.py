"""The volunteers of the synthetic town, as columns; one row is one volunteer.

Kinds of help, skills, languages, free time, reach and limits are drawn with the shares of an ordinary
town (`ordinary`): retired people have their days, working people their evenings and weekends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from matching.engine import FOREVER
from people.enums import ALL_DAYPARTS, HelpCategory, Language, Skill, daypart_bit
from simulation.town.facts import Facts
from simulation.town.ordinary import SECOND_LANGUAGES, SKILLED, everyday

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOME_KM = 0.35
"""How far homes lie from the middle of their neighbourhood, standard deviation (assumption)."""
_KM_NORTH, _KM_EAST = 1 / 111.2, 1 / 68.5  # degrees per km at 52 degrees north
_NEWCOMERS_A_YEAR = 0.3
"""As a share of the helpers: as many as MR see leaving (`behaviour`)."""
_RARE = {HelpCategory.TRANSPORT: {Skill.WHEELCHAIR_CAR: 0.06}}
"""Skills that the everyday requests ask for and the demonstration town does not know (assumption)."""
_SCREENED = (1.0, 0.5, 1.0, 0.85, 0.7)  # share that has each `Screening`, as in the demonstration town


@dataclass(frozen=True, slots=True)
class Helpers:
    """Columns of shape (n,); ``screenings`` has shape (5, n)."""

    place: Ints
    """Number of the neighbourhood."""
    latitude: Floats
    longitude: Floats
    reach_km: Floats
    skills: Ints
    dayparts: Ints
    languages: Ints
    screenings: Ints
    asks_cap: Ints
    """Asks in 30 days that the volunteer said to want."""
    running_cap: Ints
    joined: Ints
    """Day on which they can first be asked; 0 for who was there."""
    tasks_before: Ints
    """Tasks done before day 0."""
    kinds_before: Ints
    """Mask of the kinds of help they gave before day 0."""
    willing: Floats
    """Standard normal: how willing beside others."""

    def __len__(self) -> int:
        return len(self.place)

    def and_then(self, more: "Helpers") -> "Helpers":
        """Return these with ``more`` after them."""
        columns = (
            np.concatenate((getattr(self, field.name), getattr(more, field.name)), axis=-1)
            for field in fields(self)
        )
        return Helpers(*columns)


@dataclass(frozen=True, slots=True)
class Extra:
    """Volunteers added to the town for a what-if: so many who like this kind of help, living in one place."""

    category: str
    place: int
    count: int


def draw_helpers(random: np.random.Generator, facts: Facts, days: int) -> Helpers:
    """Draw who is there on day 0, and who will join on which day."""
    newcomers = round(facts.helpers * _NEWCOMERS_A_YEAR * days / 365)
    total = facts.helpers + newcomers
    weights = np.array([place.helping for place in facts.places])
    places = random.choice(len(weights), total, p=weights / weights.sum())
    joined = np.concatenate((np.zeros(facts.helpers, np.int64), np.sort(random.integers(1, days, newcomers))))
    return _draw(random, facts, places, joined, liked=facts.liked)


def draw_extra(random: np.random.Generator, facts: Facts, extra: Extra) -> Helpers:
    """Draw the volunteers of a what-if: new on day 0, screened, with every skill asked for with this help."""
    places = np.full(extra.count, extra.place)
    drawn = _draw(random, facts, places, np.zeros(extra.count, np.int64), liked={extra.category: 1.0})
    for text in everyday()[extra.category]:
        drawn.skills[:] |= Skill.to_mask(text["required_skills"])
    drawn.screenings[:] = FOREVER
    drawn.tasks_before[:] = drawn.kinds_before[:] = 0
    return drawn


def homes(random: np.random.Generator, facts: Facts, place: Ints) -> tuple[Floats, Floats]:
    """Draw where people of these neighbourhoods live: latitudes and longitudes."""
    middle = np.array([(each.latitude, each.longitude) for each in facts.places])[place].reshape(-1, 2)
    north, east = random.normal(0, HOME_KM, (2, len(place)))
    return middle[:, 0] + north * _KM_NORTH, middle[:, 1] + east * _KM_EAST


def _draw(
    random: np.random.Generator, facts: Facts, place: Ints, joined: Ints, liked: Mapping[str, float]
) -> Helpers:
    count = len(place)
    skills = _skills(random, count, liked)
    drives = skills >> Skill.CAR.bit & 1 == 1
    latitude, longitude = homes(random, facts, place)
    far, near = random.choice([3.0, 5.0, 8.0, 12.0], count), random.choice([1.5, 2.0, 3.0, 4.0], count)
    tasks_before = np.where(joined == 0, random.geometric(0.15, count) - 1, 0)
    screened = random.random((5, count)) < np.array(_SCREENED)[:, None]
    return Helpers(
        place=place,
        latitude=latitude,
        longitude=longitude,
        reach_km=np.where(drives, far, near),
        skills=skills,
        dayparts=_free_time(random, count),
        languages=_languages(random, count),
        screenings=np.where(screened, FOREVER, 0),
        asks_cap=random.choice([4, 6, 8, 12], count),
        running_cap=random.choice([1, 2, 2, 3, 4], count),
        joined=joined,
        tasks_before=tasks_before,
        kinds_before=np.where(tasks_before > 0, skills & random.integers(0, 1 << 16, count), 0),
        willing=random.normal(0, 1, count),
    )


def _skills(random: np.random.Generator, count: int, liked: Mapping[str, float]) -> Ints:
    """Kinds of help and the skills that come with them; who likes nothing does the shopping."""
    mask = np.zeros(count, np.int64)
    for category in HelpCategory:
        likes = random.random(count) < liked.get(category, 0.0)
        mask |= np.where(likes, 1 << category.bit, 0)
        for skill, share in (SKILLED.get(category, {}) | _RARE.get(category, {})).items():
            mask |= np.where(likes & (random.random(count) < share), 1 << skill.bit, 0)
    return np.where(mask == 0, 1 << HelpCategory.GROCERIES.bit, mask)


def _languages(random: np.random.Generator, count: int) -> Ints:
    mask = np.full(count, 1 << Language.DUTCH.bit)
    for language, share in SECOND_LANGUAGES.items():
        mask |= np.where(random.random(count) < share, 1 << language.bit, 0)
    return mask


def _free_time(random: np.random.Generator, count: int) -> Ints:
    always, retired = random.random(count) < 0.15, random.random(count) < 0.55
    mask = np.zeros(count, np.int64)
    for day in range(7):
        for part in range(3):
            share = np.where((part < 2 and day < 5) == retired, 0.65, 0.25)
            mask |= np.where(random.random(count) < share, 1 << daypart_bit(day, part), 0)
    mask = np.where(mask == 0, 1 << daypart_bit(5, 0), mask)
    return np.where(always, ALL_DAYPARTS, mask)
