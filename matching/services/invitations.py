"""Inviting the volunteers who lack just one thing: a screening, or a training."""

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction

from academy.errors import AlreadyTrained, VolunteerHasLeft
from academy.models import Course
from academy.queries import invited_to
from academy.services import invite_to_course
from common.permissions import require
from help_requests.models import HelpRequest
from matching.candidates import judge
from matching.engine import Filter
from matching.errors import NotEligible
from people.models import User, Volunteer
from safeguarding.enums import Requirement
from safeguarding.models import Screening
from safeguarding.services import request_screening


@transaction.atomic
def ask_for_screening(
    request: HelpRequest, volunteers: Iterable[Volunteer], *, requirement: Requirement, by: User
) -> list[Volunteer]:
    """Ask those of ``volunteers`` who lack only a screening for this one; return who is asked now.

    What is valid, in progress or refused stays as it is, and who was asked before is not asked again.

    Raises:
        NotFound: the request is not at the desk of ``by``.
    """
    require(by, "matching.dispatch", request, hide=True)
    lacking = _who_lack_only(request, volunteers, Filter.SCREENING)
    rows = Screening.objects.filter(volunteer__in=lacking, requirement=requirement)
    before = dict(rows.values_list("volunteer_id", "requested_on"))
    asked = [(each, request_screening(each, requirement, by=by).requested_on) for each in lacking]
    return [volunteer for volunteer, day in asked if day is not None and day != before.get(volunteer.pk)]


@transaction.atomic
def invite_to_training(
    request: HelpRequest, volunteers: Iterable[Volunteer], *, course: Course, by: User
) -> list[Volunteer]:
    """Invite those of ``volunteers`` who lack only a training to this one; return who is invited now.

    Who was invited before and has not said no is not invited again.

    Raises:
        NotFound: the request is not at the desk of ``by``.
        CourseNotOffered: nobody can be invited to it now.
    """
    require(by, "matching.dispatch", request, hide=True)
    invited = []
    lacking = _who_lack_only(request, volunteers, Filter.TRAINING)
    before = invited_to(course, [volunteer.pk for volunteer in lacking])
    for volunteer in (each for each in lacking if each.pk not in before):
        with suppress(AlreadyTrained, VolunteerHasLeft):
            invite_to_course(course, volunteer, by=by)
            invited.append(volunteer)
    return invited


def _who_lack_only(request: HelpRequest, volunteers: Iterable[Volunteer], rule: Filter) -> list[Volunteer]:
    """Judge in the database itself; the list on the screen may be older."""
    found = []
    for volunteer in volunteers:
        with suppress(NotEligible):
            if judge(request, volunteer.pk).failed == rule:
                found.append(volunteer)
    return found
