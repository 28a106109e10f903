"""What can happen to messages on their way. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class MailQueued(Event):
    """A mail waits to be handed to the mail server."""

    mail_id: UUID
    type: ClassVar[str] = "notifications.mail_queued"


@dataclass(frozen=True)
class PushDue(Event):
    """A message of someone's list is to go to one of their devices: attempts count from 1."""

    subscription_id: UUID
    notice_id: UUID
    attempt: int
    type: ClassVar[str] = "notifications.push_due"


@dataclass(frozen=True)
class PersonToTell(Event):
    """One of many is to be told something; ``kind`` is that of the message."""

    user_id: UUID
    about_id: UUID
    kind: str
    matters_at: int = 0  # as in ``Notice``, in seconds of 1970 (UTC); 0: it can wait for the morning
    type: ClassVar[str] = "notifications.person_to_tell"


@dataclass(frozen=True)
class NobodyThere(Event):
    """Something came in for an organisation without a single contact: once a day its centre is mailed."""

    organisation_id: UUID
    centre_id: UUID
    type: ClassVar[str] = "notifications.nobody_there"


@dataclass(frozen=True)
class MailRoundDue(Event):
    """Timer: try again what could not be sent."""

    type: ClassVar[str] = "notifications.mail_round_due"


@dataclass(frozen=True)
class CleanUpDue(Event):
    """Timer: forget old signals and sent mails."""

    type: ClassVar[str] = "notifications.clean_up_due"
