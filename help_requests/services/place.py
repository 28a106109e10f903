"""The place of a request as others may know it before agreement: copied from the home, never narrower."""

from typing import TypedDict
from uuid import UUID

from django.db import transaction

from events.services import record
from help_requests.enums import ASKABLE
from help_requests.events import RequestEdited
from help_requests.models import HelpRequest
from help_requests.services.moving import lock_request
from people.models import Resident
from places.cells import centre_of
from places.geo import Point
from places.models import District
from places.queries import district_near


class Place(TypedDict):
    """Columns of ``HelpRequest``."""

    cell: int | None
    district: District | None


def place_of(resident: Resident) -> Place:
    """Return the cell of the resident's home, and the district at the centre of that cell.

    Not the district of the home: where a border runs through a cell, cell and district together would
    tell on which side of it the home is.
    """
    if resident.cell is None:
        return {"cell": None, "district": None}
    return {"cell": resident.cell, "district": district_near(Point(*centre_of(resident.cell)))}


@transaction.atomic
def follow_home(resident_id: UUID) -> list[HelpRequest]:
    """Take the place of the resident's home again for what volunteers may be asked now.

    Returns the requests whose place has changed; a move inside a cell changes none, and tells nothing.
    """
    resident = Resident.objects.get(pk=resident_id)
    place = place_of(resident)
    askable = HelpRequest.objects.filter(resident=resident, state__in=ASKABLE).order_by("pk")
    found = [lock_request(request_id) for request_id in askable.values_list("pk", flat=True)]
    return [request for request in found if request.state in ASKABLE and _take(request, place)]


def _take(request: HelpRequest, place: Place) -> bool:
    if (request.cell, request.district) == (place["cell"], place["district"]):
        return False
    request.cell, request.district = place["cell"], place["district"]
    request.save(update_fields=list(place))
    record(RequestEdited(request_id=request.pk, centre_id=request.centre_id))
    return True
