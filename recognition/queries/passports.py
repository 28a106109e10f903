"""Reads of passports: what a volunteer shares, and what a visitor of the address sees."""

from dataclasses import dataclass

from django.db.models import QuerySet

from academy.models import Completion
from academy.queries import best_completions
from common.encryption import digest
from people.models import User, Volunteer
from recognition.models import Passport
from recognition.queries.hours import WorkDone, YearOfHours, home_centre, hours_by_year, roles_of


def passports_of(user: User) -> QuerySet[Passport]:
    """Return the addresses that show something, the latest first."""
    return Passport.objects.filter(user=user, revoked_at=None).select_related("user")


def live_passport(token: str) -> Passport | None:
    """Return the passport behind an address while it is shared and its owner may act, or ``None``."""
    found = Passport.objects.filter(token_digest=digest(token), revoked_at=None)
    return found.filter(user__is_active=True, user__suspended_at=None).select_related("user").first()


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
    return ShownPassport(
        name=user.name if passport.full_name else user.first_name,
        centre=centre.name if centre else "",
        roles=roles_of(user) if passport.shows_roles else None,
        years=hours_by_year(user) if passport.shows_hours else None,
        trainings=_trainings(user) if passport.shows_trainings else None,
    )


def _trainings(user: User) -> list[Completion]:
    volunteer = Volunteer.objects.filter(user=user).first()
    return best_completions(volunteer) if volunteer else []
