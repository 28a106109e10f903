"""Reads of hours; each starts from what the person may see. Whoever gives hours is known by their account."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from matching.enums import ASSIGNMENT_BEGUN
from matching.models import Assignment
from people.enums import COORDINATING, HelpCategory, OrganisationState
from people.models import Centre, Organisation, User, Volunteer
from people.queries import may_act, organisations_of, standing_of, volunteer_of
from recognition.enums import COUNTING, HoursState, Source
from recognition.models import HourEntry
from vacancies.enums import ApplicationState
from vacancies.models import Application


def gives_help(user: Any) -> bool:
    """Whether the person is a volunteer, has started through a vacancy, was placed, or at an action."""
    return volunteer_of(user) is not None or started_work(user).exists() or _was_there(user)


def _was_there(user: Any) -> bool:
    """Whether the person was a student whose hours were signed, or was seen at a one-day action."""
    seen = [Source.PLACEMENT, Source.ACTION]
    return may_act(user) and HourEntry.objects.filter(user_id=user.pk, source__in=seen).exists()


def home_centre(user: User) -> Centre | None:
    """Return the centre of a volunteer, else of the work they started last, else of their latest hours."""
    volunteer = Volunteer.objects.filter(user=user).select_related("centre").first()
    if volunteer is not None:
        return volunteer.centre
    latest = Application.objects.filter(user=user, started_at__isnull=False).select_related("centre")
    application = latest.order_by("-started_at").first()
    if application is not None:
        return application.centre
    entry = HourEntry.objects.filter(user=user).select_related("centre").first()
    return entry.centre if entry else None


def started_work(user: User) -> QuerySet[Application]:
    """Return the regular work that the person has started through a vacancy and goes on with."""
    found = Application.objects.filter(user=user, state=ApplicationState.STARTED)
    return found.select_related("vacancy", "organisation", "centre").order_by("started_at", "id")


def running_help(user: User) -> QuerySet[Assignment]:
    """Return the help that goes on of this volunteer: each visit is entered apart."""
    found = Assignment.objects.filter(volunteer__user=user, state__in=ASSIGNMENT_BEGUN)
    return found.select_related("request__centre", "volunteer").order_by("created_at", "id")


def organisations_to_choose(user: User) -> QuerySet[Organisation]:
    """Return the organisations with which one can have worked: those of the own centre, by name."""
    centre = home_centre(user)
    return Organisation.objects.filter(
        centre=centre, centre__isnull=False, state=OrganisationState.APPROVED
    ).order_by("name")


def entries_of(user: User) -> QuerySet[HourEntry]:
    """Return all hours of a person, the latest day first; what does not count is left out."""
    found = HourEntry.objects.filter(user=user).exclude(state=HoursState.WITHDRAWN)
    return found.select_related("user", "organisation", "centre")


def to_confirm(user: User) -> QuerySet[HourEntry]:
    """Return the hours that the person has still to look at, the earliest first."""
    return entries_of(user).filter(state=HoursState.PROPOSED).order_by("day", "id")


def signing_organisations(user: Any) -> QuerySet[Organisation]:
    """Return the approved organisations for which the person speaks."""
    own = Organisation.objects.filter(pk__in=organisations_of(user), state=OrganisationState.APPROVED)
    return own.order_by("name")


def _in_their_hands(user: Any) -> Q:
    """What the person may sign: of their organisations and their centres, never their own."""
    centres = standing_of(user).centres(COORDINATING)
    mine = Q(organisation__in=signing_organisations(user)) | Q(centre_id__in=centres)
    return mine & ~Q(user_id=user.pk)


def signs_somewhere(user: Any) -> bool:
    """Whether the person can have hours of others to sign, now or once their organisation is approved."""
    return may_act(user) and bool(standing_of(user).centres(COORDINATING) or organisations_of(user))


def entries_to_sign(user: Any) -> QuerySet[HourEntry]:
    """Return the hours that wait for this person's signature, person by person, the earliest first."""
    if not may_act(user):
        return HourEntry.objects.none()
    found = HourEntry.objects.filter(_in_their_hands(user), state=HoursState.WAITING)
    return found.select_related("user", "organisation", "centre").order_by(
        "user__name", "user_id", "day", "id"
    )


def count_to_sign(user: Any, organisation: Organisation) -> int:
    """Return how many hours of this organisation wait for this person's signature."""
    return entries_to_sign(user).filter(organisation=organisation).count()


def entries_in_hands_of(user: Any) -> QuerySet[HourEntry]:
    """Return the hours of others that the person may sign, or take a signature back of."""
    if not may_act(user):
        return HourEntry.objects.none()
    found = HourEntry.objects.filter(
        _in_their_hands(user), state__in=[HoursState.WAITING, HoursState.APPROVED]
    )
    return found.select_related("user", "organisation", "centre")


def entries_visible_to(user: Any) -> QuerySet[HourEntry]:
    """Return the person's own hours, and those that they sign or signed for others."""
    if not may_act(user):
        return HourEntry.objects.none()
    theirs = _in_their_hands(user) & Q(state__in=COUNTING | {HoursState.REFUSED})
    found = HourEntry.objects.filter(Q(user_id=user.pk) | theirs)
    return found.select_related("user", "organisation", "centre").order_by("-id")


def minutes_given(user: User) -> int:
    """Return the signed minutes of a person, of all years."""
    signed = HourEntry.objects.filter(user=user, state=HoursState.APPROVED)
    return signed.aggregate(total=Sum("minutes"))["total"] or 0


@dataclass(frozen=True)
class YearOfHours:
    """The signed minutes of one year, and of each kind of work in it, the most first."""

    year: int
    minutes: int
    kinds: list[tuple[str, int]] = field(default_factory=list)


def hours_by_year(user: User) -> list[YearOfHours]:
    """Return the signed hours by year and kind, the latest year first: one query."""
    signed = HourEntry.objects.filter(user=user, state=HoursState.APPROVED).order_by()
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


def roles_of(user: User) -> list[WorkDone]:
    """Return what the person did according to signed hours, the latest first: one query."""
    signed = HourEntry.objects.filter(user=user, state=HoursState.APPROVED).order_by()
    grouped = signed.values("category", "role", "organisation__name", "centre__name")
    found = [
        WorkDone(
            _name_of(row["category"], row["role"]),
            row["organisation__name"] or row["centre__name"],
            row["first"],
            row["last"],
        )
        for row in grouped.annotate(first=Min("day"), last=Max("day"))
    ]
    return sorted(found, key=lambda work: (work.last, work.name), reverse=True)


def _name_of(category: str, role: str) -> str:
    return role or (str(HelpCategory(category).label) if category else _("Other work"))
