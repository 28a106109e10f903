"""Who is asked in one wave: the best, and the last place for a newcomer when the centre keeps one."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from help_requests.models import HelpRequest
from matching.candidates import best_for
from matching.demand import demand_of
from matching.engine import Candidate, Demand
from matching.models import Assignment
from matching.queries import WENT_WELL

_LOOK_FURTHER = 8


class Wave(NamedTuple):
    """Who to ask now, and who of them has the newcomer's seat."""

    candidates: Sequence[Candidate]
    newcomer: Candidate | None = None


def best_wave(request: HelpRequest, seats: int, asked_now: Collection[UUID], *, newcomer_seat: bool) -> Wave:
    """The best for ``seats`` free places of a wave; empty without a place on the map.

    Newcomers get a first task soon: with a seat kept for them, and nobody in the wave new, the last of these
    places goes to the best newcomer who passes every hard filter.
    """
    demand = demand_of(request)
    if demand is None:
        return Wave([])
    best = best_for(demand, seats)
    if not newcomer_seat or len(best) < seats or any(map(is_newcomer, best)) or _someone_is_new(asked_now):
        return Wave(best)
    newcomer = best_newcomer(demand, beyond=seats)
    return Wave([*best[:-1], newcomer], newcomer) if newcomer else Wave(best)


def is_newcomer(candidate: Candidate) -> bool:
    """Whether the candidate has not done a task yet."""
    return not candidate.facts.tasks_done


def best_newcomer(demand: Demand, *, beyond: int) -> Candidate | None:
    """The best newcomer who passes every hard filter, looked for ever further down than ``beyond``."""
    wanted = beyond
    while True:
        wanted *= _LOOK_FURTHER
        found = best_for(demand, wanted)
        newcomer = next(filter(is_newcomer, found), None)
        if newcomer is not None or len(found) < wanted:
            return newcomer


def _someone_is_new(volunteer_ids: Collection[UUID]) -> bool:
    """Whether one of those who are asked already has not done a task yet."""
    done = Assignment.objects.filter(WENT_WELL, volunteer__in=volunteer_ids)
    return len(set(volunteer_ids)) > done.values("volunteer").distinct().count()
