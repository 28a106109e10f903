"""Reads of thanks and milestones."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from matching.enums import ASSIGNMENT_BEGUN, AssignmentState
from matching.models import Assignment
from people.enums import COORDINATING, VolunteerState
from people.models import Volunteer
from people.queries import may_act, residents_of, standing_of
from recognition.enums import YEARS, MilestoneKind
from recognition.models import Milestone, Thanks

# Help that was given: one can be thankful for it.
THANKABLE = ASSIGNMENT_BEGUN | {AssignmentState.DONE, AssignmentState.ENDED}


def thanks_of(volunteer: Volunteer) -> QuerySet[Thanks]:
    """Return what was said to the volunteer, the latest first."""
    return Thanks.objects.filter(volunteer=volunteer).select_related("organisation")


def thanks_visible_to(user: Any) -> QuerySet[Thanks]:
    """Return the thanks that the person received or gave."""
    if not may_act(user):
        return Thanks.objects.none()
    found = Thanks.objects.filter(Q(volunteer__user_id=user.pk) | Q(given_by_id=user.pk))
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


def milestones_of(volunteer: Volunteer) -> QuerySet[Milestone]:
    """Return what the volunteer reached, the latest first."""
    return Milestone.objects.filter(volunteer=volunteer)


def due_anniversaries(today: date) -> list[tuple[UUID, MilestoneKind, date]]:
    """Return the anniversaries that have come and are not kept yet: volunteer, which, and on which day."""
    active = Volunteer.objects.filter(state=VolunteerState.ACTIVE)
    kept = set(Milestone.objects.filter(kind__in=YEARS).values_list("volunteer_id", "kind"))
    found = []
    oldest = years_before(today, min(YEARS.values()))
    for pk, since in active.filter(created_at__date__lte=oldest).values_list("pk", "created_at__date"):
        for kind, years in YEARS.items():
            day = years_before(since, -years)
            if day <= today and (pk, kind.value) not in kept:
                found.append((pk, kind, day))
    return found


def years_before(day: date, years: int) -> date:
    """Return the same day some years before (after, when negative); 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
