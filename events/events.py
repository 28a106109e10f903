"""Events of the event table itself."""

from dataclasses import dataclass
from typing import ClassVar

from events.base import Event


@dataclass(frozen=True)
class EventRetried(Event):
    """Staff let a parked event be tried again."""

    type: ClassVar[str] = "events.retried"
    record_id: int


@dataclass(frozen=True)
class CleanUpDue(Event):
    """It is time to remove kept answers to API calls and traces of schedules."""

    type: ClassVar[str] = "events.clean_up_due"
