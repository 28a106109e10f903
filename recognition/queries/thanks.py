"""Reads of thanks and milestones."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from matching.enums import ASSIGNMENT_BEGUN, AssignmentState
from matching.models import Assignment
from people.enums import COORDINATING, VolunteerState
from people.models import User, Volunteer
from people.queries import may_act, residents_of, standing_of
from recognition.enums import YEARS, MilestoneKind
from recognition.models import Milestone, Thanks
from vacancies.enums import ApplicationState
from vacancies.models import Application

# Help that was given: one can be thankful for it.
THANKABLE = ASSIGNMENT_BEGUN | {AssignmentState.DONE, AssignmentState.ENDED}


def thanks_of(user: User) -> QuerySet[Thanks]:
    """Return what was said to the person, the latest first."""
    return Thanks.objects.filter(user=user).select_related("organisation")


def thanks_visible_to(user: Any) -> QuerySet[Thanks]:
    """Return the thanks that the person received or gave."""
    if not may_act(user):
        return Thanks.objects.none()
    found = Thanks.objects.filter(Q(user_id=user.pk) | Q(given_by_id=user.pk))
    return found.select_related("organisation").order_by("-id")


def thankable_assignment(user: Any, assignment_id: UUID) -> Assignment | None:
    """Return the help given for which the person, of the resident's side or the centre, may say thank you."""
    found = Assignment.objects.filter(
        Q(request__resident__in=residents_of(user))
        | Q(request__centre_id__in=standing_of(user).centres(COORDINATING)),
        pk=assignment_id,
        state__in=THANKABLE,
    )
    return found.select_related("volunteer__user", "request__resident").first()


def milestones_of(user: User) -> QuerySet[Milestone]:
    """Return what the person reached, the latest first."""
    return Milestone.objects.filter(user=user)


def due_anniversaries(today: date) -> list[tuple[UUID, MilestoneKind, date]]:
    """Return the anniversaries that have come and are not kept yet: of whom, which, and on which day."""
    oldest = years_before(today, min(YEARS.values()))
    kept = set(Milestone.objects.filter(kind__in=YEARS).values_list("user_id", "kind"))
    return [
        (user_id, kind, day)
        for user_id, since in _volunteers_since(oldest).items()
        for kind, years in YEARS.items()
        if (day := years_before(since, -years)) <= today and (user_id, kind.value) not in kept
    ]


def _volunteers_since(oldest: date) -> dict[UUID, date]:
    """Since when people help who began on ``oldest`` or before and still do; the first day of several."""
    active = Volunteer.objects.filter(state=VolunteerState.ACTIVE, created_at__date__lte=oldest)
    started = Application.objects.filter(
        state=ApplicationState.STARTED, started_at__date__lte=oldest, user__isnull=False
    )
    rows = [
        *active.values_list("user_id", "created_at__date"),
        *started.values_list("user_id", "started_at__date"),
    ]
    since: dict[UUID, date] = {}
    for user_id, day in rows:
        since[user_id] = min(since.get(user_id, day), day)
    return since


def years_before(day: date, years: int) -> date:
    """Return the same day some years before (after, when negative); 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
