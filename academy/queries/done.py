"""Reads of what someone has done: as a volunteer, or as anybody who has a certificate."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from academy.models import Certificate, Completion, Course
from common import clock
from people.models import User


def courses_done(user: User, on: date | None = None) -> set[UUID]:
    """Return the courses that someone has done and that hold on the day ``on`` (today unless given)."""
    day = on or clock.today()
    holds = Q(revoked_at=None) & (Q(valid_until=None) | Q(valid_until__gte=day))
    proofs = Certificate.objects.filter(holds, user=user).values_list("course_id", flat=True)
    done = Completion.objects.filter(holds, volunteer__user=user).values_list("course_id", flat=True)
    return {*proofs, *done}


def has_done(user: User, course: Course, on: date | None = None) -> bool:
    """Whether someone has done the course and it holds on the day ``on`` (today unless given)."""
    return course.pk in courses_done(user, on)
