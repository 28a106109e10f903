"""Reads of passports: what a volunteer shares, and what a visitor of the address sees."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from academy.models import Completion
from academy.queries import best_completions
from common.encryption import digest
from people.enums import VolunteerState
from people.models import Volunteer
from recognition.models import Passport
from recognition.queries.hours import WorkDone, YearOfHours, hours_by_year, roles_of_volunteer


def passports_of(volunteer: Volunteer) -> QuerySet[Passport]:
    """Return the addresses that show something, the latest first."""
    return Passport.objects.filter(volunteer=volunteer, revoked_at=None)


def live_passport(token: str) -> Passport | None:
    """Return the passport behind an address while it is shared and its owner takes part, or ``None``."""
    found = Passport.objects.filter(token_digest=digest(token), revoked_at=None)
    passport = found.select_related("volunteer__user", "volunteer__centre").first()
    if passport is None or passport.volunteer.state == VolunteerState.LEFT:
        return None
    user = passport.volunteer.user
    return passport if user.is_active and user.suspended_at is None else None


@dataclass(frozen=True)
class ShownPassport:
    """What one passport shows: only what the volunteer chose is filled."""

    name: str
    centre: str
    roles: list[WorkDone]
    years: list[YearOfHours]
    trainings: list[Completion]
    shows: Any


def shown(passport: Passport) -> ShownPassport:
    """Return what the passport shows at this moment."""
    volunteer = passport.volunteer
    user = volunteer.user
    return ShownPassport(
        name=user.name if passport.full_name else user.first_name,
        centre=volunteer.centre.name,
        roles=roles_of_volunteer(volunteer) if passport.shows_roles else [],
        years=hours_by_year(volunteer) if passport.shows_hours else [],
        trainings=best_completions(volunteer) if passport.shows_trainings else [],
        shows=passport,
    )
