"""What people does when an event has happened. Thin: each handler calls one service."""

from functools import partial

from events.models import EventRecord
from events.registry import after_handling, on
from people.events import ResidentChanged, ResidentEvent, ResidentRegistered
from people.services import refine_point
from places.services import asks_network


@on(ResidentRegistered, name="people.refine_new_home")
def refine_new_home(event: ResidentRegistered, record: EventRecord) -> None:
    """Look for the house itself; until then its postcode's point serves."""
    _refine_later(event)


@on(ResidentChanged, name="people.refine_home")
def refine_home(event: ResidentChanged, record: EventRecord) -> None:
    """The same after a move; after any other change it makes good what failed before."""
    _refine_later(event)


def _refine_later(event: ResidentEvent) -> None:
    if asks_network():
        after_handling(partial(refine_point, event.resident_id))
