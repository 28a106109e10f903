"""What the event app does by itself, on schedule."""

from common import clock
from events.events import CleanUpDue
from events.models import EventRecord
from events.registry import on
from events.schedule import every, forget_old_occurrences
from events.services import forget_old_calls

every("20 * * * *", CleanUpDue())


@on(CleanUpDue, name="events.forget_calls")
def forget_calls(event: CleanUpDue, record: EventRecord) -> None:
    """Remove kept answers that are older than a day."""
    forget_old_calls()


@on(CleanUpDue, name="events.forget_occurrences")
def forget_occurrences(event: CleanUpDue, record: EventRecord) -> None:
    """Remove the traces of schedules that ran long ago."""
    forget_old_occurrences(clock.now())
