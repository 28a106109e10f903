"""What can happen with hours, thanks and reimbursements. Ids and words for programs only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class HoursChanged(Event, abstract=True):
    """Base of every event of one entry of hours."""

    entry_id: UUID
    user_id: UUID
    centre_id: UUID
    organisation_id: UUID | None


@dataclass(frozen=True)
class HoursProposed(HoursChanged):
    """Something was done: the volunteer is asked whether the length is right."""

    type: ClassVar[str] = "recognition.hours_proposed"


@dataclass(frozen=True)
class HoursSubmitted(HoursChanged):
    """Hours wait for a signature."""

    type: ClassVar[str] = "recognition.hours_submitted"


@dataclass(frozen=True)
class HoursApproved(HoursChanged):
    """Hours were signed: they count."""

    type: ClassVar[str] = "recognition.hours_approved"


@dataclass(frozen=True)
class HoursRefused(HoursChanged):
    """Hours were not signed, or a signature was taken back."""

    type: ClassVar[str] = "recognition.hours_refused"


@dataclass(frozen=True)
class HoursWithdrawn(HoursChanged):
    """The volunteer says that it does not count."""

    type: ClassVar[str] = "recognition.hours_withdrawn"


@dataclass(frozen=True)
class Thanked(Event):
    """Someone said thank you."""

    thanks_id: UUID
    user_id: UUID
    type: ClassVar[str] = "recognition.thanked"


@dataclass(frozen=True)
class MilestoneReached(Event):
    """A volunteer helps for so long, or gave so many hours."""

    milestone_id: UUID
    user_id: UUID
    kind: str
    type: ClassVar[str] = "recognition.milestone_reached"


@dataclass(frozen=True)
class ShiftHoursDue(Event):
    """Timer: a shift at which someone was seen is over."""

    seat_id: UUID
    type: ClassVar[str] = "recognition.shift_hours_due"


@dataclass(frozen=True)
class ActionHoursDue(Event):
    """Timer: a task of a one-day action at which someone was seen is over."""

    seat_id: UUID
    type: ClassVar[str] = "recognition.action_hours_due"


@dataclass(frozen=True)
class OneDayHoursDue(Event):
    """Timer: the day of work that happens once is over."""

    application_id: UUID
    type: ClassVar[str] = "recognition.one_day_hours_due"


@dataclass(frozen=True)
class MilestoneRoundDue(Event):
    """Timer: it is morning, whose anniversary is it?"""

    type: ClassVar[str] = "recognition.milestone_round_due"


@dataclass(frozen=True)
class PassportChanged(Event, abstract=True):
    """Base of every event of one address at which a passport is shown."""

    passport_id: UUID
    user_id: UUID


@dataclass(frozen=True)
class PassportShared(PassportChanged):
    """A volunteer made an address that shows what they chose."""

    type: ClassVar[str] = "recognition.passport_shared"


@dataclass(frozen=True)
class PassportRevoked(PassportChanged):
    """The address shows nothing any more."""

    type: ClassVar[str] = "recognition.passport_revoked"


@dataclass(frozen=True)
class ClaimChanged(Event, abstract=True):
    """Base of every event of one claim for reimbursement."""

    claim_id: UUID
    user_id: UUID
    centre_id: UUID
    organisation_id: UUID | None


@dataclass(frozen=True)
class ClaimSubmitted(ClaimChanged):
    """A volunteer asks costs back."""

    type: ClassVar[str] = "recognition.claim_submitted"


@dataclass(frozen=True)
class ClaimApproved(ClaimChanged):
    """The costs will be paid back."""

    type: ClassVar[str] = "recognition.claim_approved"


@dataclass(frozen=True)
class ClaimRefused(ClaimChanged):
    """The costs are not paid back."""

    type: ClassVar[str] = "recognition.claim_refused"


@dataclass(frozen=True)
class ClaimWithdrawn(ClaimChanged):
    """The volunteer takes the claim back."""

    type: ClassVar[str] = "recognition.claim_withdrawn"


@dataclass(frozen=True)
class LimitReached(ClaimChanged):
    """With this claim a volunteer comes near, or over, what is free of tax in a month or a year.

    ``month`` is 0 for the year; ``nearness`` is "near" or "over".
    """

    year: int
    month: int
    nearness: str
    type: ClassVar[str] = "recognition.limit_reached"


@dataclass(frozen=True)
class LimitsSet(Event):
    """What is free of tax for volunteers in a year was filled in, or put right."""

    year: int
    type: ClassVar[str] = "recognition.limits_set"
