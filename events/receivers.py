"""What the event app does by itself, on schedule."""

from events.events import CallsExpired
from events.models import EventRecord
from events.registry import on
from events.schedule import every
from events.services import forget_old_calls

every("20 * * * *", CallsExpired())


@on(CallsExpired, name="events.forget_old_calls")
def forget_expired_calls(event: CallsExpired, record: EventRecord) -> None:
    """Remove kept answers that are older than a day."""
    forget_old_calls()
