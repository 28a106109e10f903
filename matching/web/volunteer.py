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

from common import clock
from common.errors import NotFound
from help_requests.enums import ASKABLE
from matching import candidates, explanations, queries, services
from matching.cards import RequestCard, card_for
from matching.demand import demand_of
from matching.enums import OFFER_OPEN, OFFER_REVIVABLE, OfferState
from matching.errors import AlreadyTaken, NotEligible, OfferGone
from matching.models import Offer
from matching.web.access import own_offer, volunteers_only, wants_fragment
from people.enums import HelpCategory, VolunteerState
from people.models import Volunteer

AT_HOME = 3
NEAR_ME_SHOWN = 60
CELL_RADIUS_M = 500
PARTS = ("vragen", "afspraken", "dichtbij")
GONE = gettext_lazy("This question is no longer open. See what else there is near you.")


class Shown(NamedTuple):
    """A request as a card, with why it suits this volunteer."""

    card: RequestCard
    why: str


@require_safe
@volunteers_only
def home(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Everything of today: questions to me, my agreements, near me."""
    context = _questions(volunteer) | _agreements(volunteer) | _near_by(volunteer)
    return render(request, "matching/volunteer/home.html", context | {"standing": _standing(volunteer)})


@require_safe
@volunteers_only
def home_part(request: HttpRequest, volunteer: Volunteer, part: str) -> HttpResponse:
    """One part of the home page, fetched again when something changed."""
    makers = dict(zip(PARTS, (_questions, _agreements, _near_by), strict=True))
    if part not in makers:
        raise NotFound
    return render(request, f"matching/volunteer/_{part}.html", makers[part](volunteer))


@require_safe
@volunteers_only
def offer(request: HttpRequest, volunteer: Volunteer, offer_id: UUID) -> HttpResponse:
    """One question with two big buttons; afterwards what became of it."""
    asked = own_offer(request, offer_id)
    if asked.state == OfferState.ACCEPTED:
        return redirect(_agreement_of(asked))
    services.see_offer(asked, by=volunteer.user)
    template = "matching/volunteer/_offer.html" if wants_fragment(request) else "matching/volunteer/offer.html"
    return render(request, template, _offer_context(asked, volunteer))


@require_POST
@volunteers_only
def accept(request: HttpRequest, volunteer: Volunteer, offer_id: UUID) -> HttpResponse:
    """Say yes. Whoever is too late hears so kindly."""
    asked = own_offer(request, offer_id)
    try:
        assignment = services.accept_offer(asked, by=volunteer.user)
    except (AlreadyTaken, OfferGone):
        return redirect("offer", offer_id)
    except NotEligible as error:
        messages.warning(request, str(error.message))
        return redirect("offer", offer_id)
    messages.success(request, _("Thank you! You are going to help."))
    return redirect("agreement", assignment.pk)


@require_POST
@volunteers_only
def decline(request: HttpRequest, volunteer: Volunteer, offer_id: UUID) -> HttpResponse:
    """Say "not now"; no reason is asked."""
    try:
        services.decline_offer(own_offer(request, offer_id), by=volunteer.user)
    except OfferGone:
        return redirect("offer", offer_id)
    messages.success(request, _("All right, not now. Thank you for answering."))
    return redirect("volunteer-home")


@require_safe
@volunteers_only
def near_me(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What there is to do near by: a list, or the same on a map."""
    found = candidates.near_me(volunteer, NEAR_ME_SHOWN)
    kinds = sorted({nearby.request.category for nearby in found})
    kind = request.GET.get("soort", "")
    chosen = [nearby for nearby in found if not kind or nearby.request.category == kind]
    shown = [_shown(nearby, volunteer) for nearby in chosen]
    context = {
        "shown": shown,
        "kind": kind,
        "kinds": [(each, HelpCategory(each).label) for each in kinds],
        "as_map": request.GET.get("als") == "kaart",
        "points": _points(shown, volunteer),
        "standing": _standing(volunteer),
    }
    template = "matching/volunteer/_near_me.html" if wants_fragment(request) else "matching/volunteer/near_me.html"
    return render(request, template, context)


@require_safe
@volunteers_only
def near_request(request: HttpRequest, volunteer: Volunteer, request_id: UUID) -> HttpResponse:
    """One request from the list near by."""
    found = candidates.near_me(volunteer, NEAR_ME_SHOWN)
    nearby = next((each for each in found if each.request.pk == request_id), None)
    if nearby is None:
        raise NotFound(str(GONE))
    return render(request, "matching/volunteer/near_request.html", {"shown": _shown(nearby, volunteer)})


@require_POST
@volunteers_only
def come_forward(request: HttpRequest, volunteer: Volunteer, request_id: UUID) -> HttpResponse:
    """Say yes to a request from the list near by."""
    found = candidates.near_me(volunteer, NEAR_ME_SHOWN)
    nearby = next((each for each in found if each.request.pk == request_id), None)
    mine = queries.assignments_of_volunteer(volunteer.user).filter(request=request_id).first()
    if mine is not None:
        return redirect("agreement", mine.pk)
    if nearby is None:
        raise NotFound(str(GONE))
    assignment = services.come_forward(nearby.request, volunteer, by=volunteer.user)
    messages.success(request, _("Thank you! You are going to help."))
    return redirect("agreement", assignment.pk)


def _questions(volunteer: Volunteer) -> dict[str, Any]:
    offers = queries.open_offers_to(volunteer.user)
    return {"questions": [(asked, card_for(asked.request, volunteer)) for asked in offers]}


def _agreements(volunteer: Volunteer) -> dict[str, Any]:
    return {"agreements": list(queries.running_assignments(volunteer.user))}


def _near_by(volunteer: Volunteer) -> dict[str, Any]:
    found = candidates.near_me(volunteer, NEAR_ME_SHOWN)
    return {
        "near_by": [_shown(nearby, volunteer) for nearby in found[:AT_HOME]],
        "near_by_count": len(found),
    }


def _shown(nearby: candidates.Nearby, volunteer: Volunteer) -> Shown:
    why = explanations.why_you(nearby.candidate, nearby.demand)
    return Shown(card_for(nearby.request, volunteer), why)


def _offer_context(asked: Offer, volunteer: Volunteer) -> dict[str, Any]:
    asked.refresh_from_db(fields=["state"])
    still_needed = asked.request.state in ASKABLE
    is_open = asked.state in OFFER_OPEN
    return {
        "offer": asked,
        "card": card_for(asked.request, volunteer),
        "why": _why(asked) if is_open else "",
        "is_open": is_open,
        "can_still": still_needed and asked.state in OFFER_REVIVABLE,
        "taken": asked.state == OfferState.SUPERSEDED and not still_needed,
    }


def _why(asked: Offer) -> str:
    demand = demand_of(asked.request)
    if demand is None:
        return ""
    return explanations.why_you(candidates.judge(asked.request, asked.volunteer_id), demand)


def _agreement_of(asked: Offer) -> str:
    assignment = queries.assignments_of_volunteer(asked.volunteer.user).filter(offer=asked).first()
    return reverse("agreement", args=[assignment.pk]) if assignment else reverse("volunteer-home")


def _standing(volunteer: Volunteer) -> str:
    """Why there may be little to see: "applied", "paused", "left" or nothing of the kind."""
    if volunteer.state != VolunteerState.ACTIVE:
        return str(volunteer.state)
    return "paused" if volunteer.is_paused(clock.today()) else ""


def _points(shown: list[Shown], volunteer: Volunteer) -> list[dict[str, Any]]:
    """Centres of cells for the map, and the volunteer's own postcode."""
    points: list[dict[str, Any]] = [
        {
            "lat": each.card.latitude,
            "lon": each.card.longitude,
            "title": str(HelpCategory(each.card.category).label),
            "text": each.card.district,
            "url": reverse("near-request", args=[each.card.request_id]),
            "radius": CELL_RADIUS_M,
        }
        for each in shown
        if each.card.latitude is not None
    ]
    return [*points, {"lat": volunteer.lat, "lon": volunteer.lon, "title": _("Your postcode"), "you": True}]
