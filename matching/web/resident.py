"""The resident's side of an agreement, as a part of the page of their request.

As on the volunteer's page, each look at contact data leaves a row in the read log, and the live part is made
again only when it would look different (``stand``).
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotFound
from matching import queries, services
from matching.enums import ASSIGNMENT_RUNNING, AssignmentState, CancelledBy, CancelReason
from matching.models import Assignment
from matching.web.access import match_of, wants_fragment
from matching.web.lasting import StepForm, standing_of
from matching.web.moments import open_moments
from matching.web.reach import can_read
from matching.web.repeats import reaching
from matching.web.stand import has_begun, stand_of
from people.services import shown_phone

LOGIN = "account_login"


@require_safe
@never_cache
def request_match(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Who helps, when, and what there is to answer.

    Whoever sent the request from this browser without an account sees who was found and when, but no
    phone number: for that, and to answer, they sign in.
    """
    return show(request, request_id)


def show(request: HttpRequest, request_id: UUID, wrong_step: StepForm | None = None) -> HttpResponse:
    """The same, with a form that has to be put right."""
    found, assignments = match_of(request, request_id)
    moments = open_moments(found)
    stand = "-".join([stand_of(*assignments), *(str(each["widening"].pk) for each in moments)])
    fragment = wants_fragment(request)
    if fragment and wrong_step is None and request.GET.get("stand") == stand:
        return HttpResponse(status=204)
    context = {
        "help_request": found,
        "matches": [_match(request, each, wrong_step) for each in assignments],
        "moments": moments,
        "stand": stand,
        "sign_in": sign_in_address(request_id),
        "can_sign_in": request.user.is_authenticated or can_read(found.resident),
    }
    template = "matching/resident/_match.html" if fragment else "matching/resident/match.html"
    return render(request, template, context, status=422 if wrong_step else 200)


@require_POST
@never_cache
def answer_match(request: HttpRequest, request_id: UUID, assignment_id: UUID, answer: str) -> HttpResponse:
    """The resident says yes or no to the proposed volunteer, or tells how it went."""
    if not request.user.is_authenticated:
        return redirect(sign_in_address(request_id))
    assignment = _own(request, request_id, assignment_id)
    messages.success(request, ANSWERS[answer](assignment, request.user))
    return redirect("my-request", request_id)


def _agree(assignment: Assignment, by: Any) -> str:
    with reaching(assignment, AssignmentState.AGREED, AssignmentState.PLANNED):
        services.agree_to_volunteer(assignment, by=by)
    return _("Good! You can now see each other's phone numbers.")


def _refuse(assignment: Assignment, by: Any) -> str:
    with reaching(assignment, AssignmentState.CANCELLED):
        services.cancel_assignment(assignment, side=CancelledBy.RESIDENT, reason=CancelReason.NO_CLICK, by=by)
    return _("All right. We look for someone else. Nobody is angry.")


def _done(assignment: Assignment, by: Any) -> str:
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=by)
    return _("Good to hear. Thank you!")


def _no_show(assignment: Assignment, by: Any) -> str:
    with reaching(assignment, AssignmentState.NO_SHOW):
        services.report_no_show(assignment, by=by)
    return _("That is a pity. The centre will call you.")


ANSWERS: dict[str, Callable[[Assignment, Any], str]] = {
    "ja": _agree,
    "nee": _refuse,
    "gedaan": _done,
    "niet-gekomen": _no_show,
}


def _own(request: HttpRequest, request_id: UUID, assignment_id: UUID) -> Assignment:
    found, _counting = match_of(request, request_id)
    assignment = queries.assignments_of(found).filter(pk=assignment_id).first()
    if assignment is None:
        raise NotFound
    return assignment


def sign_in_address(request_id: UUID) -> str:
    """The page to sign in on, which leads back to the request."""
    return f"{resolve_url(LOGIN)}?{urlencode({'next': resolve_url('my-request', request_id)})}"


def _match(request: HttpRequest, assignment: Assignment, wrong_step: StepForm | None) -> dict[str, Any]:
    """What is shown of one agreement; contact data to who may act for the resident only."""
    may_act = rules.has_perm("matching.act_as_resident", request.user, assignment)
    planned = assignment.state == AssignmentState.INTRODUCTION and not has_begun(assignment)
    shown = {
        "assignment": assignment,
        # Whoever may act reads it in the part about the first meeting.
        "meeting": planned and not may_act,
        "first_name": assignment.volunteer.user.first_name,
        "proposed": assignment.state == AssignmentState.PROPOSED,
        "running": assignment.state in ASSIGNMENT_RUNNING,
        "begun": has_begun(assignment),
        "may_act": may_act,
        "lasting": standing_of(assignment, CancelledBy.RESIDENT, partial(_step_url, assignment), wrong_step),
    }
    if may_act and queries.contact_is_open(assignment):
        contact = queries.volunteer_card(assignment, reader=request.user)
        shown |= {"contact": contact, "phone": shown_phone(contact.phone)}
    return shown


def _step_url(assignment: Assignment, slug: str) -> str:
    return resolve_url("request-lasting-step", assignment.request_id, assignment.pk, slug)
