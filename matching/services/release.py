"""Taking a volunteer out of what runs: who leaves, is suspended or blocked is not asked and not expected.

What ends is ordered with one event for each agreement and question, so that each has a transaction of its own
(see ``rounds``). Contact data are closed before that: they look at the volunteer's standing themselves.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from events.services import record
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
from matching.events import AssignmentReleaseDue, OfferReleaseDue
from matching.models import Assignment, Offer
from matching.services.agreement import assignment_event, end_assignment
from matching.services.dispatch import continue_dispatch, end_dispatch
from matching.services.offers import close_offer, offer_event
from people.models import Volunteer
from safeguarding import queries as safeguarding
from safeguarding.enums import DecisionOutcome, Requirement
from safeguarding.models import ScreeningDecision


@transaction.atomic
def release_volunteer(volunteer_id: UUID, *, resident_id: UUID | None = None) -> None:
    """End the volunteer's running agreements and open questions, of one resident or of all.

    Each request goes on looking for someone else.
    """
    running, asked = _running(volunteer_id), _asked(volunteer_id)
    if resident_id is not None:
        running = running.filter(request__resident=resident_id)
        asked = asked.filter(request__resident=resident_id)
    _order_ending(running)
    _order_taking_back(asked)


@transaction.atomic
def release_unscreened(volunteer_id: UUID) -> None:
    """Take back the open questions about help that the volunteer is not screened for today.

    What was agreed stays, for a step that lapsed may be renewed tomorrow; until then contact data are closed.
    """
    volunteer = Volunteer.objects.filter(pk=volunteer_id).first()
    closed = safeguarding.closed_categories(volunteer) if volunteer is not None else frozenset()
    _order_taking_back(_asked(volunteer_id).filter(request__category__in=closed))


@transaction.atomic
def release_decided(decision_id: UUID) -> None:
    """Two people refused or blocked a step: take back the questions, and end what was agreed of that help.

    A block ends all help that asks anything of a volunteer; a refusal what asks the refused step. What was
    agreed and hangs on another step, which merely lapsed, stays. Lifting such a decision ends nothing.
    """
    decision = ScreeningDecision.objects.select_related("screening__volunteer").get(pk=decision_id)
    if decision.outcome == DecisionOutcome.LIFTED:
        return
    step, volunteer = Requirement(decision.screening.requirement), decision.screening.volunteer
    ending = closed = safeguarding.closed_categories(volunteer)
    if decision.outcome == DecisionOutcome.REFUSED:
        bit, asked = Requirement.to_mask([step]), safeguarding.requirements_by_category(volunteer.centre_id)
        ending = frozenset(category for category in closed if asked[category] & bit)
    _order_ending(_running(volunteer.pk).filter(request__category__in=ending))
    _order_taking_back(_asked(volunteer.pk).filter(request__category__in=closed))


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
def end_released(assignment_id: UUID) -> None:
    """End the agreement of a volunteer who is not expected any more, unless it has ended meanwhile."""
    assignment = Assignment.objects.select_related("request").get(pk=assignment_id)
    request = help_requests.lock_request(assignment.request_id)
    assignment.refresh_from_db(fields=["state"])
    if assignment.state not in ASSIGNMENT_RUNNING:
        return
    end_assignment(assignment, side=CancelledBy.CENTRE, reason=CancelReason.OTHER, by=None)
    if request.state in AGREED:
        help_requests.move_request(request.pk, frm=AGREED, to=RequestState.REMATCHING, by=None)


@transaction.atomic
def take_back_released(offer_id: UUID) -> None:
    """Take back a question that is not for this volunteer any more, and ask the next instead."""
    offer = Offer.objects.select_related("request").filter(pk=offer_id).first()
    if offer is None:
        return
    help_requests.lock_request(offer.request_id)
    if close_offer(offer, to=OfferState.CANCELLED, by=None):
        continue_dispatch(offer.request_id)


def _running(volunteer_id: UUID) -> QuerySet[Assignment]:
    return Assignment.objects.filter(volunteer=volunteer_id, state__in=ASSIGNMENT_RUNNING)


def _asked(volunteer_id: UUID) -> QuerySet[Offer]:
    return Offer.objects.filter(volunteer=volunteer_id, state__in=OFFER_OPEN)


def _order_ending(assignments: QuerySet[Assignment]) -> None:
    for assignment in assignments.select_related("request"):
        record(assignment_event(AssignmentReleaseDue, assignment))


def _order_taking_back(offers: QuerySet[Offer]) -> None:
    for offer in offers.select_related("request"):
        record(offer_event(OfferReleaseDue, offer))
