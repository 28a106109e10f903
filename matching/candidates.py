"""Asking the engine: who could do this, what could I do, may this one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import QuerySet

from academy.models import Course
from academy.queries import courses_by_bit
from common import clock
from help_requests.enums import ASKABLE
from help_requests.models import HelpRequest
from matching.demand import demand_of, demands_of, within_reach
from matching.engine import (
    NO_CAP,
    Candidate,
    Demand,
    DemandIndex,
    Filter,
    Funnel,
    Id,
    Ranked,
    Relaxation,
    SupplyIndex,
    SupplyRow,
)
from matching.enums import OFFER_OPEN, OfferState
from matching.errors import NotEligible
from matching.models import Offer
from matching.supply import supply, supply_rows
from people.enums import HelpCategory
from people.models import Volunteer

# Whoever says yes of their own accord is not stopped by limits on being asked.
_OWN_CHOICE = Filter.ASKED | Filter.ASKS_CAP
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
    around = _around(volunteer)
    if around is None:
        return []
    found = around.index.best(around.row, k=k, today=clock.today())
    requests, demands = around.requests, around.demands
    return [Nearby(requests[cast("UUID", each.demand_id)], each, demands[each.demand_id]) for each in found]


def unlock_values(volunteer: Volunteer) -> list[tuple[Course, int]]:
    """The courses on offer that this volunteer lacks, with how many requests need only that one, most first.

    It counts what would join the list near by once the volunteer has done the course.
    """
    around = _around(volunteer)
    if around is None:
        return []
    courses = courses_by_bit()
    gaps = around.index.relaxations(around.row, today=clock.today())
    counts = [pair for gap in gaps if gap.filter is Filter.TRAINING for pair in gap.by]
    found = [(courses[bit], count) for bit, count in counts if bit in courses and courses[bit].on_offer]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].title))


@dataclass(frozen=True)
class _Around:
    """A volunteer who is not asked but comes forward, and the open requests of their centre.

    What they do not want to do, and what lies beyond their reach, is left out before it is read: nobody comes
    to either by a training.
    """

    row: SupplyRow
    requests: dict[UUID, HelpRequest]
    demands: dict[Id, Demand]
    index: DemandIndex


def _around(volunteer: Volunteer) -> _Around | None:
    rows = supply_rows([volunteer.pk])
    if not rows:
        return None
    liked = HelpCategory.from_mask(rows[0].skills)
    waiting = (
        HelpRequest.objects.filter(centre_id=volunteer.centre_id, state__in=ASKABLE, category__in=liked)
        .exclude(on_date__lt=clock.today())
        .exclude(until_date__lt=clock.today())
        .exclude(pk__in=_answered_by(volunteer))
        .exclude(resident__user_id=volunteer.user_id)
    )
    cells = waiting.exclude(cell=None).order_by().values_list("cell", flat=True).distinct()
    near = waiting.filter(cell__in=within_reach(rows[0], cells))
    requests = {
        request.pk: request
        for request in near.select_related("resident", "centre", "district").defer(*ENCRYPTED)
    }
    demands = {demand.id: replace(demand, asked=frozenset()) for demand in demands_of(requests.values())}
    row = replace(rows[0], asks_cap=NO_CAP)
    return _Around(row, requests, demands, DemandIndex.from_demands(demands.values()))


def _answered_by(volunteer: Volunteer) -> QuerySet[Any]:
    """Requests that are a question to this volunteer already, or that they said yes or no to."""
    answered = OFFER_OPEN | {OfferState.ACCEPTED, OfferState.DECLINED}
    return Offer.objects.filter(volunteer=volunteer, state__in=answered).values("request_id")
