"""Asking for a reckoning, and stopping it."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.models import Centre, User
from places.models import District
from simulation.enums import UNDER_WAY, WhatIfState
from simulation.errors import AlreadyReckoning
from simulation.events import WhatIfAsked, WhatIfEnded
from simulation.models import LEAST_GOAL, LEAST_HOURS, MOST_GOAL, MOST_HOURS, WhatIf
from simulation.queries import question_for


@transaction.atomic
def ask_what_if(
    centre: Centre, *, category: str, district: District, goal: int, hours: int, by: User | None
) -> WhatIf:
    """Have it reckoned how many more volunteers for ``category`` in ``district`` reach the goal.

    Args:
        centre: whose totals of this moment are reckoned with.
        category: kind of help.
        district: where the volunteers would live.
        goal: % of the requests that are to have a yes in time.
        hours: what "in time" is.
        by: who asks.

    Raises:
        Forbidden: neither coordinates nor analyses for this centre.
        InvalidInput: out of bounds, or nobody helps or asks in this part of town; ``field`` names it.
        AlreadyReckoning: the centre has one under way.
        CentreTooSmall, CentreTooLarge: it cannot be reckoned.
    """
    require(by, "simulation.ask_what_if", centre)
    _within(goal, LEAST_GOAL, MOST_GOAL, "goal")
    _within(hours, LEAST_HOURS, MOST_HOURS, "hours")
    question, place = question_for(centre, category=category, district_id=district.pk, goal=goal, hours=hours)
    if place < 0:
        raise InvalidInput(_("Nobody helps or asks for help in this neighbourhood yet."), field="district")
    what_if = WhatIf(
        centre=centre,
        district=district,
        category=category,
        goal=goal,
        hours=hours,
        asked_by=by,
        question=question.as_json(),
        place=place,
    )
    try:
        with transaction.atomic():
            what_if.save(force_insert=True)
    except IntegrityError:
        raise AlreadyReckoning from None
    record(WhatIfAsked(what_if_id=what_if.pk, centre_id=centre.pk), actor=by)
    return what_if


@transaction.atomic
def stop_what_if(what_if: WhatIf, *, by: User | None) -> WhatIf:
    """Stop what is under way; what was tried so far stays to be seen.

    Raises:
        Forbidden: neither coordinates nor analyses for its centre.
        InvalidTransition: it has ended already.
    """
    require(by, "simulation.stop_what_if", what_if)
    going = WhatIf.objects.filter(pk=what_if.pk, state__in=UNDER_WAY)
    if going.update(state=WhatIfState.STOPPED, ended_at=clock.now()) != 1:
        raise InvalidTransition
    ended = WhatIfEnded(what_if_id=what_if.pk, centre_id=what_if.centre_id, state=WhatIfState.STOPPED)
    record(ended, actor=by)
    what_if.refresh_from_db()
    return what_if


def _within(value: int, least: int, most: int, field: str) -> None:
    if not least <= value <= most:
        raise InvalidInput(
            _("Choose a number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=field
        )
