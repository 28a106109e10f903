"""The volunteer's pages: questions to me, answering, what there is near by."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from academy.queries import unanswered_invitations
from common import clock
from common.errors import NotFound
from common.htmx import toast
from common.seating import Overlaps
from common.words import distance_words
from help_requests.enums import ASKABLE, ENDED, RequestState
from matching import candidates, explanations, queries, services
from matching.agenda import others_of
from matching.cards import RequestCard, card_for
from matching.demand import demand_of
from matching.engine import Term
from matching.enums import OFFER_OPEN, OFFER_REVIVABLE, AssignmentState, OfferState
from matching.errors import AlreadyTaken, NotAskable, NotEligible, OfferGone, ReadingClosed
from matching.models import Assignment, Offer
from matching.web.access import own_offer, volunteers_only, wants_fragment
from people.enums import VolunteerState
from people.models import Volunteer
from vacancies.queries.shifts import open_swaps_for

AT_HOME = 3
NEAR_ME_SHOWN = 60
# What every card of a list says by itself need not be said once more among the reasons.
BESIDE = frozenset({Term.PROXIMITY})
CELL_RADIUS_M = 500
PARTS = ("vragen", "afspraken", "dichtbij")
TAKEN_BY_ANOTHER = frozenset(RequestState) - ASKABLE - ENDED
GONE = gettext_lazy("This question is no longer open. See what else there is near you.")
THANKS = gettext_lazy("Thank you! You are going to help.")
THANKS_PROPOSED = gettext_lazy("Thank you! We ask the resident whether it is all right.")


class Shown(NamedTuple):
    """A request as a card, with why it suits this volunteer."""

    card: RequestCard
    why: str


@require_safe
@volunteers_only
def home(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Everything of today: questions to me, my agreements, near me."""
    context = _questions(volunteer) | _agreements(volunteer) | _near_by(volunteer)
    invitations = unanswered_invitations(volunteer)
    context |= _standing(volunteer) | {"invitations": invitations}
    return render(request, "matching/volunteer/home.html", context)


@require_safe
@volunteers_only
def home_part(request: HttpRequest, volunteer: Volunteer, part: str) -> HttpResponse:
    """One part of the home page, fetched again when something changed."""
    makers = dict(zip(PARTS, (_questions, _agreements, _near_by), strict=True))
    return render(request, f"matching/volunteer/_{part}.html", makers[part](volunteer))


@require_safe
@volunteers_only
def offer(request: HttpRequest, volunteer: Volunteer, offer_id: UUID) -> HttpResponse:
    """One question with two big buttons; afterwards what became of it."""
    asked = own_offer(request, offer_id)
    fragment = wants_fragment(request)
    if asked.state == OfferState.ACCEPTED:
        to = _agreement_of(asked)
        return HttpResponseClientRedirect(to) if fragment else redirect(to)
    services.see_offer(asked, by=volunteer.user)
    template = "matching/volunteer/_offer.html" if fragment else "matching/volunteer/offer.html"
    return render(request, template, _offer_context(asked, volunteer))


@require_POST
@volunteers_only
def accept(request: HttpRequest, volunteer: Volunteer, offer_id: UUID) -> HttpResponse:
    """Say yes. Whoever is too late hears so kindly."""
    asked = own_offer(request, offer_id)
    try:
        assignment = services.accept_offer(asked, by=volunteer.user)
    except (AlreadyTaken, NotAskable, OfferGone):
        return redirect("offer", offer_id)
    except NotEligible as error:
        _explain(request, error)
        return redirect("offer", offer_id)
    except Overlaps as error:
        messages.warning(request, str(error.message))
        return redirect("offer", offer_id)
    messages.success(request, _thanks(assignment))
    return redirect("agreement", assignment.pk)


@require_POST
@volunteers_only
def decline(request: HttpRequest, volunteer: Volunteer, offer_id: UUID) -> HttpResponse:
    """Say "not now"; no reason is asked."""
    fragment = wants_fragment(request)
    try:
        services.decline_offer(own_offer(request, offer_id), by=volunteer.user)
    except OfferGone:
        gone = reverse("offer", args=[offer_id])
        return HttpResponseClientRedirect(gone) if fragment else redirect(gone)
    said = _("All right, not now. Thank you for answering.")
    if fragment:
        context = _questions(volunteer) | {"answered": True}
        return toast(render(request, "matching/volunteer/_vragen.html", context), said)
    messages.success(request, said)
    return redirect("volunteer-home")


@require_safe
@volunteers_only
def near_me(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What there is to do near by: a list, or the same on a map."""
    found = services.reveal(volunteer, candidates.near_me(volunteer, NEAR_ME_SHOWN))
    kinds = {nearby.request.category: nearby.request.get_category_display() for nearby in found}
    kind = request.GET.get("soort", "")
    chosen = [nearby for nearby in found if not kind or nearby.request.category == kind]
    shown = [_shown(nearby, volunteer) for nearby in chosen]
    context = {
        "shown": shown,
        "kind": kind,
        "kinds": sorted(kinds.items(), key=lambda pair: pair[1]),
        "everything": len(found),
        "as_map": request.GET.get("als") == "kaart",
        "points": _points(shown, volunteer),
        "canary": services.canary_of(volunteer),
        **_standing(volunteer),
    }
    template = (
        "matching/volunteer/_near_me.html" if wants_fragment(request) else "matching/volunteer/near_me.html"
    )
    return render(request, template, context)


@require_safe
@volunteers_only
def near_request(request: HttpRequest, volunteer: Volunteer, request_id: UUID) -> HttpResponse:
    """One request from the list near by."""
    nearby = _nearby(volunteer, request_id)
    if nearby is None:
        raise NotFound(str(GONE))
    return render(request, "matching/volunteer/near_request.html", {"shown": _shown(nearby, volunteer)})


@require_POST
@volunteers_only
def come_forward(request: HttpRequest, volunteer: Volunteer, request_id: UUID) -> HttpResponse:
    """Say yes to a request from the list near by. Whoever is too late goes back to the list."""
    mine = queries.assignments_of_volunteer(volunteer.user).filter(request=request_id).first()
    if mine is not None:
        return redirect("agreement", mine.pk)
    nearby = _nearby(volunteer, request_id)
    if nearby is None:
        messages.info(request, str(GONE))
        return redirect("near-me")
    try:
        assignment = services.come_forward(nearby.request, volunteer, by=volunteer.user)
    except (AlreadyTaken, NotAskable, Overlaps) as error:
        messages.info(request, str(error.message))
        return redirect("near-me")
    except NotEligible as error:
        _explain(request, error)
        return redirect("near-me")
    messages.success(request, _thanks(assignment))
    return redirect("agreement", assignment.pk)


def _thanks(assignment: Assignment) -> str:
    """Say thank you, and who has the next word."""
    return str(THANKS_PROPOSED if assignment.state == AssignmentState.PROPOSED else THANKS)


def _explain(request: HttpRequest, error: NotEligible) -> None:
    """Tell which rules of the profile or the centre stand in the way."""
    for sentence in explanations.why_not_you(error.failed):
        messages.warning(request, sentence)


def _nearby(volunteer: Volunteer, request_id: UUID) -> candidates.Nearby | None:
    """The request from the list near by, judged; nothing when it is not (any more) on it."""
    if request_id == services.canary_of(volunteer):
        services.open_canary(volunteer)
    found = candidates.one_near_me(volunteer, request_id, NEAR_ME_SHOWN)
    return next(iter(services.reveal(volunteer, [found] if found else [])), None)


def _questions(volunteer: Volunteer) -> dict[str, Any]:
    offers = queries.open_offers_to(volunteer.user)
    questions = [(asked, card_for(asked.request, volunteer)) for asked in offers]
    swaps = open_swaps_for(volunteer)
    return {"questions": questions, "swaps": swaps, "asked": len(questions) + len(swaps)}


def _agreements(volunteer: Volunteer) -> dict[str, Any]:
    return {
        "agreements": list(queries.running_assignments(volunteer.user)),
        "also": others_of(volunteer.user)[:AT_HOME],
    }


def _near_by(volunteer: Volunteer) -> dict[str, Any]:
    found, count = candidates.first_near_me(volunteer, AT_HOME, NEAR_ME_SHOWN)
    try:
        first = services.reveal(volunteer, found)
    except ReadingClosed:
        first, count = [], 0
    return {
        "near_by": [_shown(nearby, volunteer) for nearby in first],
        "near_by_count": count,
    }


def _shown(nearby: candidates.Nearby, volunteer: Volunteer) -> Shown:
    why = explanations.why_you(nearby.candidate, nearby.demand, without=BESIDE)
    return Shown(card_for(nearby.request, volunteer), why)


def _offer_context(asked: Offer, volunteer: Volunteer) -> dict[str, Any]:
    """While it is open the question with why; afterwards what became of it, and what else there is."""
    still_needed = asked.request.state in ASKABLE
    is_open = asked.state in OFFER_OPEN and still_needed
    return {
        "offer": asked,
        "card": card_for(asked.request, volunteer),
        "is_open": is_open,
        "can_still": still_needed and asked.state in OFFER_REVIVABLE,
        "taken": asked.request.state in TAKEN_BY_ANOTHER,
        **({"why": _why(asked)} if is_open else _near_by(volunteer)),
    }


def _why(asked: Offer) -> str:
    demand = demand_of(asked.request)
    try:
        candidate = candidates.judge(asked.request, asked.volunteer_id)
    except NotEligible:
        return ""
    return explanations.why_you(candidate, demand) if demand else ""


def _agreement_of(asked: Offer) -> str:
    assignment = queries.assignments_of_volunteer(asked.volunteer.user).filter(offer=asked).first()
    return reverse("agreement", args=[assignment.pk]) if assignment else reverse("volunteer-home")


def _standing(volunteer: Volunteer) -> dict[str, Any]:
    """Why there may be little to see: "applied", "paused", "left" or nothing of the kind."""
    standing = "" if volunteer.state == VolunteerState.ACTIVE else str(volunteer.state)
    if not standing and volunteer.is_paused(clock.today()):
        standing = "paused"
    return {"standing": standing, "volunteer": volunteer}


def _where(card: RequestCard) -> list[str]:
    far = distance_words(card.distance_m) if card.distance_m is not None else ""
    return [words for words in (card.district, far) if words]


def _points(shown: list[Shown], volunteer: Volunteer) -> list[dict[str, Any]]:
    """Centres of cells for the map, and the volunteer's own postcode."""
    points: list[dict[str, Any]] = [
        {
            "lat": each.card.latitude,
            "lon": each.card.longitude,
            "title": each.card.category_label,
            "text": " · ".join(_where(each.card)),
            "url": reverse("near-request", args=[each.card.request_id]),
            "radius": CELL_RADIUS_M,
        }
        for each in shown
        if each.card.latitude is not None
    ]
    return [*points, {"lat": volunteer.lat, "lon": volunteer.lon, "title": _("Your postcode"), "you": True}]
