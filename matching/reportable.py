"""What someone who helps, or is helped, can report: the other person, and a request they may know of."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from help_requests.queries import visible_to
from matching.models import Assignment, Offer
from people.queries import residents_of, volunteer_of
from safeguarding.enums import ReportKind
from safeguarding.reportable import Reportable, reportable

# A request in one of these may be on a volunteer's list near by.
TO_BE_SEEN = frozenset({RequestState.OPEN, RequestState.OFFERED, RequestState.WAITLISTED})


@reportable(ReportKind.VOLUNTEER)
def who_helps(user: Any, object_id: UUID) -> Reportable | None:
    """The resident's side: a volunteer who helps, helped, or would like to."""
    rows = Assignment.objects.filter(volunteer=object_id, request__resident__in=residents_of(user))
    found = rows.select_related("volunteer__user", "volunteer__centre").order_by("-created_at").first()
    if found is None:
        return None
    path = reverse("desk-request", args=[found.request_id])
    return Reportable(found.volunteer.centre, volunteer=found.volunteer, path=path)


@reportable(ReportKind.RESIDENT)
def who_is_helped(user: Any, object_id: UUID) -> Reportable | None:
    """The volunteer: someone they help or helped."""
    rows = Assignment.objects.filter(request__resident=object_id, volunteer__user=user)
    found = rows.select_related("request__resident__centre").order_by("-created_at").first()
    if found is None:
        return None
    path = reverse("desk-request", args=[found.request_id])
    return Reportable(found.request.resident.centre, resident=found.request.resident, path=path)


@reportable(ReportKind.REQUEST)
def request_one_knows(user: Any, object_id: UUID) -> Reportable | None:
    """The resident's side and the desk; a volunteer who was asked, agreed, or may see it near by."""
    rows = HelpRequest.objects.select_related("centre", "resident").filter(pk=object_id)
    found = rows.first()
    if found is None or not (visible_to(user).filter(pk=object_id).exists() or _seen_by(user, found)):
        return None
    return Reportable(found.centre, resident=found.resident, path=reverse("desk-request", args=[found.pk]))


def _seen_by(user: Any, request: HelpRequest) -> bool:
    volunteer = volunteer_of(user)
    if volunteer is None:
        return False
    if request.centre_id == volunteer.centre_id and request.state in TO_BE_SEEN:
        return True
    met = (Offer.objects, Assignment.objects)
    return any(rows.filter(request=request, volunteer=volunteer).exists() for rows in met)
