"""What the calendar brings: reminders, the end of a step, the end of a concern.

Each round looks at the whole table. What it tells is recorded under a key of the step and its last valid day,
so that it is told once, also after a day without a worker; a renewed step has another day and so other keys.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from common import clock
from events.services import record
from people.enums import VolunteerState
from safeguarding.enums import CONCERN_CLOSED
from safeguarding.events import ConcernDeleted, ScreeningExpired, ScreeningExpiring
from safeguarding.models import Concern, Screening
from safeguarding.queries import lapsed_on, valid_on

REMINDED_WEEKS = (8, 2)
# A step that ended longer ago than this has been told of, or was entered as the past.
LATEST_TOLD = timedelta(days=31)


@transaction.atomic
def tell_expired() -> None:
    """Tell of every step whose last valid day has passed."""
    today = clock.today()
    for step in _of_helpers().filter(lapsed_on(today), valid_until__gte=today - LATEST_TOLD):
        record(ScreeningExpired(**_ids(step)), key=f"screening.expired:{step.pk}:{step.valid_until}")


@transaction.atomic
def remind() -> None:
    """Remind of every step that ends within eight weeks, and once more within two."""
    today = clock.today()
    for step in _of_helpers().filter(
        valid_on(today), valid_until__lte=today + timedelta(weeks=max(REMINDED_WEEKS))
    ):
        weeks = _weeks_left(step, today)
        key = f"screening.expiring:{step.pk}:{step.valid_until}:{weeks}"
        record(ScreeningExpiring(**_ids(step), weeks=weeks), key=key)


@transaction.atomic
def delete_old_concerns() -> int:
    """Delete the concerns that were closed longer ago than the setting says; return how many.

    With them go their step record and read log. That it happened stays in the event log, without content.
    """
    end = clock.now() - timedelta(days=settings.CONCERN_KEPT_DAYS)
    old = Concern.objects.filter(state__in=CONCERN_CLOSED, closed_at__lt=end)
    for concern_id, centre_id in old.values_list("pk", "centre_id"):
        record(ConcernDeleted(concern_id=concern_id, centre_id=centre_id))
    return old.delete()[1].get("safeguarding.Concern", 0)


def _of_helpers() -> QuerySet[Screening]:
    steps = Screening.objects.exclude(volunteer__state=VolunteerState.LEFT)
    return steps.select_related("volunteer").order_by("pk")


def _weeks_left(step: Screening, today: date) -> int:
    """The reminder that falls due now: the last whose time has come."""
    until = step.valid_until or date.max
    return min(weeks for weeks in REMINDED_WEEKS if until <= today + timedelta(weeks=weeks))


def _ids(step: Screening) -> dict[str, Any]:
    return {
        "screening_id": step.pk,
        "volunteer_id": step.volunteer_id,
        "centre_id": step.volunteer.centre_id,
        "requirement": step.requirement,
    }
