"""Makes help requests for tests, in any state, with the moments that belong to it."""

from typing import Any

import factory

from common import clock
from help_requests.enums import (
    ASKABLE,
    ENDED,
    LASTING_TRANSITIONS,
    TASK_TRANSITIONS,
    RequestKind,
    RequestState,
    Rhythm,
)
from help_requests.models import HelpRequest
from people.enums import ALL_DAYPARTS, HelpCategory
from tests.factories.people import ResidentFactory

SENT = frozenset(RequestState) - {RequestState.DRAFT}
OPENED = ASKABLE | {
    RequestState.MATCHED,
    RequestState.PLANNED,
    RequestState.DONE,
    RequestState.NO_SHOW,
    RequestState.CLOSED,
    *(LASTING_TRANSITIONS.keys() - TASK_TRANSITIONS.keys()),
}


class HelpRequestFactory(factory.django.DjangoModelFactory):
    """A sent request for shopping at any time. ``state=…`` gives the moments and texts of that state.

    In a state that no task knows it is a weekly one.

    ``centre``, ``cell`` and ``district`` are the resident's.
    """

    class Meta:
        model = HelpRequest

    resident = factory.SubFactory(ResidentFactory)
    centre = factory.SelfAttribute("resident.centre")
    state = RequestState.SUBMITTED
    kind = factory.LazyAttribute(
        lambda made: RequestKind.TASK if made.state in TASK_TRANSITIONS else RequestKind.SERIES
    )
    rhythm = factory.LazyAttribute(lambda made: Rhythm.WEEKLY if made.kind == RequestKind.SERIES else "")
    category = HelpCategory.GROCERIES
    description = "Ik wil graag dat iemand boodschappen voor mij doet. Het is één tas vol."
    dayparts = ALL_DAYPARTS
    cell = factory.SelfAttribute("resident.cell")
    district = factory.SelfAttribute("resident.district")
    submitted_at = factory.LazyAttribute(lambda made: clock.now() if made.state in SENT else None)
    opened_at = factory.LazyAttribute(lambda made: clock.now() if made.state in OPENED else None)
    ended_at = factory.LazyAttribute(lambda made: clock.now() if made.state in ENDED else None)
    summary = factory.LazyAttribute(
        lambda made: "Boodschappen doen, één tas." if made.state in OPENED else ""
    )
    referral_consent = factory.LazyAttribute(lambda made: made.state == RequestState.REFERRED)


def OpenRequestFactory(**fields: Any) -> HelpRequest:  # noqa: N802
    """A request that has been approved: volunteers may be asked."""
    return HelpRequestFactory(state=RequestState.OPEN, **fields)
