"""Filling in what is free of tax for volunteers in a year."""

from dataclasses import asdict
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.models import User
from recognition.events import LimitsSet
from recognition.limits import Limits
from recognition.models import YearLimits

FIRST_YEAR = 2020
MOST_IN_A_YEAR = Decimal(100_000)


@transaction.atomic
def set_limits(limits: Limits, source: str, *, by: User | None) -> Limits:
    """Keep the limits of a year for all centres; again puts them right. Warnings that were given stay given.

    Raises:
        Forbidden: ``by`` administers nowhere.
        InvalidInput: a year too far away, amounts that cannot be, or no source; ``field`` names it.
    """
    require(by, "recognition.set_limits")
    if not FIRST_YEAR <= limits.year <= clock.today().year + 1:
        raise InvalidInput(_("Choose this year, the next one, or one of the last years."), field="year")
    previous = Decimal(0)
    for field in ("hour_under_21", "hour", "month", "annual"):
        amount: Decimal = getattr(limits, field)
        if amount <= 0 or amount < previous or amount > MOST_IN_A_YEAR:
            raise InvalidInput(
                _("This cannot be right: a year is more than a month, and a month more than an hour."),
                field=field,
            )
        previous = amount
    if not source.strip():
        raise InvalidInput(_("Say where you read it, so that somebody else can look it up."), field="source")
    kept = asdict(limits) | {"source": source.strip()[:200]}
    YearLimits.objects.update_or_create(year=kept.pop("year"), defaults=kept)
    record(LimitsSet(year=limits.year), actor=by)
    return limits
