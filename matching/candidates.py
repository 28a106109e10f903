"""Asking the engine: who could do this, what could I do, may this one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, cast
from uuid import UUID

from academy.models import Course
from academy.queries import courses_by_bit
from common import clock
from help_requests.models import HelpRequest
from matching.copying import copies
from matching.demand import Asked, asked_by, demand_of
from matching.engine import (
    NO_CAP,
    Candidate,
    Demand,
    Filter,
    Funnel,
    Ranked,
    Related,
    Relaxation,
    SupplyIndex,
    SupplyRow,
)
from matching.errors import NotEligible
from matching.loading import load_rows
from matching.open_requests import as_held, open_requests, relations_of
from matching.supply import supply, supply_rows
from people.models import Volunteer

# Whoever says yes of their own accord is not stopped by limits on being asked.
_OWN_CHOICE = Filter.ASKED | Filter.ASKS_CAP
# What changes while the list near by is made is judged again, so often.
_TRIES = 3
# Not needed to judge, and slow to decrypt for every open request of the town.
ENCRYPTED = tuple(f"resident__{name}" for name in ("name", "phone", "email", "address", "point"))


def best_candidates(request: HelpRequest, k: int) -> Sequence[Candidate]:
    """The best ``k`` volunteers who pass every hard filter, best first; empty without a place."""
    demand = demand_of(request)
    return best_for(demand, k) if demand is not None else []


def best_with_question(request: HelpRequest, k: int) -> list[tuple[Candidate, Demand]]:
    """The same, each with the question that it answers: of both a reason is made."""
    demand = demand_of(request)
    return [(each, demand) for each in best_for(demand, k)] if demand is not None else []


def best_for(demand: Demand, k: int) -> Ranked:
    """The best ``k`` volunteers for a question that has been put together already."""
    with supply.fresh() as index:
        return index.best(demand, k=k, today=clock.today())


def best_for_each(demands: Sequence[Demand], k: int) -> list[Ranked]:
    """The best ``k`` volunteers for each of many questions, from one look at the index."""
    with supply.fresh() as index:
        return [index.best(demand, k=k, today=clock.today()) for demand in demands]


def why_not(demand: Demand) -> tuple[Funnel, list[Relaxation]]:
    """How many volunteers remain after each filter, and how many fail on one only."""
    with supply.fresh() as index:
        return index.funnel(demand, today=clock.today()), index.relaxations(demand, today=clock.today())


def why_not_each(demands: Iterable[Demand]) -> list[tuple[Funnel, list[Relaxation]]]:
    """The same for several questions at once."""
    with supply.fresh() as index:
        return [
            (index.funnel(demand, today=clock.today()), index.relaxations(demand, today=clock.today()))
            for demand in demands
        ]


def only_failing(demand: Demand, rule: Filter, bit: int | None, k: int) -> Ranked:
    """The best ``k`` who would come in if just this rule were relaxed; with ``bit`` just that of it."""
    with supply.fresh() as index:
        return index.near_misses(demand, rule, bit, k, today=clock.today())


def judge(request: HelpRequest, volunteer_id: UUID) -> Candidate:
    """Judge one pair against the database itself, not the cached index.

    Raises:
        NotEligible: the volunteer has left, the request has no place, or one of them takes consent back.
    """
    demand = demand_of(request)
    rows = supply_rows([volunteer_id])
    if demand is None or not rows:
        raise NotEligible()
    return SupplyIndex.from_rows(rows).candidate(demand, volunteer_id, today=clock.today())


def require_eligible(
    request: HelpRequest, volunteer_id: UUID, *, own_choice: bool, ask_again: bool = False
) -> Candidate:
    """Judge one pair in the database and refuse it when a hard rule fails.

    With ``own_choice`` the volunteer comes forward: limits on being asked do not count. With
    ``ask_again`` it does not matter that they were asked for this request before.

    Raises:
        NotEligible: names the rules that fail.
    """
    candidate = judge(request, volunteer_id)
    passed_over = _OWN_CHOICE if own_choice else Filter.ASKED if ask_again else Filter(0)
    failed = candidate.failed & ~passed_over
    if failed:
        raise NotEligible(tuple(rule.name or "" for rule in Filter if rule & failed))
    return candidate


class Nearby(NamedTuple):
    """A request near by with how it was judged."""

    request: HelpRequest
    candidate: Candidate
    demand: Demand


def near_me(volunteer: Volunteer, k: int) -> list[Nearby]:
    """The ``k`` requests this volunteer could do best, best first.

    Everything is judged from the centre of the request's cell. An unscreened volunteer gets
    nothing that requires a screening: the hard filters hold here as everywhere.
    """
    return first_near_me(volunteer, k, k)[0]


def first_near_me(volunteer: Volunteer, first: int, k: int) -> tuple[list[Nearby], int]:
    """The best ``first`` of that list, and how many are on it; only those are read from the database."""
    return _near(volunteer, k, lambda ids: ids[:first])


def one_near_me(volunteer: Volunteer, request_id: UUID, k: int) -> Nearby | None:
    """That one of the list; nothing when it is not (any more) on it."""
    found, _count = _near(volunteer, k, lambda ids: [request_id] if request_id in ids else [])
    return found[0] if found else None


def _near(
    volunteer: Volunteer, k: int, wanted: Callable[[list[UUID]], list[UUID]]
) -> tuple[list[Nearby], int]:
    """Return what is ``wanted`` of the list near by, as the database has it, and how long the list is."""
    comer = _comer(volunteer)
    if comer is None:
        return [], 0
    requests = HelpRequest.objects.select_related("resident", "centre", "district").defer(*ENCRYPTED)
    for _ in range(_TRIES):
        with open_requests.fresh(volunteer.centre_id, comer.asked) as index:
            found = index.best(comer.row, k, today=clock.today(), relations=comer.relations)
            judged = {cast("UUID", each.demand_id): each for each in found}
            ids = wanted(list(judged))
            held = index.columns(ids)
        read = as_held(requests, ids, held, comer.asked)
        if len(read) == len(ids):
            break
        open_requests.look_again(set(ids) - read.keys())
    nearby = [Nearby(read[one][0], judged[one], read[one][1]) for one in ids if one in read]
    return nearby, len(judged) - len(ids) + len(nearby)


def unlock_values(volunteer: Volunteer) -> list[tuple[Course, int]]:
    """The courses on offer that this volunteer lacks, with how many requests need only that one, most first.

    It counts what would join the list near by once the volunteer has done the course.
    """
    comer = _comer(volunteer)
    if comer is None:
        return []
    courses = courses_by_bit()
    with open_requests.fresh(volunteer.centre_id, comer.asked) as index:
        gaps = index.relaxations(comer.row, today=clock.today(), relations=comer.relations)
    counts = [pair for gap in gaps if gap.filter is Filter.TRAINING for pair in gap.by]
    found = [(courses[bit], count) for bit, count in counts if bit in courses and courses[bit].on_offer]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].title))


class _Comer(NamedTuple):
    """Who is not asked but comes forward, how they stand to requests, and what their centre asks."""

    row: SupplyRow
    relations: Related
    asked: Asked


def _comer(volunteer: Volunteer) -> _Comer | None:
    # One statement where columns are copied, and the same row.
    rows = load_rows([volunteer.pk]) if copies() else supply_rows([volunteer.pk])
    if not rows:
        return None
    return _Comer(replace(rows[0], asks_cap=NO_CAP), relations_of(volunteer), asked_by(volunteer.centre_id))
