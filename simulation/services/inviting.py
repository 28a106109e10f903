"""From a number to people: inviting who lives there to a training."""

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction

from academy.errors import AlreadyTrained, VolunteerHasLeft
from academy.models import Course
from academy.queries import invited_to
from academy.services import invite_to_course
from people.models import User, Volunteer


@transaction.atomic
def invite(*, course: Course, volunteers: Iterable[Volunteer], by: User) -> int:
    """Invite those of ``volunteers`` who have not done the training; return how many are invited now.

    Who was invited before and has not said no is not invited again.

    Raises:
        Forbidden: ``by`` does not coordinate or train at the centre of one of them.
        CourseNotOffered: the training is given no more.
    """
    chosen, invited = list(volunteers), 0
    before = invited_to(course, [volunteer.pk for volunteer in chosen])
    for volunteer in (each for each in chosen if each.pk not in before):
        with suppress(AlreadyTrained, VolunteerHasLeft):
            invite_to_course(course, volunteer, by=by)
            invited += 1
    return invited
