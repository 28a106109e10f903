"""Making the daily proposal of a centre: over all its open requests at once, who is best asked for which.

Looked at are approved requests that wait for a first question: open, on the waiting list or looking for
another volunteer, with a known place, a day that has not passed, and no asking in waves. The engine gives the
best ``PAIRS`` volunteers per request; the weight of a pair is its score, of which the waiting time is a part
(``engine/weights.py``). Making a proposal sends nothing to anybody, so quiet hours do not matter to it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from common import clock
from common.permissions import require
from events.services import record
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching.candidates import ENCRYPTED, best_for_each
from matching.demand import demands_of
from matching.engine import WEIGHTS, Candidate, Demand, Term, explain
from matching.engine.assignment import Ints, Market, Totals, assign, nearest_first, totals
from matching.enums import OFFER_OPEN, PAIR_ANSWERED, DispatchState, PairState, ProposalState
from matching.events import ProposalDue, ProposalMade
from matching.models import Assignment, DailyProposal, Offer, ProposedPair
from matching.services.agreement import TAKEN
from matching.services.offers import day_has_passed
from matching.supply import supply_rows
from people.models import Centre, User

WAITING = frozenset({RequestState.OPEN, RequestState.WAITLISTED, RequestState.REMATCHING})
PAIRS = 30
MOST_QUESTIONS = 2
"""New questions to one volunteer in one proposal. The second weighs less: by then they are not rested."""
_SMALLEST = 1e-9
DAY_OVER = "day-over"


def order_morning_proposals() -> None:
    """Let every centre without a proposal of today get one, each in a transaction of its own."""
    today = clock.today()
    for centre_id in Centre.objects.exclude(daily_proposals__day=today).values_list("pk", flat=True):
        record(ProposalDue(centre_id=centre_id), key=f"matching.proposal:{centre_id}:{today}")


def make_morning_proposal(centre_id: UUID) -> None:
    """Make the proposal of today, unless a coordinator was earlier."""
    centre = Centre.objects.filter(pk=centre_id).first()
    if centre and not DailyProposal.objects.filter(centre=centre, day=clock.today()).exists():
        make_proposal(centre, by=None)


@transaction.atomic
def make_proposal(centre: Centre, *, by: User | None) -> DailyProposal:
    """Make the proposal of today, or make it anew: pairs without an answer are replaced, answers stay.

    Pairs that were asked or refused today do not come, and what was left of earlier days is closed.

    Raises:
        Forbidden: not a coordinator of this centre.
    """
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    require(by, "matching.make_proposal", centre)
    _close_earlier(centre)
    proposal, _created = DailyProposal.objects.get_or_create(centre=centre, day=clock.today())
    draft = _Draft.of(proposal)
    chosen = assign(draft.market)
    _replace_unanswered(proposal, [draft.pair(position) for position in chosen.tolist()])
    _note_figures(proposal, draft, chosen, by)
    record(ProposalMade(proposal_id=proposal.pk, centre_id=centre.pk), actor=by)
    return proposal


def reasons_of(candidate: Candidate, demand: Demand) -> list[dict[str, Any]]:
    """The reasons of a pair as plain values, to be read back with ``explanations.told``."""
    return [
        {
            "term": reason.term.name.lower(),
            "value": reason.value,
            "weight": reason.weight,
            "params": reason.params,
        }
        for reason in explain(candidate, demand)
    ]


def places_left(requests: Collection[HelpRequest]) -> dict[UUID, int]:
    """How many more volunteers can be asked per request: places nobody has or was asked for. Two queries."""
    ids = [request.pk for request in requests]
    taken = _counted(Assignment.objects.filter(request__in=ids, state__in=TAKEN), "request_id")
    asked = _counted(Offer.objects.filter(request__in=ids, state__in=OFFER_OPEN), "request_id")
    return {
        request.pk: request.helpers_needed - taken.get(request.pk, 0) - asked.get(request.pk, 0)
        for request in requests
    }


@dataclass(frozen=True)
class _Draft:
    """What a proposal is made from: the feasible pairs with their demands, and the same as a market."""

    proposal: DailyProposal
    demands: Sequence[Demand]
    pairs: Sequence[tuple[int, Candidate]]
    market: Market

    @classmethod
    def of(cls, proposal: DailyProposal) -> "_Draft":
        requests = _waiting(proposal.centre_id)
        left = places_left(requests)
        demands = _with_answers(demands_of(each for each in requests if left[each.pk] > 0), proposal)
        found = best_for_each(demands, PAIRS)
        pairs = [(number, each) for number, best in enumerate(found) for each in best]
        room = _room(proposal, {cast("UUID", each.volunteer_id) for _, each in pairs})
        number_of = {volunteer_id: number for number, volunteer_id in enumerate(sorted(room))}
        market = Market.of(
            (
                (
                    number,
                    number_of[cast("UUID", each.volunteer_id)],
                    max(each.score, _SMALLEST),
                    max(each.score - _rest(each, demands[number]), _SMALLEST),
                    each.distance_m,
                )
                for number, each in pairs
            ),
            needed=[left[cast("UUID", demand.id)] for demand in demands],
            capacity=[room[volunteer_id] for volunteer_id in sorted(room)],
        )
        return cls(proposal, demands, pairs, market)

    def pair(self, position: int) -> ProposedPair:
        """The pair at a position of the market, to be stored."""
        number, candidate = self.pairs[position]
        return ProposedPair(
            proposal=self.proposal,
            request_id=cast("UUID", self.demands[number].id),
            volunteer_id=cast("UUID", candidate.volunteer_id),
            score=candidate.score,
            distance_m=candidate.distance_m,
            reasons=reasons_of(candidate, self.demands[number]),
        )


def _waiting(centre_id: UUID) -> list[HelpRequest]:
    """The requests that wait for a first question, who waits longest first."""
    found = (
        HelpRequest.objects.filter(centre_id=centre_id, state__in=WAITING, cell__isnull=False)
        .exclude(dispatch__state=DispatchState.RUNNING)
        .select_related("resident", "centre")
        .defer(*ENCRYPTED)
        .order_by(F("opened_at").asc(nulls_last=True), "pk")
    )
    return [request for request in found if not day_has_passed(request)]


def _with_answers(demands: Iterable[Demand], proposal: DailyProposal) -> list[Demand]:
    """The demands, in which who was asked or refused for one today counts as asked."""
    answered: dict[UUID, set[UUID]] = {}
    pairs = ProposedPair.objects.filter(proposal=proposal, state__in=PAIR_ANSWERED)
    for request_id, volunteer_id in pairs.values_list("request_id", "volunteer_id"):
        answered.setdefault(request_id, set()).add(volunteer_id)
    return [
        replace(demand, asked=demand.asked | answered.get(cast("UUID", demand.id), set()))
        for demand in demands
    ]


def _room(proposal: DailyProposal, volunteer_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many new questions each volunteer can get: under both own caps, and few in one morning."""
    waiting = _counted(
        Offer.objects.filter(volunteer__in=volunteer_ids, state__in=OFFER_OPEN), "volunteer_id"
    )
    confirmed = _counted(proposal.pairs.filter(state=PairState.CONFIRMED), "volunteer_id")
    room = dict.fromkeys(volunteer_ids, 0)
    for row in supply_rows(volunteer_ids):
        volunteer_id = cast("UUID", row.id)
        room[volunteer_id] = max(
            0,
            min(
                MOST_QUESTIONS - confirmed.get(volunteer_id, 0),
                row.asks_cap - row.asks,
                row.running_cap - row.running - waiting.get(volunteer_id, 0),
            ),
        )
    return room


def _rest(candidate: Candidate, demand: Demand) -> float:
    """What the score of a pair loses once the volunteer has been asked something else the same day."""
    return WEIGHTS[demand.kind][Term.REST] * candidate.terms[Term.REST]


def _close_earlier(centre: Centre) -> None:
    """What nobody answered on an earlier day is no longer possible."""
    earlier = DailyProposal.objects.filter(centre=centre, state=ProposalState.RUNNING).exclude(
        day=clock.today()
    )
    unanswered = ProposedPair.objects.filter(proposal__in=earlier, state=PairState.PROPOSED)
    unanswered.update(state=PairState.STALE, stale_why=[DAY_OVER], answered_at=clock.now())
    earlier.update(state=ProposalState.CLOSED)


def _replace_unanswered(proposal: DailyProposal, pairs: Sequence[ProposedPair]) -> None:
    """Put the new pairs in place of those without an answer.

    Every answer locks its request first, and so does this for old and new: nobody answers a pair that goes.
    """
    concerned = Q(pk__in=[pair.request_id for pair in pairs]) | Q(pk__in=proposal.pairs.values("request"))
    locked = HelpRequest.objects.select_for_update(of=("self",)).filter(concerned).order_by("pk")
    still_waiting = {pk for pk, state in locked.values_list("pk", "state") if state in WAITING}
    proposal.pairs.filter(state=PairState.PROPOSED).delete()
    fitting = (pair for pair in pairs if pair.request_id in still_waiting)
    # Who was asked just before the lock, and whose question was taken back at once, stands already.
    ProposedPair.objects.bulk_create(fitting, ignore_conflicts=True)


def _note_figures(proposal: DailyProposal, draft: _Draft, chosen: Ints, by: User | None) -> None:
    best, nearest = totals(draft.market, chosen), totals(draft.market, nearest_first(draft.market))
    figures = {"requests": len(draft.demands), **_named(best, ""), **_named(nearest, "nearest_")}
    DailyProposal.objects.filter(pk=proposal.pk).update(made_at=clock.now(), made_by=by, **figures)
    proposal.refresh_from_db()


def _named(figures: Totals, before: str) -> dict[str, Any]:
    return {
        f"{before}score": figures.weight,
        f"{before}filled": figures.filled,
        f"{before}helped": figures.helped,
    }


def _counted(rows: QuerySet[Any], column: str) -> dict[UUID, int]:
    return dict(rows.order_by().values_list(column).annotate(count=Count("pk")))
