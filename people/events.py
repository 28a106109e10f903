"""What can happen to people. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class UserChanged(Event, abstract=True):
    """Base of every event of one account."""

    user_id: UUID


@dataclass(frozen=True)
class RoleGranted(UserChanged):
    """A role was given."""

    role: str
    type: ClassVar[str] = "people.role_granted"


@dataclass(frozen=True)
class RoleEnded(UserChanged):
    """A role was taken away: open sockets close. Of a contact also at which organisation."""

    role: str
    organisation_id: UUID | None = None
    type: ClassVar[str] = "people.role_ended"


@dataclass(frozen=True)
class InvitationEvent(Event, abstract=True):
    """Base of every event of one invitation."""

    invitation_id: UUID


@dataclass(frozen=True)
class InvitationSent(InvitationEvent):
    """Someone was asked by mail to take a role, or asked once more."""

    type: ClassVar[str] = "people.invitation_sent"


@dataclass(frozen=True)
class InvitationAccepted(InvitationEvent):
    """The person took the role."""

    user_id: UUID
    type: ClassVar[str] = "people.invitation_accepted"


@dataclass(frozen=True)
class InvitationWithdrawn(InvitationEvent):
    """The link in the mail works no more."""

    type: ClassVar[str] = "people.invitation_withdrawn"


@dataclass(frozen=True)
class SessionEnded(UserChanged):
    """The person signed out somewhere: sockets of that session close."""

    type: ClassVar[str] = "people.session_ended"


@dataclass(frozen=True)
class UserSuspended(UserChanged):
    """The account was suspended: everything closes at once."""

    type: ClassVar[str] = "people.user_suspended"


@dataclass(frozen=True)
class CalendarLinkMade(UserChanged):
    """The address of someone's calendar is new: the former one, if there was one, opens nothing any more."""

    type: ClassVar[str] = "people.calendar_link_made"


@dataclass(frozen=True)
class CalendarLinkEnded(UserChanged):
    """The address of someone's calendar opens nothing any more."""

    type: ClassVar[str] = "people.calendar_link_ended"


@dataclass(frozen=True)
class UserReinstated(UserChanged):
    """The suspension was undone."""

    type: ClassVar[str] = "people.user_reinstated"


@dataclass(frozen=True)
class VolunteerEvent(Event, abstract=True):
    """Base of every event of one volunteer."""

    volunteer_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class VolunteerJoined(VolunteerEvent):
    """Someone signed up to help."""

    type: ClassVar[str] = "people.volunteer_joined"


@dataclass(frozen=True)
class VolunteerChanged(VolunteerEvent):
    """Profile, pause or state changed: the engine's row is stale."""

    type: ClassVar[str] = "people.volunteer_changed"


@dataclass(frozen=True)
class VolunteerConsentWithdrawn(VolunteerEvent):
    """A volunteer does not agree any more to being asked: what runs ends."""

    type: ClassVar[str] = "people.volunteer_consent_withdrawn"


@dataclass(frozen=True)
class ResidentEvent(Event, abstract=True):
    """Base of every event of one resident."""

    resident_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class ResidentRegistered(ResidentEvent):
    """A resident record was made."""

    type: ClassVar[str] = "people.resident_registered"


@dataclass(frozen=True)
class ResidentChanged(ResidentEvent):
    """Details of a resident changed."""

    type: ClassVar[str] = "people.resident_changed"


@dataclass(frozen=True)
class ResidentClaimed(ResidentEvent):
    """A signed-in person with the verified address took the record as theirs."""

    type: ClassVar[str] = "people.resident_claimed"


@dataclass(frozen=True)
class ResidentConsentWithdrawn(ResidentEvent):
    """A resident does not agree any more to being helped through us: what runs ends."""

    type: ClassVar[str] = "people.resident_consent_withdrawn"


@dataclass(frozen=True)
class RecordShared(ResidentEvent):
    """A coordinator of another centre may look at a resident's record; ``centre_id`` is the home centre."""

    share_id: UUID
    type: ClassVar[str] = "people.record_shared"


@dataclass(frozen=True)
class SharingEnded(ResidentEvent):
    """They may not look any more, before its time."""

    share_id: UUID
    type: ClassVar[str] = "people.sharing_ended"


@dataclass(frozen=True)
class ErasureAsked(Event):
    """Everything of a person is to be erased: of the account with all its parts, or of one part."""

    erasure_id: UUID
    user_id: UUID | None
    volunteer_id: UUID | None
    resident_id: UUID | None
    type: ClassVar[str] = "people.erasure_asked"


@dataclass(frozen=True)
class RetentionDue(Event):
    """It is time to delete what is kept no longer."""

    type: ClassVar[str] = "people.retention_due"
