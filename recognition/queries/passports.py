"""Reads of passports: what a volunteer shares, and what a visitor of the address sees."""

from dataclasses import dataclass

from django.db.models import QuerySet

from academy.models import Completion
from academy.queries import best_completions
from common import clock
from common.encryption import digest
from people.models import User, Volunteer
from recognition.enums import FullName
from recognition.models import Passport
from recognition.queries.hours import WorkDone, YearOfHours, home_centre, hours_by_year, roles_of
from vacancies.queries.placements import age_of_student


def passports_of(user: User) -> QuerySet[Passport]:
    """Return the addresses that show something, the latest first."""
    return Passport.objects.filter(user=user, revoked_at=None).select_related("user")


def live_passport(token: str) -> Passport | None:
    """Return the passport behind an address while it is shared and its owner may act, or ``None``."""
    found = Passport.objects.filter(token_digest=digest(token), revoked_at=None)
    return found.filter(user__is_active=True, user__suspended_at=None).select_related("user").first()


SIXTEEN, EIGHTEEN = 16, 18


def full_name_of(user: User) -> FullName:
    """Whether this person's whole name may stand on a passport: of an adult, of a minor, of a child.

    Of who is neither a student nor a volunteer the age is not known: then it is as of a minor.
    """
    age = age_of_student(user, clock.today())
    if age is not None and age < SIXTEEN:
        return FullName.LATER
    grown = age is None or age >= EIGHTEEN
    return FullName.USUAL if grown and _is_adult(user) else FullName.CHOSEN


def _is_adult(user: User) -> bool:
    told = Volunteer.objects.filter(user=user).values_list("adult", flat=True).first()
    return bool(told)


def shows_whole_name(passport: Passport, allowed: FullName) -> bool:
    """Whether the whole name stands there today: ``allowed`` by the rule of now, and chosen then.

    Of a minor only what they ticked themselves counts, not what was ticked for them before the rule was there
    or while they were thought to be an adult.
    """
    chosen = allowed == FullName.CHOSEN and passport.name_chosen
    return passport.full_name and (allowed == FullName.USUAL or chosen)


def short_name(user: User) -> str:
    """First name and the first letter of the last word: "Noor W."."""
    words = user.name.split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else user.name


@dataclass(frozen=True)
class ShownPassport:
    """What one passport shows: only what the volunteer chose is filled; ``None`` where they chose not to."""

    name: str
    centre: str
    roles: list[WorkDone] | None
    years: list[YearOfHours] | None
    trainings: list[Completion] | None


def shown(passport: Passport) -> ShownPassport:
    """Return what the passport shows at this moment."""
    user, centre = passport.user, home_centre(passport.user)
    whole = shows_whole_name(passport, full_name_of(user))
    return ShownPassport(
        name=user.name if whole else short_name(user),
        centre=centre.name if centre else "",
        roles=roles_of(user) if passport.shows_roles else None,
        years=hours_by_year(user) if passport.shows_hours else None,
        trainings=_trainings(user) if passport.shows_trainings else None,
    )


def _trainings(user: User) -> list[Completion]:
    volunteer = Volunteer.objects.filter(user=user).first()
    return best_completions(volunteer) if volunteer else []
