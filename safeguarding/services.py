"""Recording screenings; keeping two people apart."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.models import Resident, User, Volunteer
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.errors import NumberNeeded
from safeguarding.events import BlockChanged, ScreeningChanged
from safeguarding.models import Block, Screening

LONGEST_NUMBER = 40
# Refusing and blocking a person takes two people; that has a procedure of its own.
RECORDABLE = frozenset({ScreeningState.REQUIRED, ScreeningState.IN_PROGRESS, ScreeningState.VALID})


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
    of other requirements, and of steps that are not valid (yet), only the state is kept.

    Raises:
        InvalidInput: a date or the state is not possible; ``field`` names it.
        NumberNeeded: a VOG without a number.
        Forbidden: ``by`` does not coordinate the volunteer's centre, or is the volunteer.
    """
    require(by, "safeguarding.record_screening", volunteer)
    if state not in RECORDABLE:
        raise InvalidInput(
            str(_("This takes the coordinator and the confidential officer together.")), field="state"
        )
    kept: dict[str, object] = {
        "state": state,
        "number": "",
        "seen_on": None,
        "seen_by": None,
        "valid_until": None,
    }
    if state == ScreeningState.VALID:
        seen_on = seen_on or clock.today()
        _check_days(seen_on, valid_until)
        kept |= {"seen_on": seen_on, "seen_by": by, "valid_until": valid_until}
        if requirement == Requirement.VOG:
            kept["number"] = _checked_number(number)
    screening, _made = Screening.objects.update_or_create(
        volunteer=volunteer, requirement=requirement, defaults=kept
    )
    record(ScreeningChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id), actor=by)
    return screening


@transaction.atomic
def block(volunteer: Volunteer, resident: Resident, *, by: User | None) -> Block:
    """Keep two people apart from now on; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` is neither of them, nor acts for the resident, nor coordinates their centre.
    """
    require(by, "safeguarding.block", Block(volunteer=volunteer, resident=resident))
    running, made = Block.objects.get_or_create(
        volunteer=volunteer, resident=resident, ended_at=None, defaults={"set_by": by}
    )
    if made:
        _block_changed(running, by)
    return running


@transaction.atomic
def unblock(running: Block, *, by: User | None) -> Block:
    """Lift a block; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` neither set it nor coordinates the resident's centre.
    """
    require(by, "safeguarding.unblock", running)
    now = clock.now()
    if Block.objects.filter(pk=running.pk, ended_at=None).update(ended_at=now) == 1:
        running.ended_at = now
        _block_changed(running, by)
    return running


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


def _block_changed(changed: Block, by: User | None) -> None:
    record(BlockChanged(volunteer_id=changed.volunteer_id, resident_id=changed.resident_id), actor=by)
