"""Taking a step of help that goes on: by the volunteer, the resident, and at the desk for either of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from help_requests.models import HelpRequest
from matching import queries
from matching.enums import CancelledBy
from matching.web import agreements, desk, resident
from matching.web.access import coordinators_only, match_of, own_assignment, volunteers_only
from matching.web.lasting import SIDES, STEPS, one_of, take
from people.models import Volunteer


@require_POST
@volunteers_only
def volunteer_step(
    request: HttpRequest, volunteer: Volunteer, assignment_id: UUID, move: str
) -> HttpResponse:
    """A step of the volunteer."""
    assignment = own_assignment(request, assignment_id)
    taken = take(assignment, move, request.POST, side=CancelledBy.VOLUNTEER, by=volunteer.user)
    if taken.wrong is not None:
        return agreements.show(request, assignment, wrong_step=taken.wrong)
    messages.success(request, taken.said)
    return redirect("agreement", assignment_id)


@require_POST
@never_cache
def resident_step(request: HttpRequest, request_id: UUID, assignment_id: UUID, move: str) -> HttpResponse:
    """A step of the resident, or of who acts for them."""
    if not request.user.is_authenticated:
        return redirect(resident.sign_in_address(request_id))
    found, _counting = match_of(request, request_id)
    assignment = one_of(queries.assignments_of(found), assignment_id)
    taken = take(assignment, move, request.POST, side=CancelledBy.RESIDENT, by=request.user)
    if taken.wrong is not None:
        return resident.show(request, request_id, wrong_step=taken.wrong)
    messages.success(request, taken.said)
    return redirect("my-request", request_id)


@require_POST
@coordinators_only
def desk_step(
    request: HttpRequest, found: HelpRequest, assignment_id: UUID, move: str, side: str
) -> HttpResponse:
    """A step that someone told on the phone, or that the centre takes itself."""
    assignment = one_of(queries.assignments_of(found), assignment_id)
    taken = take(assignment, move, request.POST, side=SIDES[side], by=request.user)
    if taken.wrong is not None:
        return desk.show(request, found, wrong_step=taken.wrong)
    return desk.done(request, found, taken.said)


class _Step(StringConverter):
    """A step of help that goes on."""

    regex = "|".join(STEPS)


class _Side(StringConverter):
    """Who is spoken for."""

    regex = "|".join(SIDES)


register_converter(_Step, "lasting_step")
register_converter(_Side, "lasting_side")

urlpatterns: list[URLPattern] = [
    path("afspraken/<uuid:assignment_id>/<lasting_step:move>/", volunteer_step, name="lasting-step"),
    path(
        "mijn-hulpvragen/<uuid:request_id>/afspraak/<uuid:assignment_id>/stap/<lasting_step:move>/",
        resident_step,
        name="request-lasting-step",
    ),
    path(
        "balie/hulpvragen/<uuid:request_id>/afspraken/<uuid:assignment_id>/<lasting_step:move>/<lasting_side:side>/",
        desk_step,
        name="desk-lasting-step",
    ),
]
