"""Reads of hours; each starts from what the person may see."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from matching.enums import ASSIGNMENT_BEGUN
from matching.models import Assignment
from people.enums import COORDINATING, HelpCategory, OrganisationState, Role
from people.models import Organisation, RoleGrant, Volunteer
from people.queries import may_act, standing_of
from recognition.enums import COUNTING, HoursState
from recognition.models import HourEntry


def entries_of(volunteer: Volunteer) -> QuerySet[HourEntry]:
    """Return all hours of a volunteer, the latest day first; what does not count is left out."""
    found = HourEntry.objects.filter(volunteer=volunteer).exclude(state=HoursState.WITHDRAWN)
    return found.select_related("organisation", "centre")


def to_confirm(volunteer: Volunteer) -> QuerySet[HourEntry]:
    """Return the hours that the volunteer has still to look at, the earliest first."""
    return entries_of(volunteer).filter(state=HoursState.PROPOSED).order_by("day", "id")


def signing_organisations(user: Any) -> QuerySet[Organisation]:
    """Return the approved organisations for which the person speaks."""
    if not may_act(user):
        return Organisation.objects.none()
    held = RoleGrant.objects.filter(user_id=user.pk, role=Role.ORGANISATION, ended_at=None)
    return Organisation.objects.filter(
        pk__in=held.values("organisation"), state=OrganisationState.APPROVED
    ).order_by("name")


def _in_their_hands(user: Any) -> Q:
    """What the person may sign: of their organisations and their centres, never their own."""
    centres = standing_of(user).centres(COORDINATING)
    mine = Q(organisation__in=signing_organisations(user)) | Q(centre_id__in=centres)
    return mine & ~Q(volunteer__user_id=user.pk)


def signs_somewhere(user: Any) -> bool:
    """Whether the person has, or can have, hours of others to sign."""
    return may_act(user) and (
        bool(standing_of(user).centres(COORDINATING)) or signing_organisations(user).exists()
    )


def entries_to_sign(user: Any) -> QuerySet[HourEntry]:
    """Return the hours that wait for this person's signature, volunteer by volunteer, the earliest first."""
    if not may_act(user):
        return HourEntry.objects.none()
    found = HourEntry.objects.filter(_in_their_hands(user), state=HoursState.WAITING)
    return found.select_related("volunteer__user", "organisation", "centre").order_by(
        "volunteer__user__name", "volunteer_id", "day", "id"
    )


def entries_visible_to(user: Any) -> QuerySet[HourEntry]:
    """Return the person's own hours, and those that they sign or signed for others."""
    if not may_act(user):
        return HourEntry.objects.none()
    theirs = _in_their_hands(user) & Q(state__in=COUNTING | {HoursState.REFUSED})
    found = HourEntry.objects.filter(Q(volunteer__user_id=user.pk) | theirs)
    return found.select_related("volunteer__user", "organisation", "centre").order_by("-id")


def minutes_given(volunteer: Volunteer) -> int:
    """Return the signed minutes of a volunteer, of all years."""
    signed = HourEntry.objects.filter(volunteer=volunteer, state=HoursState.APPROVED)
    return signed.aggregate(total=Sum("minutes"))["total"] or 0


@dataclass(frozen=True)
class YearOfHours:
    """The signed minutes of one year, and of each kind of work in it, the most first."""

    year: int
    minutes: int
    kinds: list[tuple[str, int]] = field(default_factory=list)


def hours_by_year(volunteer: Volunteer) -> list[YearOfHours]:
    """Return the signed hours by year and kind, the latest year first: one query."""
    signed = HourEntry.objects.filter(volunteer=volunteer, state=HoursState.APPROVED).order_by()
    grouped = signed.annotate(year=ExtractYear("day")).values("year", "category", "role")
    years: dict[int, dict[str, int]] = {}
    for row in grouped.annotate(total=Sum("minutes")):
        kinds = years.setdefault(row["year"], {})
        name = _name_of(row["category"], row["role"])
        kinds[name] = kinds.get(name, 0) + row["total"]
    return [
        YearOfHours(year, sum(kinds.values()), sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0])))
        for year, kinds in sorted(years.items(), reverse=True)
    ]


@dataclass(frozen=True)
class WorkDone:
    """One role: what, with whom, from when until when."""

    name: str
    with_whom: str
    first: date
    last: date
    minutes: int


def roles_of_volunteer(volunteer: Volunteer) -> list[WorkDone]:
    """Return what the volunteer did according to signed hours, the latest first: one query."""
    signed = HourEntry.objects.filter(volunteer=volunteer, state=HoursState.APPROVED).order_by()
    grouped = signed.values("category", "role", "organisation__name", "centre__name").annotate(
        first=Min("day"), last=Max("day"), total=Sum("minutes")
    )
    found = [
        WorkDone(
            _name_of(row["category"], row["role"]),
            row["organisation__name"] or row["centre__name"],
            row["first"],
            row["last"],
            row["total"],
        )
        for row in grouped
    ]
    return sorted(found, key=lambda work: (work.last, work.name), reverse=True)


def _name_of(category: str, role: str) -> str:
    return role or (str(HelpCategory(category).label) if category else _("Other work"))


def organisations_to_choose(volunteer: Volunteer) -> QuerySet[Organisation]:
    """Return the organisations of the volunteer's centre with which one can have worked, by name."""
    return Organisation.objects.filter(
        centre_id=volunteer.centre_id, state=OrganisationState.APPROVED
    ).order_by("name")


def running_help(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Return the help that goes on of this volunteer: each visit is entered apart."""
    found = Assignment.objects.filter(volunteer=volunteer, state__in=ASSIGNMENT_BEGUN)
    return found.select_related("request").order_by("created_at", "id")
