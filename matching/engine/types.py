"""The plain values that go into the engine and come out of it.

Days are *day numbers*: days since 1970-01-01 (`day_number`), 0 = never, `FOREVER` = does not lapse.
Masks are Python integers; `people.enums` fixes which bit is what. Distances are whole metres.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, IntFlag
from functools import cached_property
from typing import NamedTuple, TypeAlias, overload
from uuid import UUID

Id: TypeAlias = UUID | int | str
"""Identity of a volunteer or a demand: hashable and ordered; one index holds one type of id."""

FOREVER = 0xFFFF
"""The day number (year 2149) that stands for "does not lapse"; later days are held as this one."""
NO_CAP = 0xFF
"""The cap that is never reached; larger caps are held as this one, and counts as the one below it."""

_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Return the number of days from 1970-01-01 to ``day``."""
    return day.toordinal() - _EPOCH


class Screening(IntEnum):
    """What a role may require of a volunteer, in the order of `SupplyRow.screenings`."""

    TALK = 0
    REFERENCES = 1
    CODE_OF_CONDUCT = 2
    VOG = 3
    ID_SEEN = 4


class Filter(IntFlag):
    """The hard filters in the order of the funnel; a set bit means: fails on this."""

    ACTIVE = 1 << 0
    """Active and not paused today."""
    SCREENING = 1 << 1
    """Every required screening is valid on the date of the role."""
    TRAINING = 1 << 2
    """Every required training is valid on the date of the role."""
    SKILLS = 1 << 3
    """Wants this kind of help and has every required skill."""
    DAYPARTS = 1 << 4
    """Is available on at least one asked daypart (none asked: any time is fine)."""
    REACH = 1 << 5
    """Lives within the own reach of the cell centre, over the great circle."""
    LANGUAGE = 1 << 6
    """Speaks at least one of the required languages."""
    ASKS_CAP = 1 << 7
    """Was asked less often in the last 30 days than the own monthly cap."""
    RUNNING_CAP = 1 << 8
    """Has fewer running assignments than the own cap."""
    BLOCKED = 1 << 9
    """No block stands between volunteer and resident."""
    ASKED = 1 << 10
    """Was not asked for this demand before and did not refuse it."""
    AGE = 1 << 11
    """Has the minimum age of the role."""
    CENTRE = 1 << 12
    """Belongs to a centre that may serve this demand."""


class Term(IntEnum):
    """The parts of the score; each is a value in [0, 1]."""

    PROXIMITY = 0
    """1 - distance / reach."""
    PREFERRED_SKILLS = 1
    """Share of the preferred skills that the volunteer has (none preferred: 1)."""
    DAYPARTS = 2
    """Share of the asked dayparts on which the volunteer can (none asked: 1)."""
    LANGUAGE = 3
    """1 when a preferred language is shared or none is preferred, else 0."""
    REST = 4
    """1 - (1 - q)^days since the volunteer was last asked, q = 0.2; never asked: 1."""
    ROOM = 5
    """1 / (1 + running assignments)."""
    NEWCOMER = 6
    """1 for a volunteer who has not done a task yet, else 0."""
    CONTINUITY = 7
    """1 when it went well before with this resident, else 0."""
    DISLIKES = 8
    """Share of the resident's dislikes that the volunteer shares (none known: 0)."""
    WAITING = 9
    """How long the demand has waited: days / (days + 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRow:
    """One volunteer, as the engine sees one. No name, no address, no protected attribute.

    Someone without a known place cannot be matched: the loader leaves such a volunteer out.
    """

    id: Id
    latitude: float
    """Of the volunteer's postcode point, degrees."""
    longitude: float
    reach_km: float
    skills: int
    """Bits 0-15: kinds of help the volunteer wants to give; bits 16-63: specific skills."""
    dayparts: int
    """21 bits, weekday * 3 + part."""
    languages: int = 0
    """32 bits."""
    dislikes: int = 0
    """32 bits."""
    centre: int = 0
    """A small code of the centre, 0 to 65535, given out by the loader."""
    active: bool = True
    paused_until: int = 0
    """Last day of the pause."""
    age: int = 18
    """18 for 18 or older, 16 for 16 or 17, 0 for younger or unknown."""
    screenings: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    """Last valid day of each `Screening`."""
    trainings: tuple[tuple[int, int], ...] = ()
    """Pairs (training bit 0-63, last valid day), each bit at most once."""
    asks: int = 0
    """How often asked in the last 30 days."""
    asks_cap: int = NO_CAP
    running: int = 0
    """Assignments that run now."""
    running_cap: int = NO_CAP
    last_asked: int = 0
    """Day of the last ask."""
    tasks_done: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One question for volunteers: a help request, a vacancy or a shift."""

    id: Id
    kind: str
    """Key of the table of weights: a kind of help, "buddy", "vacancy" or "shift" (`weights.KINDS`)."""
    latitude: float
    """Of the centre of the demand's cell, degrees; never of the home."""
    longitude: float
    anywhere: bool = False
    """Done online: everybody counts as living at its place."""
    category: int | None = None
    """Bit 0-15 of the kind of help that the volunteer must want to give."""
    required_skills: int = 0
    preferred_skills: int = 0
    dayparts: int = 0
    """The asked dayparts; one shared is enough. 0: any time."""
    required_languages: int = 0
    """One of these must be spoken. 0: no requirement."""
    preferred_languages: int = 0
    screenings: frozenset[Screening] = frozenset()
    trainings: int = 0
    """Mask of the trainings required."""
    date: int = 0
    """Day of the role, on which screenings and trainings must be valid; today when 0 or past."""
    centres: frozenset[int] = frozenset()
    """Codes of the centres whose volunteers may be asked. Empty: any."""
    minimum_age: int = 0
    """0, 16 or 18."""
    blocked: frozenset[Id] = frozenset()
    """Volunteers who may not meet this resident."""
    asked: frozenset[Id] = frozenset()
    """Volunteers already asked for this demand, whatever they answered."""
    known: frozenset[Id] = frozenset()
    """Volunteers with whom it went well before."""
    dislikes: int = 0
    """What the resident dislikes; weighs for buddies only."""
    waiting_days: int = 0

    @property
    def needs(self) -> int:
        """Mask of everything asked of `SupplyRow.skills`: the kind of help and the required skills."""
        return self.required_skills | (0 if self.category is None else 1 << self.category)


class Facts(NamedTuple):
    """What a reason can mention about a pair of volunteer and demand."""

    shared_dayparts: int
    matched_skills: int
    """The preferred skills that the volunteer has."""
    shared_languages: int
    """The preferred or required languages that the volunteer speaks."""
    rest_days: int | None
    """Days since the last ask; None when never asked."""
    running: int
    tasks_done: int
    shared_dislikes: int
    waiting_days: int


class Candidate(NamedTuple):
    """A pair of volunteer and demand, judged."""

    volunteer_id: Id
    demand_id: Id
    score: float
    """In [0, 1], nine decimals."""
    distance_m: int
    failed: Filter
    """The hard filters on which the pair fails; empty when the volunteer can be asked."""
    terms: tuple[float, ...]
    """Value of every `Term`, in order."""
    facts: Facts


class Ranked(Sequence[Candidate]):
    """Candidates, the best first. Who they are is known; the rest is put together when it is looked at.

    Args:
        volunteer_ids: in order.
        tell: gives the candidates in full, in the same order, from values of its own: the index may have
            changed by then.
    """

    def __init__(self, volunteer_ids: list[Id], tell: Callable[[], list[Candidate]]) -> None:
        self.volunteer_ids = volunteer_ids
        self._tell = tell

    @cached_property
    def _candidates(self) -> list[Candidate]:
        return self._tell()

    def __len__(self) -> int:
        return len(self.volunteer_ids)

    @overload
    def __getitem__(self, place: int) -> Candidate: ...

    @overload
    def __getitem__(self, place: slice) -> list[Candidate]: ...

    def __getitem__(self, place: int | slice) -> Candidate | list[Candidate]:
        return self._candidates[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._candidates == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list


class FunnelStep(NamedTuple):
    """How many volunteers are left after one filter and all before it."""

    filter: Filter
    remaining: int


class Funnel(NamedTuple):
    """The way from all volunteers to those who can be asked."""

    total: int
    steps: tuple[FunnelStep, ...]

    @property
    def remaining(self) -> int:
        """How many pass every filter."""
        return self.steps[-1].remaining


@dataclass(frozen=True, slots=True)
class Relaxation:
    """How many fail on one filter only, and so would come in if it were relaxed."""

    filter: Filter
    count: int
    by: tuple[tuple[int, int], ...] = field(default=())
    """Pairs (bit, how many that bit alone would bring in): dayparts that could be asked as well,
    missing skills, languages, trainings, or `Screening` numbers. Zero counts are left out."""


class Reason(NamedTuple):
    """Why a candidate stands where it stands: one term of the score with what it is made of."""

    term: Term
    value: float
    weight: float
    """Normalised: the weights of one kind of help add up to 1."""
    params: dict[str, int | float]
    """Plain numbers for a sentence, for example ``{"km": 1.2}``."""
