"""A message in someone's list can be reported: about the request that it is about."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from help_requests.models import HelpRequest
from help_requests.queries import visible_to
from matching.models import Assignment, Offer
from notifications.models import Notice
from notifications.queries import notices_of
from safeguarding.enums import ReportKind
from safeguarding.reportable import Reportable, reportable


@reportable(ReportKind.MESSAGE)
def message_in_list(user: Any, object_id: UUID) -> Reportable | None:
    """A message of one's own that is about a request."""
    notice = notices_of(user).filter(pk=object_id).first()
    request = _request_of(notice, user) if notice is not None else None
    if request is None:
        return None
    other = request.resident if request.resident.user_id != user.pk else None
    return Reportable(request.centre, resident=other, path=reverse("desk-request", args=[request.pk]))


def _request_of(notice: Notice, user: Any) -> HelpRequest | None:
    """The request behind the object of a message: of an offer, of an agreement, or the request itself."""
    for model in (Offer, Assignment):
        found = model.objects.filter(pk=notice.object_id, volunteer__user=user)
        if (row := found.select_related("request__resident", "request__centre").first()) is not None:
            request: HelpRequest = row.request
            return request
    return visible_to(user).filter(pk=notice.object_id).first()
