"""A centre as the facts of a town, and what came out of a what-if.

Of a centre only totals are used: active volunteers per district and per kind of help, and the requests of the
last year likewise. They are never crossed with each other, and a total below `LEAST` is not used: `STANDS_IN`
takes its place, so that nothing that is reckoned says anything about a few people.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cached_property
from math import ceil
from typing import Any, TypeVar

from django.db.models import QuerySet

from common import clock
from common.small_figures import LEAST, shown
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching.queries import policy_of
from people.enums import COORDINATING, HelpCategory, Role, VolunteerState
from people.models import Centre, Volunteer
from people.queries import standing_of
from simulation.enums import UNDER_WAY, Outcome, WhatIfState
from simulation.errors import CentreTooLarge, CentreTooSmall
from simulation.models import WhatIf
from simulation.town.calendar import HOUR
from simulation.town.facts import Facts, Place
from simulation.town.interval import Interval
from simulation.town.policy import WaveRules
from simulation.town.town import AFTERWARDS
from simulation.town.what_if import MOST, Lived, Question, interval_of, rounded_up

Key = TypeVar("Key", int, str)

RECKONING = COORDINATING | {Role.ANALYST}
"""Who reckons for a centre."""
STANDS_IN = 5
YEAR = timedelta(days=365)
SEEDS = (1, 2, 3, 4, 5)
"""Of the towns in which each what-if is tried."""
FEWEST_DAYS, MOST_DAYS = 90, 365
WANTED = 30
"""So many requests of the kind in the neighbourhood tell something, in each town."""
MOST_PAIRS = 12_000_000
"""Volunteers times requests: what a town of some 400 MB holds."""
_LEAST_DAYS = 28
_NOT_OURS = (RequestState.DRAFT, RequestState.UNSUITABLE, RequestState.REFERRED)


def facts_of(centre: Centre) -> Facts:
    """Return the centre in numbers, in three queries.

    Raises:
        CentreTooSmall: fewer than `LEAST` active volunteers, or requests in the last year.
    """
    return _counted(centre)[0]


def question_for(
    centre: Centre, *, category: str, district_id: int, goal: int, hours: int
) -> tuple[Question, int]:
    """Return what is to be reckoned, and the number of the district in it; -1 when nobody lives there.

    Raises:
        CentreTooSmall: as ``facts_of``.
        CentreTooLarge: a month of it takes more memory than there may be.
    """
    facts, districts = _counted(centre)
    place = districts.index(district_id) if district_id in districts else -1
    days = _days(facts, category, place) if place >= 0 else FEWEST_DAYS
    rules = rules_of(centre)
    question = Question(facts=facts, days=days, seeds=SEEDS, goal=goal, hours=hours, rules=rules)
    return question, place


def rules_of(centre: Centre) -> WaveRules:
    """Return how the centre asks, as the town knows it."""
    policy = policy_of(centre.pk)
    return WaveRules(
        size=policy.wave_size,
        size_today=policy.wave_size_today,
        today=policy.minutes_today,
        this_week=policy.minutes_this_week,
        later=policy.minutes_later,
        list_first=policy.minutes_listed,
        quiet_from=_minute(policy.quiet_from),
        quiet_until=_minute(policy.quiet_until),
    )


def _minute(at: time) -> int:
    return at.hour * HOUR + at.minute


def _counted(centre: Centre) -> tuple[Facts, list[int]]:
    """The facts, and the districts in the order of their places."""
    active = Volunteer.objects.filter(centre=centre, state=VolunteerState.ACTIVE)
    people = list(active.values_list("district_id", "skills"))
    recent = HelpRequest.objects.filter(centre=centre, submitted_at__gte=clock.now() - YEAR)
    asked = list(recent.exclude(state__in=_NOT_OURS).values_list("district_id", "category", "resident_id"))
    if min(len(people), len(asked)) < LEAST:
        raise CentreTooSmall
    helping, asking = _totals(row[0] for row in people), _totals(row[0] for row in asked)
    liking = _totals(str(kind) for _, skills in people for kind in HelpCategory.from_mask(skills))
    lived_in = [each for each in centre.districts.order_by("code") if each.pk in helping or each.pk in asking]
    facts = Facts(
        name=centre.name,
        places=tuple(
            Place(each.name, each.lat, each.lon, helping.get(each.pk, 0.0), asking.get(each.pk, 0.0))
            for each in lived_in
        ),
        helpers=len(people),
        residents=max(len({row[2] for row in asked}), LEAST),
        requests_a_year=len(asked),
        liked={kind: min(count / len(people), 1.0) for kind, count in liking.items()},
        asked=_totals(row[1] for row in asked),
    )
    return facts, [each.pk for each in lived_in]


def _totals(values: Iterable[Key | None]) -> dict[Key, float]:
    """How often each value comes, in a fixed order; a small number is not told, and None not counted."""
    counts = Counter(value for value in values if value is not None)
    return {value: float(count if count >= LEAST else STANDS_IN) for value, count in sorted(counts.items())}


def _days(facts: Facts, category: str, place: int) -> int:
    """How many days of requests: enough of this kind in this place, and no more than fits in memory."""
    kind = facts.asked.get(category, 0.0) / sum(facts.asked.values())
    here = facts.places[place].asking / (sum(each.asking for each in facts.places) or 1.0)
    a_day = facts.requests_a_year / 365
    wanted = ceil(WANTED / (a_day * kind * here)) if kind * here else MOST_DAYS
    # Who joins in the meantime and what is added count along.
    volunteers = 1.3 * facts.helpers + MOST
    fitting = int(MOST_PAIRS / (volunteers * a_day))
    if fitting < _LEAST_DAYS or volunteers * (MOST_DAYS + AFTERWARDS) > MOST_PAIRS:
        raise CentreTooLarge
    return min(max(wanted, FEWEST_DAYS), MOST_DAYS, fitting)


def centres_reckoned_by(user: Any) -> QuerySet[Centre]:
    """The centres for which ``user`` may reckon."""
    return Centre.objects.filter(pk__in=standing_of(user).centres(RECKONING)).order_by("code")


def what_ifs_for(user: Any) -> QuerySet[WhatIf]:
    """The what-ifs of those centres, the newest first, with place and who asked."""
    found = WhatIf.objects.filter(centre__in=standing_of(user).centres(RECKONING))
    return found.select_related("centre", "district", "asked_by").order_by("-asked_at", "-pk")


@dataclass(frozen=True, slots=True)
class Trial:
    """So many more volunteers, and how it went in the towns in which that was tried: % in time."""

    more: int
    filled: tuple[float, ...]
    requests: int

    @property
    def mean(self) -> float:
        """Over the towns."""
        return sum(self.filled) / len(self.filled)


class Found:
    """What came out of a what-if, as far as it is."""

    def __init__(self, what_if: WhatIf) -> None:
        self.what_if = what_if
        self.lived = [Lived(*each) for each in what_if.lived]
        self.seeds: int = len(what_if.question["seeds"])

    @property
    def outcome(self) -> Outcome | None:
        """What came out; ``None`` while it is not known."""
        needed = self.what_if.needed
        if self.what_if.state != WhatIfState.DONE or needed is None:
            return None
        if not needed:
            return Outcome.TOO_FEW
        if None in needed:
            return Outcome.NEVER
        return Outcome.MORE if any(needed) else Outcome.ENOUGH

    @property
    def is_under_way(self) -> bool:
        """Whether more is to come."""
        return self.what_if.state in UNDER_WAY

    @property
    def needed(self) -> list[int | None]:
        """How many more in each town."""
        return list(self.what_if.needed or [])

    @property
    def interval(self) -> Interval | None:
        """Mean and 95% interval over the towns; ``None`` unless each has a number."""
        return interval_of(self.needed)

    @property
    def people(self) -> tuple[int, int, int] | None:
        """How many more it takes, at least and at most, as whole people."""
        return rounded_up(self.interval) if self.interval is not None else None

    @property
    def not_enough_in(self) -> int:
        """In how many towns the most that are tried are not enough."""
        return self.needed.count(None)

    @cached_property
    def trials(self) -> list[Trial]:
        """What was tried, by how many more."""
        tried: dict[int, list[Lived]] = {}
        for each in self.lived:
            tried.setdefault(each.more, []).append(each)
        return [
            Trial(more, tuple(each.filled for each in found), sum(each.requests for each in found))
            for more, found in sorted(tried.items())
        ]

    @property
    def now(self) -> Trial | None:
        """How it goes without anyone more, once every town was lived through."""
        return self._whole(0)

    @property
    def then(self) -> Trial | None:
        """How it goes with as many more as are told."""
        return self._whole(self.people[0]) if self.people else None

    @property
    def towns_done(self) -> int:
        """In how many towns the number is found: the next is known to have begun by what was tried there."""
        if not self.is_under_way:
            return self.seeds
        beyond = {each.seed for each in self.lived if each.more}
        return max(len(beyond) - 1, 0)

    @property
    def volunteers(self) -> int | None:
        """Active volunteers of the centre, rounded; ``None`` for too few to tell."""
        return shown(self.what_if.question["facts"]["helpers"])

    @property
    def requests(self) -> int | None:
        """Requests of the last year, rounded; ``None`` for too few to tell."""
        return shown(self.what_if.question["facts"]["requests_a_year"])

    def _whole(self, more: int) -> Trial | None:
        trial = next((each for each in self.trials if each.more == more), None)
        return trial if trial is not None and len(trial.filled) == self.seeds else None
