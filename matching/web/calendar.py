"""An agreement as a file for one's own calendar."""

from django.http import HttpRequest

from common.errors import NotFound
from matching.agenda import appointment_of, is_to_come
from matching.models import Assignment
from matching.queries import is_screened
from people.agenda import as_calendar


def calendar_file(assignment: Assignment, request: HttpRequest) -> bytes:
    """Return the appointment with kind of help, neighbourhood and a link.

    Raises:
        NotFound: no day and time are set, it was called off, or the volunteer's screening does not hold.
    """
    if not is_to_come(assignment) or not is_screened(assignment):
        raise NotFound
    origin = request.build_absolute_uri("/").rstrip("/")
    return as_calendar([appointment_of(assignment)], origin=origin)
