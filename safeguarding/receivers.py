"""What safeguarding does when a time has come. Thin: each handler calls a service."""

from events.models import EventRecord
from events.registry import on
from events.schedule import every
from safeguarding import services
from safeguarding.events import ConcernRetentionDue, ExpiryRoundDue, ReminderRoundDue


@on(ExpiryRoundDue, name="safeguarding.expiry_round")
def expiry_round(event: ExpiryRoundDue, record: EventRecord) -> None:
    """A day has begun: some steps ended yesterday."""
    services.tell_expired()


@on(ReminderRoundDue, name="safeguarding.reminder_round")
def reminder_round(event: ReminderRoundDue, record: EventRecord) -> None:
    """Steps that end soon are worth a word, at an hour at which people read."""
    services.remind()


@on(ConcernRetentionDue, name="safeguarding.concern_retention")
def concern_retention(event: ConcernRetentionDue, record: EventRecord) -> None:
    """What is no longer needed is not kept."""
    services.delete_old_concerns()


every("1 0 * * *", ExpiryRoundDue())
every("0 9 * * *", ReminderRoundDue())
every("40 3 * * *", ConcernRetentionDue())
