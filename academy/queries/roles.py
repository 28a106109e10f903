"""Reads of what roles ask: the courses of a role, and who may act in it today."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from academy.enums import TrainedRole
from academy.models import Course, RoleRequirement
from academy.queries.done import courses_done
from people.enums import Role
from people.models import Centre, User
from people.queries import centres_of, standing_of

_TRAINER = frozenset({Role.TRAINER})


def courses_of_role(role: TrainedRole, centre: Centre | UUID) -> QuerySet[Course]:
    """Return the living courses that a centre asks of a role, by title."""
    centre_id = centre.pk if isinstance(centre, Centre) else centre
    asked = Course.objects.filter(
        retired_at=None, role_requirements__role=role, role_requirements__centre=centre_id
    )
    return asked.order_by("title_nl", "pk")


def asked_of_role(role: TrainedRole, centre_ids: Collection[UUID]) -> dict[UUID, list[Course]]:
    """Return the living courses that centres ask of a role, in one query; who asks none has no key."""
    rows = RoleRequirement.objects.filter(
        role=role, centre__in=list(centre_ids), course__retired_at=None
    ).select_related("course")
    found: dict[UUID, list[Course]] = {}
    for row in rows.order_by("course__title_nl", "pk"):
        found.setdefault(row.centre_id, []).append(row.course)
    return found


def lacking_for(user: User, role: TrainedRole, centre: Centre | UUID, on: date | None = None) -> list[Course]:
    """Return what someone has yet to do for a role, to act in it on the day ``on`` (today unless given)."""
    asked = list(courses_of_role(role, centre))
    done = courses_done(user, on) if asked else set()
    return [course for course in asked if course.pk not in done]


def training_centres(user: Any) -> frozenset[UUID]:
    """Return where ``user`` may act as a trainer today: the role, and the courses that it asks.

    No query for who is no trainer, one where nothing is asked of trainers.
    """
    given = standing_of(user).centres(_TRAINER)
    asked = asked_of_role(TrainedRole.TRAINER, given) if given else {}
    done = courses_done(user) if asked else set()
    return given - {centre for centre, courses in asked.items() if {each.pk for each in courses} - done}


def untrained_at(user: Any) -> list[Course]:
    """Return what a trainer has yet to do before they may act as one; nothing for who is none."""
    given = standing_of(user).centres(_TRAINER) - training_centres(user)
    asked = asked_of_role(TrainedRole.TRAINER, given) if given else {}
    done = courses_done(user) if asked else set()
    return [course for courses in asked.values() for course in courses if course.pk not in done]


def roles_by_course(centre: Centre) -> dict[UUID, list[TrainedRole]]:
    """Return per course the roles of which the centre asks it, in their fixed order."""
    order = list(TrainedRole)
    found: dict[UUID, list[TrainedRole]] = {}
    for course_id, role in RoleRequirement.objects.filter(centre=centre).values_list("course_id", "role"):
        found.setdefault(course_id, []).append(TrainedRole(role))
    return {course_id: sorted(roles, key=order.index) for course_id, roles in found.items()}


def role_requirements_in_scope(user: Any) -> QuerySet[RoleRequirement]:
    """Return which roles ask for which living course, in the centres where ``user`` is staff."""
    found = RoleRequirement.objects.filter(centre_id__in=centres_of(user), course__retired_at=None)
    return found.order_by("centre_id", "role", "course_id")
