"""Reads of screenings, requirements and blocks that more than one caller needs."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from common import clock
from people.models import Centre, Resident, Volunteer
from people.queries import centres_of, may_act
from safeguarding.enums import DEFAULT_REQUIREMENTS, Requirement, ScreeningState
from safeguarding.models import Block, CategoryRequirement, Screening, expires_soon

ValidUntil = dict[Requirement, date | None]


def valid_on(day: date) -> Q:
    """Return the filter for screenings that hold on ``day``; the last valid day counts."""
    return Q(state=ScreeningState.VALID) & (Q(valid_until=None) | Q(valid_until__gte=day))


def requirements_for(category: str, centre: Centre | UUID) -> int:
    """Return the mask of requirements that a centre asks for a kind of help."""
    return requirements_by_category(centre)[category]


def requirements_by_category(centre: Centre | UUID) -> dict[str, int]:
    """Return the mask of requirements for every kind of help in a centre, in one query."""
    centre_id = centre.pk if isinstance(centre, Centre) else centre
    own = CategoryRequirement.objects.filter(centre_id=centre_id).values_list("category", "requirements")
    return DEFAULT_REQUIREMENTS | dict(own)


def valid_requirements(volunteer: Volunteer | UUID, on: date | None = None) -> int:
    """Return the mask of requirements that the volunteer fulfils on the day ``on`` (today unless given)."""
    volunteer_id = volunteer.pk if isinstance(volunteer, Volunteer) else volunteer
    held = Screening.objects.filter(valid_on(on or clock.today()), volunteer_id=volunteer_id)
    return Requirement.to_mask(held.values_list("requirement", flat=True))


def meets(volunteer: Volunteer | UUID, category: str, centre: Centre | UUID, on: date | None = None) -> bool:
    """Whether the volunteer fulfils, on that day, all that the centre asks for the kind of help."""
    return not requirements_for(category, centre) & ~valid_requirements(volunteer, on)


def valid_until_days(volunteer_ids: Collection[UUID] | None = None) -> dict[UUID, ValidUntil]:
    """Return per volunteer the requirements seen as valid, each with its last valid day (``None``: no end).

    One query. Days that have passed are included: the reader compares with the day it asks about.
    ``None`` reads every volunteer; a volunteer without valid screenings has no key.
    """
    rows = Screening.objects.filter(state=ScreeningState.VALID)
    if volunteer_ids is not None:
        rows = rows.filter(volunteer_id__in=volunteer_ids)
    found: dict[UUID, ValidUntil] = {}
    for volunteer_id, requirement, last_day in rows.values_list("volunteer_id", "requirement", "valid_until"):
        found.setdefault(volunteer_id, {})[Requirement(requirement)] = last_day
    return found


def screenings_of(volunteer: Volunteer) -> list[Screening]:
    """Return one screening per requirement, in order; what has no row yet is "required" and unsaved."""
    rows = {row.requirement: row for row in volunteer.screenings.select_related("seen_by")}
    return [rows.get(step) or Screening(volunteer=volunteer, requirement=step) for step in Requirement]


def screenings_visible_to(user: Any) -> QuerySet[Screening]:
    """Return the screenings that ``user`` may see: their own and those of the centres where they work."""
    if not may_act(user):
        return Screening.objects.none()
    own = Q(volunteer__user_id=user.pk)
    return Screening.objects.filter(own | Q(volunteer__centre_id__in=centres_of(user)))


def is_blocked(volunteer: Volunteer | UUID, resident: Resident | UUID) -> bool:
    """Whether these two are not to be brought together."""
    volunteer_id = volunteer.pk if isinstance(volunteer, Volunteer) else volunteer
    return volunteer_id in blocked_volunteers(resident)


def blocked_volunteers(resident: Resident | UUID) -> set[UUID]:
    """Return the ids of the volunteers who are not to be brought together with the resident."""
    resident_id = resident.pk if isinstance(resident, Resident) else resident
    return set(
        Block.objects.filter(resident_id=resident_id, ended_at=None).values_list("volunteer_id", flat=True)
    )


def running_blocks(residents: Iterable[UUID]) -> QuerySet[Block]:
    """Return the running blocks of these residents."""
    return Block.objects.filter(resident_id__in=list(residents), ended_at=None)


def filter_by_screening(volunteers: QuerySet[Volunteer], wanted: str, day: date) -> QuerySet[Volunteer]:
    """Return those whose screening on ``day`` is ``wanted``: complete, missing, vog (missing) or expiring.

    "Expiring" has a step that is valid now and ends within the days of the setting. Any other word filters
    nothing.
    """
    valid = Screening.objects.filter(valid_on(day), volunteer=OuterRef("pk"))
    steps = valid.order_by().values("volunteer").annotate(n=Count("pk")).values("n")
    counted = volunteers.annotate(valid_steps=Coalesce(Subquery(steps), 0))
    if wanted == "complete":
        return counted.filter(valid_steps=len(Requirement))
    if wanted == "missing":
        return counted.filter(valid_steps__lt=len(Requirement))
    if wanted == "vog":
        return volunteers.exclude(Exists(valid.filter(requirement=Requirement.VOG)))
    if wanted == "expiring":
        return volunteers.filter(Exists(valid.filter(valid_until__lt=day + expires_soon())))
    return volunteers
