"""The volunteer's agreements: who, where, when; plan, done, called off.

The page of an agreement holds contact data, and every look at those leaves a row in the read log. Its live
part therefore says what it shows (``stand``): while that still holds it gets an empty 204, nothing is read
and nothing typed is lost. Only when the agreement has changed, the part is made and its reading logged again.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput
from common.seating import Overlaps
from matching import queries, services
from matching.agenda import others_of
from matching.cards import card_for
from matching.enums import ASSIGNMENT_RUNNING, AssignmentState, CancelledBy, CancelReason
from matching.models import Assignment
from matching.web.access import own_assignment, volunteers_only, wants_fragment
from matching.web.calendar import calendar_file
from matching.web.forms import CancelForm, DoneForm, PlanForm
from matching.web.lasting import StepForm, standing_of
from matching.web.repeats import reaching
from matching.web.stand import has_begun, stand_of
from people.enums import Need
from people.models import Volunteer
from people.services import Address, shown_phone

EARLIER_SHOWN = 20


@require_safe
@volunteers_only
def agreements(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What is still to be done, then what has been."""
    everything = queries.assignments_of_volunteer(volunteer.user)
    earlier = everything.exclude(state__in=ASSIGNMENT_RUNNING).order_by("-ended_at", "-pk")[:EARLIER_SHOWN]
    context = {
        "agreements": list(everything.filter(state__in=ASSIGNMENT_RUNNING)),
        "also": others_of(volunteer.user),
        "earlier": list(earlier),
    }
    return render(request, "matching/volunteer/agreements.html", context)


@require_safe
@volunteers_only
def agreement(request: HttpRequest, volunteer: Volunteer, assignment_id: UUID) -> HttpResponse:
    """One agreement; with contact data once both sides agreed (each look is logged)."""
    assignment = own_assignment(request, assignment_id)
    if wants_fragment(request) and request.GET.get("stand") == stand_of(assignment):
        return HttpResponse(status=204)
    return show(request, assignment)


@require_safe
@volunteers_only
def calendar(request: HttpRequest, volunteer: Volunteer, assignment_id: UUID) -> HttpResponse:
    """A file for the volunteer's own calendar; without name or address, with a link to the page."""
    assignment = own_assignment(request, assignment_id)
    response = HttpResponse(calendar_file(assignment, request), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="samenkracht.ics"'
    return response


@require_POST
@volunteers_only
def plan(request: HttpRequest, volunteer: Volunteer, assignment_id: UUID) -> HttpResponse:
    """Set or move the day and time."""
    assignment = own_assignment(request, assignment_id)
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            services.plan(assignment, form.starts_at(), by=volunteer.user)
        except (InvalidInput, Overlaps) as error:
            form.add_error("day", str(error.message))
        else:
            messages.success(request, _("The day and time are set."))
            return redirect("agreement", assignment_id)
    return show(request, assignment, plan_form=form)


@require_POST
@volunteers_only
def done(request: HttpRequest, volunteer: Volunteer, assignment_id: UUID) -> HttpResponse:
    """The volunteer says that it is done."""
    form = DoneForm(request.POST)
    minutes = form.cleaned_data["minutes_spent"] if form.is_valid() else None
    services.confirm_done(
        own_assignment(request, assignment_id),
        side=CancelledBy.VOLUNTEER,
        by=volunteer.user,
        minutes_spent=minutes,
    )
    messages.success(request, _("Thank you for helping!"))
    return redirect("agreement", assignment_id)


@require_POST
@volunteers_only
def no_show(request: HttpRequest, volunteer: Volunteer, assignment_id: UUID) -> HttpResponse:
    """Nobody was there; the centre takes it from here."""
    assignment = own_assignment(request, assignment_id)
    with reaching(assignment, AssignmentState.NO_SHOW):
        services.report_no_show(assignment, by=volunteer.user)
    messages.success(request, _("Thank you for telling. The centre will call the resident."))
    return redirect("agreement", assignment_id)


@require_POST
@volunteers_only
def cancel(request: HttpRequest, volunteer: Volunteer, assignment_id: UUID) -> HttpResponse:
    """Call it off, without harm."""
    form = CancelForm(request.POST)
    reason = CancelReason(form.cleaned_data["reason"]) if form.is_valid() else CancelReason.OTHER
    assignment = own_assignment(request, assignment_id)
    with reaching(assignment, AssignmentState.CANCELLED):
        services.cancel_assignment(assignment, side=CancelledBy.VOLUNTEER, reason=reason, by=volunteer.user)
    messages.success(request, _("It is called off. We look for someone else."))
    return redirect("agreement", assignment_id)


def show(
    request: HttpRequest,
    assignment: Assignment,
    plan_form: PlanForm | None = None,
    wrong_step: StepForm | None = None,
) -> HttpResponse:
    """The page of an agreement, or its live part."""
    part = "matching/volunteer/_agreement.html"
    template = part if wants_fragment(request) else "matching/volunteer/agreement.html"
    context = _context(request, assignment) | {
        "plan_form": plan_form or PlanForm.showing(assignment.starts_at),
        "done_form": DoneForm(),
        "cancel_form": CancelForm(),
        "lasting": standing_of(assignment, CancelledBy.VOLUNTEER, partial(_step_url, assignment), wrong_step),
    }
    return render(request, template, context, status=422 if plan_form or wrong_step else 200)


def _step_url(assignment: Assignment, slug: str) -> str:
    return reverse("lasting-step", args=[assignment.pk, slug])


def _context(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    running = assignment.state in ASSIGNMENT_RUNNING
    return {
        "assignment": assignment,
        "card": card_for(assignment.request, assignment.volunteer),
        "stand": stand_of(assignment),
        "running": running,
        "agreed": running and assignment.state != AssignmentState.PROPOSED,
        "begun": has_begun(assignment),
        **_contact(request, assignment),
    }


def _contact(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    if not queries.contact_is_open(assignment):
        return {}
    contact = queries.resident_card(assignment, reader=request.user)
    return {
        "contact": contact,
        "address": Address(**contact.address).lines if contact.address else (),
        "phone": shown_phone(contact.phone),
        "needs": [need.label for need in Need.from_mask(contact.needs)],
        "route": "{:.6f},{:.6f}".format(*contact.point) if contact.point else "",
    }
