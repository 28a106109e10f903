"""The resident's side of an agreement, as a part of the page of their request."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotFound
from matching import queries, services
from matching.enums import AssignmentState, CancelledBy, CancelReason
from matching.models import Assignment
from matching.web.access import match_of, wants_fragment
from people.contact import shown_phone


@require_safe
@never_cache
def request_match(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Who helps, when, and what there is to answer.

    Whoever sent the request from this browser without an account sees that someone was found
    and when, but no phone number: for that they sign in.
    """
    found, assignments = match_of(request, request_id)
    context = {"help_request": found, "matches": [_match(request, each) for each in assignments]}
    template = "matching/resident/_match.html" if wants_fragment(request) else "matching/resident/match.html"
    return render(request, template, context)


@require_POST
@login_required
def answer_match(request: HttpRequest, request_id: UUID, assignment_id: UUID, answer: str) -> HttpResponse:
    """The resident says yes or no to the proposed volunteer, or tells how it went."""
    assignment = _own(request, request_id, assignment_id)
    said = ANSWERS[answer](assignment, request.user)
    messages.success(request, said)
    return redirect("my-request", request_id)


def _agree(assignment: Assignment, by: Any) -> str:
    services.agree_to_volunteer(assignment, by=by)
    return _("Good! You can now see each other's phone numbers.")


def _refuse(assignment: Assignment, by: Any) -> str:
    services.cancel_assignment(assignment, side=CancelledBy.RESIDENT, reason=CancelReason.NO_CLICK, by=by)
    return _("All right. We look for someone else. Nobody is angry.")


def _done(assignment: Assignment, by: Any) -> str:
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=by)
    return _("Good to hear. Thank you!")


def _no_show(assignment: Assignment, by: Any) -> str:
    services.report_no_show(assignment, by=by)
    return _("That is a pity. The centre will call you.")


ANSWERS = {"ja": _agree, "nee": _refuse, "gedaan": _done, "niet-gekomen": _no_show}


def _own(request: HttpRequest, request_id: UUID, assignment_id: UUID) -> Assignment:
    _found, assignments = match_of(request, request_id)
    assignment = next((each for each in assignments if each.pk == assignment_id), None)
    if assignment is None:
        raise NotFound
    return assignment


def _match(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    volunteer = assignment.volunteer
    shown = {
        "assignment": assignment,
        "first_name": volunteer.user.first_name,
        "proposed": assignment.state == AssignmentState.PROPOSED,
        "done": assignment.state == AssignmentState.DONE,
        "waits_for_me": assignment.done_by_resident_at is None,
    }
    if request.user.is_authenticated and queries.contact_is_open(assignment):
        contact = queries.volunteer_card(assignment, reader=request.user)
        shown |= {"contact": contact, "phone": shown_phone(contact.phone)}
    return shown
