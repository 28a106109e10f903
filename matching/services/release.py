"""Taking a volunteer out of what runs: who leaves, is suspended or blocked is not asked and not expected."""

from uuid import UUID

from django.db import transaction

from help_requests import services as help_requests
from help_requests.enums import AGREED, RequestState
from help_requests.models import HelpRequest
from matching.enums import (
    ASSIGNMENT_BEGUN,
    ASSIGNMENT_RUNNING,
    OFFER_OPEN,
    CancelledBy,
    CancelReason,
    OfferState,
)
from matching.models import Assignment, Offer
from matching.services.agreement import end_assignment
from matching.services.dispatch import continue_dispatch, end_dispatch
from matching.services.offers import close_offer
from people.models import Volunteer
from safeguarding import queries as safeguarding


def release_volunteer(volunteer_id: UUID, *, resident_id: UUID | None = None) -> None:
    """End the volunteer's running agreements and open questions, of one resident or of all.

    Each request goes on looking for someone else.
    """
    running = Assignment.objects.filter(volunteer=volunteer_id, state__in=ASSIGNMENT_RUNNING)
    asked = Offer.objects.filter(volunteer=volunteer_id, state__in=OFFER_OPEN)
    if resident_id is not None:
        running = running.filter(request__resident=resident_id)
        asked = asked.filter(request__resident=resident_id)
    for assignment in running.select_related("request"):
        _end(assignment)
    for offer in asked.select_related("request"):
        _take_back(offer)


def release_unscreened(volunteer_id: UUID, *, agreements: bool) -> None:
    """Take back the open questions about help that the volunteer is not screened for today.

    With ``agreements`` what was agreed of that help ends too: that is for what people decided. When a step
    merely lapsed agreements stay, for it may be renewed tomorrow; until then contact data are closed.
    """
    volunteer = Volunteer.objects.filter(pk=volunteer_id).first()
    closed = safeguarding.closed_categories(volunteer) if volunteer is not None else frozenset()
    if not closed:
        return
    asked = Offer.objects.filter(volunteer=volunteer_id, state__in=OFFER_OPEN, request__category__in=closed)
    running = Assignment.objects.filter(
        volunteer=volunteer_id, state__in=ASSIGNMENT_RUNNING, request__category__in=closed
    )
    for assignment in running.select_related("request") if agreements else ():
        _end(assignment)
    for offer in asked.select_related("request"):
        _take_back(offer)


def release_resident(resident_id: UUID) -> None:
    """End all asking and all help for a resident who does not want it through us any more.

    What had not begun has been withdrawn by its own app before.
    """
    withdrawn = HelpRequest.objects.filter(resident=resident_id, state=RequestState.WITHDRAWN)
    for request_id in withdrawn.values_list("pk", flat=True):
        end_dispatch(request_id, by=None)
    running = Assignment.objects.filter(request__resident=resident_id, state__in=ASSIGNMENT_RUNNING)
    for assignment in running.select_related("request"):
        _end_for_resident(assignment)


@transaction.atomic
def _end_for_resident(assignment: Assignment) -> None:
    request = help_requests.lock_request(assignment.request_id)
    assignment.refresh_from_db(fields=["state"])
    if assignment.state not in ASSIGNMENT_RUNNING:
        return
    begun = assignment.state in ASSIGNMENT_BEGUN
    end_assignment(assignment, side=CancelledBy.RESIDENT, reason=CancelReason.NOT_NEEDED, by=None)
    if begun:
        help_requests.move_request(request.pk, frm=AGREED, to=RequestState.ENDED, by=None)


@transaction.atomic
def _end(assignment: Assignment) -> None:
    request = help_requests.lock_request(assignment.request_id)
    assignment.refresh_from_db(fields=["state"])
    if assignment.state not in ASSIGNMENT_RUNNING:
        return
    end_assignment(assignment, side=CancelledBy.CENTRE, reason=CancelReason.OTHER, by=None)
    if request.state in AGREED:
        help_requests.move_request(request.pk, frm=AGREED, to=RequestState.REMATCHING, by=None)


@transaction.atomic
def _take_back(offer: Offer) -> None:
    help_requests.lock_request(offer.request_id)
    if close_offer(offer, to=OfferState.CANCELLED, by=None):
        continue_dispatch(offer.request_id)
