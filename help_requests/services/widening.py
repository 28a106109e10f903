"""Letting a request suit more parts of the day, also while volunteers are being asked."""

from django.db import transaction

from common.errors import InvalidTransition
from common.permissions import require
from events.services import record
from help_requests.enums import ASKABLE
from help_requests.events import RequestEdited
from help_requests.models import HelpRequest
from help_requests.services.moving import lock_request
from people.models import User


@transaction.atomic
def widen_request(request: HelpRequest, *, by: User | None, dayparts: int) -> HelpRequest:
    """Ask for all of ``dayparts`` from now on. A fixed time makes room for the parts of that day.

    Raises:
        Forbidden: not the resident's side nor staff of the centre.
        InvalidTransition: nobody is looked for now.
    """
    request = lock_request(request.pk)
    require(by, "help_requests.edit", request)
    if request.state not in ASKABLE:
        raise InvalidTransition()
    request.dayparts, request.start_time = dayparts, None
    request.save(update_fields=["dayparts", "start_time"])
    record(RequestEdited(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request
