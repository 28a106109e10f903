"""Everything that is being asked, on one page: who, until when, what waits, and the emergency brake."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from academy.queries import titles_by_bit
from common import clock
from common.errors import Forbidden
from help_requests import queries as help_requests
from help_requests.models import HelpRequest
from matching import candidates, queries, services
from matching.demand import demands_of
from matching.engine import Funnel
from matching.enums import ASSIGNMENT_RUNNING, OFFER_OPEN, AssignmentState, DispatchState, OfferState
from matching.funnel import Opening, openings
from matching.models import Assignment, Dispatch, DispatchPolicy, Offer, Widening
from matching.quiet import end_of_quiet
from matching.services.offers import day_has_passed
from matching.web.access import coordinators_only, desk_only, wants_fragment
from people.models import Centre
from people.queries import working_centre

# So many requests that stand still are shown, and of so many that wait is told why; the desk has them all.
TOLD = 30


@dataclass
class Line:
    """One request on the board with what is being asked for it."""

    request: HelpRequest
    dispatch: Dispatch | None
    offers: list[Offer] = field(default_factory=list)
    wakes_at: datetime | None = None
    listed_until: datetime | None = None
    funnel: Funnel | None = None
    best_way: Opening | None = None

    @property
    def open_offers(self) -> list[Offer]:
        """Who is asked and has not answered, the first to answer first."""
        return [offer for offer in self.offers if offer.state in OFFER_OPEN]

    @property
    def answered(self) -> list[tuple[str, int]]:
        """How many gave each answer, in words: "not now" 2, "no answer in time" 1."""
        counts = [(state, sum(offer.state == state for offer in self.offers)) for state in OfferState]
        return [(str(state.label).lower(), n) for state, n in counts if n and state not in OFFER_OPEN]


@require_safe
@desk_only
def board(request: HttpRequest) -> HttpResponse:
    """The whole board; with htmx only its lists."""
    template = "matching/desk/_board.html" if wants_fragment(request) else "matching/desk/board.html"
    return render(request, template, _board(request.user))


@require_safe
@coordinators_only
def opened(request: HttpRequest, found: HelpRequest) -> HttpResponse:
    """The board with one of its requests opened beside it."""
    if wants_fragment(request):
        return render(request, "matching/desk/_opened.html", {"help_request": found})
    context = _board(request.user) | {"help_request": found, "opened": found.pk}
    return render(request, "matching/desk/board.html", context)


@require_POST
@desk_only
def halt(request: HttpRequest) -> HttpResponse:
    """The emergency brake: stop everything that the centre asks."""
    services.halt_asking(_own_centre(request), by=request.user)
    messages.success(request, _("Everything has stopped. Nobody is asked until you release the brake."))
    return redirect("asking-board")


@require_POST
@desk_only
def release(request: HttpRequest) -> HttpResponse:
    """Let go on what the brake stopped."""
    services.release_asking(_own_centre(request), by=request.user)
    messages.success(request, _("We ask again; it can be other volunteers than before."))
    return redirect("asking-board")


def _own_centre(request: HttpRequest) -> Centre:
    centre = working_centre(request.user)
    if centre is None:
        raise Forbidden
    return centre


def _board(user: Any) -> dict[str, Any]:
    dispatches = list(queries.dispatches_at_desk_of(user))
    lines = [Line(dispatch.request, dispatch) for dispatch in dispatches]
    lines += [Line(request, None) for request in queries.never_asked_for(user)]
    policies = {policy.centre_id: policy for policy in queries.policies_for(user)}
    _add_offers(lines)
    running = [line for line in lines if _state(line) == DispatchState.RUNNING]
    waiting = [line for line in lines if _state(line) == DispatchState.EXHAUSTED]
    still = [line for line in lines if _state(line) in {None, DispatchState.STOPPED}]
    for line in running:
        _add_waking(line, policies)
    _add_ways_in(waiting[:TOLD])
    centre = working_centre(user)
    return {
        "running": running,
        "waiting": waiting,
        "proposed": list(_proposed(user)[:TOLD]),
        "still": still[:TOLD],
        "still_count": len(still),
        "centre": centre,
        "to_start": sum(_starts_again(line, centre) for line in still),
        "halted_at": policies[centre.pk].halted_at if centre and centre.pk in policies else None,
    }


def _state(line: Line) -> str | None:
    return line.dispatch.state if line.dispatch else None


def _proposed(user: Any) -> QuerySet[Assignment]:
    """Volunteers who said yes and wait for the resident's, the longest first."""
    found = Assignment.objects.filter(
        state=AssignmentState.PROPOSED, request__in=help_requests.at_desk_of(user).values("pk")
    )
    return found.select_related("request__resident", "request__district", "volunteer__user").order_by(
        "created_at", "pk"
    )


def _starts_again(line: Line, centre: Centre | None) -> bool:
    """Whether the brake of this centre stopped it, and its release starts it."""
    halted = line.dispatch is not None and line.dispatch.halted
    here = centre is not None and line.request.centre_id == centre.pk
    return halted and here and not day_has_passed(line.request)


def _add_offers(lines: list[Line]) -> None:
    offers: dict[UUID, list[Offer]] = defaultdict(list)
    found = Offer.objects.filter(request__in=[line.request.pk for line in lines])
    for offer in found.select_related("volunteer__user").order_by("due_at", "pk"):
        offers[offer.request_id].append(offer)
    for line in lines:
        line.offers = offers[line.request.pk]


def _add_waking(line: Line, policies: dict[UUID, DispatchPolicy]) -> None:
    """When nobody is asked it is because of the list near by or the quiet hours: until when."""
    if line.dispatch and not line.open_offers:
        policy = policies.get(line.request.centre_id) or DispatchPolicy()
        line.listed_until = queries.listed_until(line.dispatch, line.request, policy)
        awake = end_of_quiet(clock.now(), policy.quiet_from, policy.quiet_until)
        line.wakes_at = awake if awake > clock.now() else None


def _add_ways_in(lines: list[Line]) -> None:
    """Where volunteers drop out, and what would help most."""
    by_request = {line.request.pk: line for line in lines}
    demands = demands_of([line.request for line in lines])
    asked: dict[UUID, list[Widening]] = defaultdict(list)
    for widening in Widening.objects.filter(request__in=by_request).order_by("asked_at"):
        asked[widening.request_id].append(widening)
    kept = ASSIGNMENT_RUNNING | {AssignmentState.DONE}
    rows = Assignment.objects.filter(request__in=by_request, state__in=kept)
    promised = set(rows.values_list("request_id", flat=True))
    names = titles_by_bit() if demands else {}
    for demand, (funnel, relaxations) in zip(demands, candidates.why_not_each(demands), strict=True):
        line = by_request[UUID(str(demand.id))]
        line.funnel = funnel
        questions, taken = asked[line.request.pk], line.request.pk in promised
        ways = openings(line.request, relaxations, questions, names, promised=taken)
        line.best_way = ways[0] if ways else None
