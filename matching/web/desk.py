"""The coordinator's view of one request: who could help, who is asked, what is agreed."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from common import clock
from common.errors import InvalidInput, NotFound
from common.htmx import toast
from common.permissions import require
from common.seating import Overlaps
from help_requests import services as help_requests
from help_requests.enums import ASKABLE, RequestState
from help_requests.models import HelpRequest
from help_requests.queries import awaits_new_day, urgency
from matching import candidates, explanations, queries, services
from matching.demand import demand_of
from matching.engine import Demand, Filter
from matching.enums import (
    ASSIGNMENT_RUNNING,
    OFFER_OPEN,
    AssignmentState,
    CancelledBy,
    CancelReason,
    DispatchState,
)
from matching.errors import AlreadyAsked, NotEligible, OfferGone
from matching.funnel import ways_in
from matching.models import Assignment, Dispatch, Widening
from matching.quiet import end_of_quiet
from matching.supply import supply_rows
from matching.web.access import coordinators_only, wants_fragment
from matching.web.forms import PlanForm, ReopenForm
from matching.web.lasting import SIDES, StepForm, standing_of
from matching.web.moments import told
from matching.web.reach import number_to_call
from matching.web.repeats import reaching
from matching.web.stand import has_begun
from people import queries as people
from people.models import Volunteer

CANDIDATES_SHOWN = 10
FEW = 3
# The first candidates have the keys 1 and up; the panel around this part keeps the others.
CANDIDATE_KEYS = 7
DISPATCH_KEY = 8


@require_safe
@coordinators_only
def desk_candidates(request: HttpRequest, found: HelpRequest) -> HttpResponse:
    """Candidates with reasons, who has been asked, and what is agreed."""
    require(request.user, "matching.view_candidates", found, hide=True)
    return show(request, found)


@require_POST
@coordinators_only
def desk_dispatch(request: HttpRequest, found: HelpRequest, verb: str) -> HttpResponse:
    """Start or stop asking in waves, or do not wait for the morning."""
    if verb == "stop":
        services.stop_dispatch(found, by=request.user)
        return done(request, found, _("Nobody is asked any more."))
    start = services.start_dispatch if verb == "start" else services.ask_now
    dispatch = start(found, by=request.user)
    dispatch.refresh_from_db()
    if dispatch.state == DispatchState.EXHAUSTED:
        return done(request, found, _nobody_to_ask(found), level=messages.WARNING)
    said = _("Volunteers are being asked.") if verb == "start" else _("Volunteers are being asked now.")
    return done(request, found, said, undo=reverse("desk-dispatch", args=[found.pk, "stop"]))


def _nobody_to_ask(found: HelpRequest) -> str:
    if queries.offers_of(found).exists():
        return _("Nobody new fits now: everybody who fits has been asked.")
    return _("Nobody fits now, so nobody has been asked.")


@require_POST
@coordinators_only
def desk_ask(request: HttpRequest, found: HelpRequest, volunteer_id: UUID) -> HttpResponse:
    """Ask one volunteer by name."""
    volunteer = people.volunteers_in_scope(request.user).filter(pk=volunteer_id).first()
    if volunteer is None:
        raise NotFound
    try:
        offer = services.ask_volunteer(found, volunteer, by=request.user)
    except AlreadyAsked as error:
        return done(request, found, str(error.message), level=messages.WARNING)
    except NotEligible as error:
        return done(request, found, _why_not(volunteer, error), level=messages.WARNING)
    said = _("%(name)s has been asked.") % {"name": volunteer.user.name}
    return done(request, found, said, undo=reverse("desk-take-back", args=[found.pk, offer.pk]))


@require_POST
@coordinators_only
def desk_take_back(request: HttpRequest, found: HelpRequest, offer_id: UUID) -> HttpResponse:
    """Take a question back that has no answer yet."""
    offer = queries.offers_of(found).filter(pk=offer_id).first()
    if offer is None:
        raise NotFound
    try:
        services.take_back_question(offer, by=request.user)
    except OfferGone as error:
        return done(request, found, str(error.message), level=messages.WARNING)
    return done(
        request, found, _("The question to %(name)s was taken back.") % {"name": offer.volunteer.user.name}
    )


@require_POST
@coordinators_only
def desk_take_back_approval(request: HttpRequest, found: HelpRequest) -> HttpResponse:
    """The request was approved too soon: back to the desk. A second press is no error."""
    services.take_back_approval(found, by=request.user)
    messages.success(request, _("Not approved any more. It is yours to look at again."))
    return redirect("desk-request", found.pk)


@require_POST
@coordinators_only
def desk_enough(request: HttpRequest, found: HelpRequest) -> HttpResponse:
    """The helpers who said yes are enough. A second press is no error."""
    if found.state in ASKABLE:
        services.enough_helpers(found, by=request.user)
    return done(request, found, _("Nobody else is asked: there are enough helpers."))


@require_POST
@coordinators_only
def desk_reopen(request: HttpRequest, found: HelpRequest) -> HttpResponse:
    """After a no-show, or when the day has passed: look for a volunteer again. A second press is no error."""
    if found.state in ASKABLE and not awaits_new_day(found, clock.today()):
        return done(request, found, _("The request is open again."))
    form = ReopenForm(request.POST)
    if form.is_valid():
        try:
            help_requests.reopen_request(found, by=request.user, **form.cleaned_data)
        except InvalidInput as error:
            form.add_error(error.field, str(error.message))
        else:
            return done(request, found, _("The request is open again."))
    return show(request, found, wrong_reopening=form)


@require_POST
@coordinators_only
def desk_assignment(request: HttpRequest, found: HelpRequest, assignment_id: UUID, verb: str) -> HttpResponse:
    """Do a step of an agreement on behalf of either side, as when people phone."""
    assignment = queries.assignments_of(found).filter(pk=assignment_id).first()
    if assignment is None:
        raise NotFound
    if verb == "plan":
        return _plan(request, found, assignment)
    said = STEPS[verb](assignment, request.user)
    return done(request, found, said)


def _plan(request: HttpRequest, found: HelpRequest, assignment: Assignment) -> HttpResponse:
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            services.plan(assignment, form.starts_at(), by=request.user)
        except (InvalidInput, Overlaps) as error:
            form.add_error("day", str(error.message))
        else:
            return done(request, found, _("The day and time are set."))
    return show(request, found, wrong_plan=(assignment.pk, form))


def _agree(assignment: Assignment, by: Any) -> str:
    with reaching(assignment, AssignmentState.AGREED, AssignmentState.PLANNED):
        services.agree_to_volunteer(assignment, by=by)
    return _("Agreed on behalf of the resident.")


def _done_by_resident(assignment: Assignment, by: Any) -> str:
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=by)
    return _("Confirmed for the resident.")


def _done_by_volunteer(assignment: Assignment, by: Any) -> str:
    services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=by)
    return _("Confirmed for the volunteer.")


def _no_show(assignment: Assignment, by: Any) -> str:
    with reaching(assignment, AssignmentState.NO_SHOW):
        services.report_no_show(assignment, by=by)
    return _("Noted that it did not take place.")


def _call_off(assignment: Assignment, by: Any) -> str:
    with reaching(assignment, AssignmentState.CANCELLED):
        services.cancel_assignment(assignment, side=CancelledBy.CENTRE, reason=CancelReason.OTHER, by=by)
    return _("Called off. Someone else is looked for.")


STEPS: dict[str, Callable[[Assignment, Any], str]] = {
    "akkoord": _agree,
    "gedaan-inwoner": _done_by_resident,
    "gedaan-vrijwilliger": _done_by_volunteer,
    "niet-gekomen": _no_show,
    "afzeggen": _call_off,
}


def _why_not(volunteer: Volunteer, error: NotEligible) -> str:
    """Which rules stand in the way, in words."""
    sentences = [str(explanations.WHY_NOT[Filter[name]]) for name in error.failed]
    return " ".join([f"{volunteer.user.name}:", *(sentences or [str(error.message)])])


def done(
    request: HttpRequest,
    found: HelpRequest,
    said: str,
    level: int = messages.SUCCESS,
    undo: str | None = None,
) -> HttpResponse:
    """Say what was done and show the request again; ``undo`` is an address that takes it back."""
    if not wants_fragment(request):
        messages.add_message(request, level, said)
        return redirect("desk-candidates", found.pk)
    found.refresh_from_db()
    return trigger_client_event(toast(show(request, found), said, undo=undo), "sk:desk")


def show(
    request: HttpRequest,
    found: HelpRequest,
    wrong_plan: tuple[UUID, PlanForm] | None = None,
    wrong_reopening: ReopenForm | None = None,
    wrong_step: StepForm | None = None,
) -> HttpResponse:
    """The panel of one request, or the page around it."""
    part = "matching/desk/_candidates.html"
    fragment = wants_fragment(request)
    template = part if fragment else "matching/desk/candidates.html"
    askable = found.state in ASKABLE
    dispatch = Dispatch.objects.filter(request=found).first()
    asked = list(queries.offers_of(found))
    widenings = list(queries.widenings_of(found))
    assignments = list(queries.assignments_for(found))
    context = {
        "help_request": found,
        "fragment": fragment,
        "askable": askable,
        "dispatch": dispatch,
        "asking": dispatch is not None and dispatch.state == DispatchState.RUNNING,
        "dispatch_key": DISPATCH_KEY,
        **(_asking(found, dispatch, assignments) if askable else {}),
        "asked": asked,
        "answers_until": max(
            (each.due_at for each in asked if each.state in OFFER_OPEN and each.due_at), default=None
        ),
        "matches": [_match(each, wrong_plan, wrong_step) for each in assignments],
        "reopen_form": _reopen_form(found, wrong_reopening),
        "widenings": [told(each) for each in widenings],
        "did_not_take_place": found.state == RequestState.NO_SHOW,
        **(_supply(found, widenings) if askable else {}),
    }
    return render(
        request, template, context, status=422 if wrong_plan or wrong_reopening or wrong_step else 200
    )


def _asking(
    found: HelpRequest, dispatch: Dispatch | None, assignments: Iterable[Assignment]
) -> dict[str, Any]:
    """How many are asked at a time, and until when nobody is: the list goes first, or it is quiet."""
    policy, now = queries.policy_of(found.centre_id), clock.now()
    taken = sum(each.state in ASSIGNMENT_RUNNING for each in assignments)
    awake = end_of_quiet(now, policy.quiet_from, policy.quiet_until)
    return {
        "places": max(policy.places(urgency(found, clock.today())), found.helpers_needed - taken),
        "listed_until": queries.listed_until(dispatch, found, policy) if dispatch else None,
        "wakes_at": awake if awake > now else None,
    }


def _reopen_form(found: HelpRequest, wrong: ReopenForm | None) -> ReopenForm | None:
    if wrong is not None or not awaits_new_day(found, clock.today()):
        return wrong
    form = ReopenForm(initial={"start_time": found.start_time})
    if found.lasts:
        form.fields["on_date"].label = _("New last day")
        del form.fields["start_time"]
    return form


def _match(
    assignment: Assignment, wrong_plan: tuple[UUID, PlanForm] | None, wrong_step: StepForm | None
) -> dict[str, Any]:
    wrong = wrong_plan is not None and wrong_plan[0] == assignment.pk
    proposed = assignment.state == AssignmentState.PROPOSED
    return {
        "assignment": assignment,
        "proposed": proposed,
        "phone": number_to_call(assignment.request) if proposed else "",
        "running": assignment.state in ASSIGNMENT_RUNNING,
        "begun": has_begun(assignment),
        "plan_form": wrong_plan[1] if wrong_plan and wrong else PlanForm.showing(assignment.starts_at),
        "plan_open": wrong,
        "lasting": _lasting(assignment, wrong_step),
    }


def _lasting(assignment: Assignment, wrong_step: StepForm | None) -> dict[str, Any] | None:
    """Help that goes on as the desk sees it: what each side can do, and what both said of how it goes."""
    if not assignment.request.lasts:
        return None
    sides = {str(side): _lasting_side(assignment, slug, wrong_step) for slug, side in SIDES.items()}
    return {**sides, "reviews": queries.reviews_of(assignment)}


def _lasting_side(assignment: Assignment, side: str, wrong_step: StepForm | None) -> dict[str, Any] | None:
    def url(slug: str) -> str:
        return reverse("desk-lasting-step", args=[assignment.request_id, assignment.pk, slug, side])

    return standing_of(assignment, SIDES[side], url, wrong_step)


def _supply(found: HelpRequest, widenings: list[Widening]) -> dict[str, Any]:
    """Who could help, and where the others drop out."""
    demand = demand_of(found)
    if demand is None:
        return {"no_place": True}
    funnel, openings = ways_in(found, demand, widenings)
    best = _candidates(demand)
    return {
        "candidates": best,
        "few": len(best) < FEW,
        "funnel": [(explanations.STEPS[step.filter], step.remaining) for step in funnel.steps],
        "funnel_total": funnel.total,
        "openings": openings,
    }


def _candidates(demand: Demand) -> list[dict[str, Any]]:
    """The best volunteers with what a coordinator wants to know of them before asking."""
    best = candidates.best_for(demand, CANDIDATES_SHOWN)
    ids = [candidate.volunteer_id for candidate in best]
    people_by_id = Volunteer.objects.select_related("user", "district").in_bulk(ids)
    rows = {row.id: row for row in supply_rows(ids)}
    return [
        {
            "key": key if key <= CANDIDATE_KEYS else "",
            "volunteer": people_by_id[candidate.volunteer_id],
            "asks": rows[candidate.volunteer_id].asks,
            "percent": round(candidate.score * 100),
            "distance_m": candidate.distance_m,
            "why": explanations.why(candidate, demand),
        }
        # Whoever left a moment ago may still be in the index.
        for key, candidate in enumerate((each for each in best if each.volunteer_id in rows), start=1)
    ]
