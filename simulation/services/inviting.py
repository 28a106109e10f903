"""From a number to people: inviting who lives there to a training."""

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction

from academy.errors import AlreadyTrained, VolunteerHasLeft
from academy.models import Course
from academy.services import invite_to_course
from people.models import User, Volunteer


@transaction.atomic
def invite(*, course: Course, volunteers: Iterable[Volunteer], by: User) -> int:
    """Invite those of ``volunteers`` who have not done the training; return how many.

    Raises:
        Forbidden: ``by`` does not coordinate or train at the centre of one of them.
        CourseNotOffered: the training is given no more.
    """
    invited = 0
    for volunteer in volunteers:
        with suppress(AlreadyTrained, VolunteerHasLeft):
            invite_to_course(course, volunteer, by=by)
            invited += 1
    return invited
