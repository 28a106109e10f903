"""Acting on the funnel: asking the resident about the day, and the volunteers who lack just one thing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from academy.errors import CourseNotOffered
from academy.queries import courses_by_bit, invited_to
from common.errors import NotFound
from common.permissions import require
from help_requests.models import HelpRequest
from matching import candidates, explanations, queries, services
from matching.demand import demand_of
from matching.engine import Candidate, Demand, Filter
from matching.enums import OFFER_REPEATABLE
from matching.errors import NotWidenable
from matching.funnel import advice_on
from matching.web.access import coordinators_only, wants_fragment
from matching.web.desk import done
from matching.web.moments import SAID, answer
from matching.web.reach import can_read, number_to_call
from people import queries as people
from people.models import Volunteer
from people.services import shown_phone
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening

SHOWN = 20
# How many bits each rule has that is relaxed bit by bit; the others are relaxed as a whole.
BITS = {Filter.SCREENING: len(Requirement), Filter.TRAINING: 64, Filter.SKILLS: 64, Filter.DAYPARTS: 21}
LISTED = tuple(str(rule.name).lower() for rule in Filter if rule not in {Filter.BLOCKED, Filter.CENTRE})


@require_POST
@coordinators_only
def desk_widen(request: HttpRequest, found: HelpRequest, daypart: int) -> HttpResponse:
    """Ask the resident whether a part of the day is fine too."""
    try:
        services.ask_widening(found, daypart, by=request.user)
    except NotWidenable as error:
        return done(request, found, str(error.message), level=messages.WARNING)
    if can_read(found.resident):
        return done(request, found, _("The resident is asked. You hear it when there is an answer."))
    said = _("This resident reads no messages. Call the resident: %(phone)s") % {
        "phone": number_to_call(found)
    }
    return done(request, found, said, level=messages.WARNING)


@require_POST
@coordinators_only
def desk_moment(request: HttpRequest, found: HelpRequest, widening_id: UUID, said: str) -> HttpResponse:
    """Give the resident's answer for them, as on the phone."""
    if answer(found, widening_id, yes=SAID[said], by=request.user):
        return done(request, found, _("Noted. The search goes on."))
    closed = _("This question was answered or taken back already.")
    return done(request, found, closed, level=messages.WARNING)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinators_only
def near_misses(request: HttpRequest, found: HelpRequest, opening: str) -> HttpResponse:
    """Who would come in if one thing changed; choose whom to ask for a screening or a training."""
    require(request.user, "matching.view_candidates", found, hide=True)
    rule, bit = _parsed(opening)
    if request.method == "POST" and rule in ASKING:
        chosen = _chosen(request)
        if chosen:
            said = ASKING[rule](found, chosen, bit, request.user)
            return done(request, found, said)
        return _list(request, found, rule, bit, status=422)
    return _list(request, found, rule, bit)


def _parsed(opening: str) -> tuple[Filter, int]:
    """The rule and bit of an address; -1 for a rule as a whole."""
    name, _dash, number = opening.partition("-")
    rule, bit = Filter[name.upper()], int(number) if number else -1
    whole = rule not in BITS or rule is Filter.DAYPARTS
    if not (whole if bit < 0 else bit < BITS.get(rule, 0)):
        raise NotFound
    return rule, bit


def _chosen(request: HttpRequest) -> list[Volunteer]:
    ids = [UUID(text) for text in request.POST.getlist("volunteer") if _is_id(text)]
    return list(people.volunteers_in_scope(request.user).filter(pk__in=ids[:SHOWN]))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _ask_screening(found: HelpRequest, chosen: list[Volunteer], bit: int, by: Any) -> str:
    asked = services.ask_for_screening(found, chosen, requirement=list(Requirement)[bit], by=by)
    return _said(len(asked))


def _invite(found: HelpRequest, chosen: list[Volunteer], bit: int, by: Any) -> str:
    course = courses_by_bit().get(bit)
    if course is None:
        raise CourseNotOffered
    return _said(len(services.invite_to_training(found, chosen, course=course, by=by)))


ASKING = {Filter.SCREENING: _ask_screening, Filter.TRAINING: _invite}


def _said(count: int) -> str:
    if not count:
        return _("Nobody new was asked: they were asked before, or theirs is still valid.")
    words = ngettext("%(count)d volunteer has been asked.", "%(count)d volunteers have been asked.", count)
    return words % {"count": count}


def _list(
    request: HttpRequest, found: HelpRequest, rule: Filter, bit: int, status: int = 200
) -> HttpResponse:
    part = "matching/desk/_near_misses.html"
    demand = demand_of(found)
    rows = _rows(found, demand, rule, None if bit < 0 else bit) if demand is not None else []
    context = {
        "help_request": found,
        "rows": rows,
        "slug": str(rule.name).lower() + ("" if bit < 0 else f"-{bit}"),
        "title": _title(rule, bit),
        "relaxed": explanations.relaxed(rule, None if bit < 0 else bit),
        "advice": advice_on(rule, None if bit < 0 else bit),
        "most": SHOWN,
        "choosing": rule in ASKING and any(row["may_choose"] for row in rows),
        "nobody_chosen": status != 200,
    }
    template = part if wants_fragment(request) else "matching/desk/near_misses.html"
    return render(request, template, context, status=status)


def _title(rule: Filter, bit: int) -> str:
    if rule is Filter.SCREENING:
        return _("Ask for: %(what)s") % {"what": list(Requirement)[bit].label}
    if rule is Filter.TRAINING:
        course = courses_by_bit().get(bit)
        return _("Invite to: %(what)s") % {"what": course.title if course else _("a training")}
    return _("Who would come in")


def _rows(found: HelpRequest, demand: Demand, rule: Filter, bit: int | None) -> list[dict[str, Any]]:
    near = candidates.only_failing(demand, rule, bit, SHOWN)
    ids = [each.volunteer_id for each in near]
    volunteers = Volunteer.objects.select_related("user", "district").in_bulk(ids)
    notes = NOTES[rule](found, ids, bit) if rule in NOTES else {}
    return [
        _row(volunteers[each.volunteer_id], each, demand, notes.get(each.volunteer_id))
        for each in near
        if each.volunteer_id in volunteers
    ]


def _row(volunteer: Volunteer, near: Candidate, demand: Demand, note: Any) -> dict[str, Any]:
    return {
        "volunteer": volunteer,
        "phone": shown_phone(volunteer.phone),
        "distance_m": near.distance_m,
        "why": explanations.why(near, demand),
        "note": note,
        "may_choose": note is None,
    }


def _screening_notes(_found: HelpRequest, ids: Iterable[Any], bit: int | None) -> dict[Any, str]:
    """Where the step of each stands, when it is more than still to be asked. No reasons, no dates."""
    step = list(Requirement)[bit or 0]
    rows = Screening.objects.filter(volunteer__in=list(ids), requirement=step)
    told = {
        ScreeningState.REQUIRED: _("has been asked already"),
        ScreeningState.IN_PROGRESS: _("is working on it"),
    }
    return {
        row.volunteer_id: told.get(ScreeningState(row.state), _("not now"))
        for row in rows
        if row.requested_on is not None
        or row.state in {ScreeningState.IN_PROGRESS, ScreeningState.REFUSED, ScreeningState.BLOCKED}
    }


def _training_notes(_found: HelpRequest, ids: Iterable[Any], bit: int | None) -> dict[Any, str]:
    """Who is invited to it already, and who of them wants to do it."""
    course = courses_by_bit().get(-1 if bit is None else bit)
    invited = invited_to(course, list(ids)) if course else {}
    return {volunteer: str(state.label) for volunteer, state in invited.items()}


def _asked_notes(found: HelpRequest, ids: Iterable[Any], _bit: int | None) -> dict[Any, dict[str, Any]]:
    """What each answered before, and whether they may be asked once more."""
    offers = queries.offers_of(found).filter(volunteer__in=list(ids))
    return {
        offer.volunteer_id: {"text": offer.get_state_display(), "again": offer.state in OFFER_REPEATABLE}
        for offer in offers
    }


Notes = Callable[[HelpRequest, Iterable[Any], int | None], Mapping[Any, Any]]
NOTES: Mapping[Filter, Notes] = {
    Filter.SCREENING: _screening_notes,
    Filter.TRAINING: _training_notes,
    Filter.ASKED: _asked_notes,
}
