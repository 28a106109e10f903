"""Two handlers of one event, the second of which causes another event."""

from dataclasses import dataclass
from typing import ClassVar

from events.base import Event
from events.models import EventRecord
from events.registry import on
from events.services import record
from tests.events.killapp.models import Mark


@dataclass(frozen=True)
class Step(Event):
    """The first domino."""

    type: ClassVar[str] = "killapp.step"
    number: int


@dataclass(frozen=True)
class NextStep(Event):
    """The domino behind it."""

    type: ClassVar[str] = "killapp.next_step"
    number: int


HANDLERS = ("first", "second", "last")


@on(Step, name="killapp.first")
def first(event: Step, found: EventRecord) -> None:
    """Leave a mark."""
    Mark.objects.create(number=event.number, handler="first")


@on(Step, name="killapp.second")
def second(event: Step, found: EventRecord) -> None:
    """Leave a mark and tip the next domino."""
    Mark.objects.create(number=event.number, handler="second")
    record(NextStep(event.number))


@on(NextStep, name="killapp.last")
def last(event: NextStep, found: EventRecord) -> None:
    """Leave a mark."""
    Mark.objects.create(number=event.number, handler="last")
