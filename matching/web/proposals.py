"""The coordinator's daily proposal: who to ask today, over all open requests at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url, trigger_client_event

from common.errors import NotFound
from common.htmx import toast
from help_requests import queries as help_requests
from matching import candidates, explanations, queries, services
from matching.demand import demand_of
from matching.enums import PAIR_LIVE, PairState, ProposalState, RejectReason
from matching.errors import NotEligible
from matching.models import DailyProposal, ProposedPair
from matching.services.proposing import WAITING
from matching.web.access import desk_only, wants_fragment
from matching.web.forms import RejectForm
from people import queries as people
from people.models import Centre, Volunteer

# Whoever presses 1 once too often at the end does no harm: what goes back or begins anew has its own key.
KEYS = {"ask": 1, "reject": 2, "again": 8, "everyone": 9}
FIRST_OTHER_KEY = 3
OTHERS_SHOWN = 5


@dataclass(frozen=True)
class Board:
    """The proposal of one centre as the page shows it; ``proposal`` is missing until one is made."""

    centre: Centre
    proposal: DailyProposal | None
    pairs: list[ProposedPair]
    halted_at: datetime | None = None

    @property
    def to_answer(self) -> int:
        """How many pairs wait for an answer."""
        return sum(pair.state == PairState.PROPOSED for pair in self.pairs)

    @property
    def asked(self) -> int:
        """How many have been asked from this proposal."""
        return sum(pair.state == PairState.CONFIRMED for pair in self.pairs)

    @property
    def without(self) -> int:
        """For how many requests nobody fits."""
        return self.proposal.requests - self.proposal.helped if self.proposal else 0

    @property
    def compared(self) -> str:
        """What it brings beside the nearest first, in a sentence; nothing without anything to compare."""
        return explanations.compared(self.proposal) if self.proposal and self.proposal.helped else ""


@require_safe
@desk_only
def desk_proposal(request: HttpRequest) -> HttpResponse:
    """The proposal with nothing opened: what it brings, and everyone asked with one press."""
    return _show(request, None)


@require_safe
@desk_only
def desk_proposal_list(request: HttpRequest) -> HttpResponse:
    """The list alone, fetched again when something changes."""
    return render(request, "matching/desk/_proposal_list.html", {"boards": _boards(request.user)})


@require_safe
@desk_only
def desk_pair(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """One pair with its reasons and with who else could be asked. With htmx only the panel."""
    return _show(request, _pair_of(request, pair_id))


@require_POST
@desk_only
def desk_make_proposal(request: HttpRequest, centre_id: UUID) -> HttpResponse:
    """Make the proposal of today, or make it anew."""
    centre = Centre.objects.filter(pk=centre_id, pk__in=help_requests.desk_centres(request.user)).first()
    if centre is None:
        raise NotFound
    services.make_proposal(centre, by=request.user)
    return _done(request, _("The proposal has been made. Nobody has been asked yet."), opened=None)


@require_POST
@desk_only
def desk_confirm_all(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Ask everyone who is still proposed."""
    proposal = queries.proposals_visible_to(request.user).filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    return _done(request, _counts(services.confirm_all(proposal, by=request.user)), opened=None)


@require_POST
@desk_only
def desk_answer_pair(request: HttpRequest, pair_id: UUID, verb: str) -> HttpResponse:
    """Answer one pair, and go on with the next."""
    return ANSWERS[verb](request, _pair_of(request, pair_id))


def _ask(request: HttpRequest, pair: ProposedPair) -> HttpResponse:
    pair = services.confirm_pair(pair, by=request.user)
    if pair.state == PairState.STALE:
        said = f"{_name(pair)}: {' '.join(explanations.why_stale(pair.stale_why))}"
        return _done(request, said, opened=pair, level=messages.WARNING)
    said = _("%(name)s has been asked.") % {"name": _name(pair)}
    return _done(request, said, opened=_next_after(request, pair), undo=pair)


def _change(request: HttpRequest, pair: ProposedPair) -> HttpResponse:
    chosen = _volunteer_of(request)
    try:
        new = services.change_pair(pair, chosen, by=request.user)
    except NotEligible as error:
        said = " ".join([f"{chosen.user.name}:", *explanations.why_stale(error.failed or (error.code,))])
        return _done(request, said, opened=pair, level=messages.WARNING)
    said = _("%(name)s is proposed now.") % {"name": chosen.user.name}
    return _done(request, said, opened=_pair_of(request, new.pk), undo=pair)


def _reject(request: HttpRequest, pair: ProposedPair) -> HttpResponse:
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _show(request, pair, wrong=form)
    services.reject_pair(pair, RejectReason(form.cleaned_data["reason"]), by=request.user)
    said = _("%(name)s will not be asked for this.") % {"name": _name(pair)}
    return _done(request, said, opened=_next_after(request, pair), undo=pair)


def _take_back(request: HttpRequest, pair: ProposedPair) -> HttpResponse:
    services.take_back_answer(pair, by=request.user)
    return _done(request, _("Taken back. This is proposed again."), opened=pair)


ANSWERS: dict[str, Callable[[HttpRequest, ProposedPair], HttpResponse]] = {
    "vraag": _ask,
    "wijzig": _change,
    "wijs-af": _reject,
    "terug": _take_back,
}


def _pair_of(request: HttpRequest, pair_id: UUID) -> ProposedPair:
    pair = queries.pairs_visible_to(request.user).filter(pk=pair_id).first()
    if pair is None:
        raise NotFound
    return pair


def _volunteer_of(request: HttpRequest) -> Volunteer:
    """The volunteer who was chosen. Raises ``NotFound`` for one of another centre, or none at all."""
    try:
        wanted = UUID(request.POST.get("volunteer", ""))
    except ValueError:
        raise NotFound from None
    found = people.volunteers_in_scope(request.user).filter(pk=wanted).first()
    if found is None:
        raise NotFound
    return found


def _next_after(request: HttpRequest, pair: ProposedPair) -> ProposedPair | None:
    """The pair to answer after this one: the next in the list, else the first that is left."""
    listed = list(queries.pairs_visible_to(request.user).filter(proposal=pair.proposal_id))
    at = next((place for place, each in enumerate(listed) if each.pk == pair.pk), 0)
    waiting = (each for each in listed[at:] + listed[:at] if each.state == PairState.PROPOSED)
    return next(waiting, None)


def _boards(user: Any) -> list[Board]:
    """The running proposals of the desk of ``user``, a board per centre, without pairs that were replaced."""
    pairs: dict[UUID, list[ProposedPair]] = {}
    shown = queries.pairs_visible_to(user).filter(proposal__state=ProposalState.RUNNING)
    for pair in shown.exclude(state=PairState.CHANGED):
        pairs.setdefault(pair.proposal_id, []).append(pair)
    running = queries.proposals_visible_to(user).filter(state=ProposalState.RUNNING)
    proposals = {proposal.centre_id: proposal for proposal in running}
    centres = Centre.objects.filter(pk__in=help_requests.desk_centres(user)).order_by("code")
    halted = {policy.centre_id: policy.halted_at for policy in queries.policies_for(user)}
    return [
        Board(centre, found, pairs.get(found.pk, []) if found else [], halted.get(centre.pk))
        for centre in centres
        for found in [proposals.get(centre.pk)]
    ]


def _done(
    request: HttpRequest,
    said: str,
    *,
    opened: ProposedPair | None,
    undo: ProposedPair | None = None,
    level: int = messages.SUCCESS,
) -> HttpResponse:
    """Say what was done and show what comes next; ``undo`` is the answer that can be taken back."""
    address = reverse("desk-pair", args=[opened.pk]) if opened else reverse("desk-proposal")
    if not wants_fragment(request):
        messages.add_message(request, level, said)
        return redirect(address)
    back = reverse("desk-answer-pair", args=[undo.pk, "terug"]) if undo else None
    shown = _show(request, _pair_of(request, opened.pk) if opened else None)
    return push_url(trigger_client_event(toast(shown, said, undo=back), "sk:desk"), address)


def _show(request: HttpRequest, pair: ProposedPair | None, wrong: RejectForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {"keys": KEYS}
    fragment = wants_fragment(request)
    if pair is not None:
        context |= _panel(pair, wrong)
    if pair is None or not fragment:
        context["boards"] = _boards(request.user)
    part = "_pair.html" if pair is not None else "_proposal_overview.html"
    template = f"matching/desk/{part if fragment else 'proposal.html'}"
    return render(request, template, context, status=422 if wrong else 200)


def _panel(pair: ProposedPair, wrong: RejectForm | None) -> dict[str, Any]:
    proposed = pair.state == PairState.PROPOSED
    choosable = proposed or pair.state == PairState.STALE
    current = pair.proposal.state == ProposalState.RUNNING
    open_question = pair.state == PairState.CONFIRMED and pair.question is not None
    return {
        "pair": pair,
        "help_request": pair.request,
        "name": _name(pair),
        "percent": round(pair.score * 100),
        "why": explanations.told(pair.reasons),
        "stale_why": explanations.why_stale(pair.stale_why),
        "proposed": proposed,
        "can_take_back": current and (open_question or pair.state == PairState.REJECTED),
        "reject_form": wrong or RejectForm(),
        "reject_open": wrong is not None,
        "others": _others(pair) if choosable and current and pair.request.state in WAITING else [],
        "left": pair.proposal.pairs.filter(state=PairState.PROPOSED).count(),
    }


def _others(pair: ProposedPair) -> list[dict[str, Any]]:
    """The best of the others who could be asked for the request, with their keys."""
    demand = demand_of(pair.request)
    best = candidates.best_for(demand, OTHERS_SHOWN + 1) if demand else []
    others = [each for each in best if each.volunteer_id != pair.volunteer_id][:OTHERS_SHOWN]
    ids = [cast("UUID", each.volunteer_id) for each in others]
    known = Volunteer.objects.select_related("user").in_bulk(ids)
    live = ProposedPair.objects.filter(proposal=pair.proposal_id, state__in=PAIR_LIVE)
    elsewhere = set(live.filter(volunteer__in=ids).values_list("volunteer_id", flat=True))
    return [
        {
            "key": FIRST_OTHER_KEY + place,
            "volunteer": known[each.volunteer_id],
            "percent": round(each.score * 100),
            "distance_m": each.distance_m,
            "why": explanations.why(each, demand),
            "elsewhere": each.volunteer_id in elsewhere,
        }
        for place, each in enumerate(each for each in others if each.volunteer_id in known)
        if demand is not None
    ]


def _counts(answered: list[ProposedPair]) -> str:
    """How many were asked, and for how many it was too late."""
    asked = sum(pair.state == PairState.CONFIRMED for pair in answered)
    late = sum(pair.state == PairState.STALE for pair in answered)
    said = ngettext("%(count)d volunteer has been asked.", "%(count)d volunteers have been asked.", asked)
    parts = [said % {"count": asked}]
    if late:
        gone = ngettext("%(count)d is no longer possible.", "%(count)d are no longer possible.", late)
        parts.append(gone % {"count": late})
    return " ".join(parts)


def _name(pair: ProposedPair) -> str:
    return pair.volunteer.user.name
