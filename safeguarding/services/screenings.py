"""Asking for and recording the steps of a screening."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.models import User, Volunteer
from safeguarding.enums import STEPS_BY_ONE, Requirement, ScreeningState
from safeguarding.errors import NumberNeeded
from safeguarding.events import ScreeningAsked, ScreeningChanged
from safeguarding.models import Screening

LONGEST_NUMBER = 40
NOTHING_SEEN: dict[str, object] = {"number": "", "seen_on": None, "seen_by": None, "valid_until": None}
NOTHING_YET: dict[str, object] = NOTHING_SEEN | {"requested_on": None, "started_on": None}
# A step that is still to be done, or to be done again.
TO_DO = frozenset({ScreeningState.REQUIRED, ScreeningState.EXPIRED})


@transaction.atomic
def request_screening(volunteer: Volunteer, requirement: Requirement, *, by: User | None) -> Screening:
    """Ask a volunteer for one step of the screening; they are told what to do next.

    Only a step that is still to be done is asked: one that runs, holds, or was refused or blocked stays as
    it is, and repeating changes nothing. A step whose last valid day has passed is asked anew.

    Raises:
        Forbidden: ``by`` does not coordinate the volunteer's centre, or is the volunteer.
    """
    require(by, "safeguarding.record_screening", volunteer)
    screening = lock_step(volunteer, requirement)
    standing = screening.standing(clock.today())
    if standing not in TO_DO or (standing == ScreeningState.REQUIRED and screening.requested_on is not None):
        return screening
    put(screening, ScreeningState.REQUIRED, by, **NOTHING_YET | {"requested_on": clock.today()})
    record(
        ScreeningAsked(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id, requirement=requirement),
        actor=by,
    )
    return screening


@transaction.atomic
def record_screening(
    volunteer: Volunteer,
    requirement: Requirement,
    *,
    by: User | None,
    state: ScreeningState = ScreeningState.VALID,
    number: str = "",
    seen_on: date | None = None,
    valid_until: date | None = None,
) -> Screening:
    """Record where one requirement of a volunteer stands, over what stood there before.

    ``valid_until`` is the last valid day, ``None`` for no end. A VOG that is valid needs its number;
    of other requirements, and of steps that are not valid (yet), only the state and its dates are kept.

    Raises:
        InvalidInput: a date or the state is not possible; ``field`` names it.
        NumberNeeded: a VOG without a number.
        InvalidTransition: the step was refused or blocked: lifting that takes two people as well.
        Forbidden: ``by`` does not coordinate the volunteer's centre, or is the volunteer.
    """
    require(by, "safeguarding.record_screening", volunteer)
    if state not in STEPS_BY_ONE:
        raise InvalidInput(
            str(_("This takes the coordinator and the confidential officer together.")), field="state"
        )
    seen: dict[str, object] = {}
    if state == ScreeningState.VALID:
        seen_on = seen_on or clock.today()
        _check_days(seen_on, valid_until)
        seen = {"seen_on": seen_on, "seen_by": by, "valid_until": valid_until}
        if requirement == Requirement.VOG:
            seen["number"] = _checked_number(number)
    screening = lock_step(volunteer, requirement)
    if screening.state not in STEPS_BY_ONE:
        raise InvalidTransition
    if state == ScreeningState.IN_PROGRESS:
        return _begin(screening, by)
    return put(screening, state, by, **NOTHING_YET | seen)


def _begin(screening: Screening, by: User | None) -> Screening:
    """The step is being worked on. One that still holds goes on holding while it is renewed."""
    begun = {"started_on": screening.started_on or clock.today()}
    if screening.holds_on(clock.today()):
        return put(screening, ScreeningState.VALID, by, **begun)
    return put(screening, ScreeningState.IN_PROGRESS, by, **NOTHING_SEEN | begun)


def lock_step(volunteer: Volunteer, requirement: Requirement) -> Screening:
    """Return one step of a volunteer, locked until the transaction ends; a new one is required."""
    screening, _made = Screening.objects.select_for_update().get_or_create(
        volunteer=volunteer, requirement=requirement
    )
    return screening


def put(screening: Screening, state: ScreeningState, by: User | None, **kept: object) -> Screening:
    """Give a locked step its state and dates, and tell that it changed."""
    screening.state = state
    for name, value in kept.items():
        setattr(screening, name, value)
    screening.save(update_fields=["state", *kept])
    volunteer = screening.volunteer
    record(ScreeningChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id), actor=by)
    return screening


def _check_days(seen_on: date, valid_until: date | None) -> None:
    if seen_on > clock.today():
        raise InvalidInput(str(_("This day has yet to come.")), field="seen_on")
    if valid_until is not None and valid_until < seen_on:
        raise InvalidInput(str(_("The last valid day lies before the day it was seen.")), field="valid_until")


def _checked_number(number: str) -> str:
    number = number.strip()
    if not number:
        raise NumberNeeded
    if len(number) > LONGEST_NUMBER:
        raise InvalidInput(str(_("This number is too long.")), field="number")
    return number
