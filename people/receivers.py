"""What people does when an event has happened. Thin: each handler calls one service."""

from functools import partial

from events.models import EventRecord
from events.registry import after_handling, on
from events.schedule import every
from events.services import record as note
from people.events import ErasureAsked, ResidentChanged, ResidentEvent, ResidentRegistered, RetentionDue
from people.services import refine_point
from people.services.erasing import carry_out
from people.services.retention import delete_what_is_due
from places.services import asks_network


@on(ResidentRegistered, name="people.refine_new_home")
def refine_new_home(event: ResidentRegistered, record: EventRecord) -> None:
    """Look for the house itself; until then its postcode's point serves."""
    _refine_later(event)


@on(ResidentChanged, name="people.refine_home")
def refine_home(event: ResidentChanged, record: EventRecord) -> None:
    """The same after a move; after any other change it makes good what failed before."""
    _refine_later(event)


@on(ErasureAsked, name="people.erase")
def erase(event: ErasureAsked, record: EventRecord) -> None:
    """Someone is to be erased everywhere."""
    carry_out(event)


@on(RetentionDue, name="people.retention")
def retention(event: RetentionDue, record: EventRecord) -> None:
    """What is needed no longer is not kept. A round is small; the next follows while there is more."""
    if delete_what_is_due():
        note(RetentionDue())


every("20 3 * * *", RetentionDue())


def _refine_later(event: ResidentEvent) -> None:
    if asks_network():
        after_handling(partial(refine_point, event.resident_id))
