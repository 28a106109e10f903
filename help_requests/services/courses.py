"""Asking a training of whoever helps with one request."""

from collections.abc import Collection

from django.db import transaction

from academy.errors import CourseNotOffered
from academy.models import Course
from common.errors import InvalidTransition
from common.permissions import require
from events.services import record
from help_requests.enums import ENDED
from help_requests.events import RequestEdited
from help_requests.models import HelpRequest
from help_requests.services.moving import lock_request
from people.models import User


@transaction.atomic
def require_courses(request: HelpRequest, *, by: User | None, courses: Collection[Course]) -> HelpRequest:
    """Ask exactly these courses of whoever helps, besides what the centre asks for the kind of help.

    Who has agreed to help already stays. It can be done until the request has ended.

    Raises:
        Forbidden: not staff of the centre.
        CourseNotOffered: a course that was not asked yet is a draft or is given no more.
        InvalidTransition: the request has ended.
    """
    request = lock_request(request.pk)
    require(by, "help_requests.triage", request)
    if request.state in ENDED:
        raise InvalidTransition
    if set_courses(request, courses):
        record(RequestEdited(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


def set_courses(request: HelpRequest, courses: Collection[Course]) -> bool:
    """Keep these courses with a locked request; return whether that changed something.

    Raises:
        CourseNotOffered: as ``require_courses``.
    """
    before, after = set(request.required_courses.all()), set(courses)
    if not all(course.on_offer for course in after - before):
        raise CourseNotOffered
    request.required_courses.set(after)
    return before != after
