"""What can happen in safe working. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class ScreeningChanged(Event):
    """A screening step of a volunteer changed: the engine's row is stale."""

    volunteer_id: UUID
    centre_id: UUID
    type: ClassVar[str] = "safeguarding.screening_changed"


@dataclass(frozen=True)
class ScreeningAsked(Event):
    """A volunteer is asked for a step of their screening, named by ``requirement``."""

    volunteer_id: UUID
    centre_id: UUID
    requirement: str
    type: ClassVar[str] = "safeguarding.screening_asked"


@dataclass(frozen=True)
class BlockChanged(Event):
    """A block between a volunteer and a resident was set or lifted."""

    volunteer_id: UUID
    resident_id: UUID
    type: ClassVar[str] = "safeguarding.block_changed"


@dataclass(frozen=True)
class ScreeningLapse(Event, abstract=True):
    """Base of what the last valid day of a step brings."""

    screening_id: UUID
    volunteer_id: UUID
    centre_id: UUID
    requirement: str


@dataclass(frozen=True)
class ScreeningExpiring(ScreeningLapse):
    """A step holds no longer than ``weeks`` weeks from now: time to renew it."""

    weeks: int
    type: ClassVar[str] = "safeguarding.screening_expiring"


@dataclass(frozen=True)
class ScreeningExpired(ScreeningLapse):
    """The last valid day of a step was yesterday, or before."""

    type: ClassVar[str] = "safeguarding.screening_expired"


@dataclass(frozen=True)
class ExpiryRoundDue(Event):
    """Look which steps have come to their end. Recurs just after midnight."""

    type: ClassVar[str] = "safeguarding.expiry_round_due"


@dataclass(frozen=True)
class ReminderRoundDue(Event):
    """Look which steps are coming to their end. Recurs each morning."""

    type: ClassVar[str] = "safeguarding.reminder_round_due"


@dataclass(frozen=True)
class DecisionEvent(Event, abstract=True):
    """Base of every event of a decision by two."""

    decision_id: UUID
    volunteer_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class DecisionProposed(DecisionEvent):
    """One of the two roles proposes; the other is asked. Nothing has changed for the volunteer."""

    proposed_as: str
    type: ClassVar[str] = "safeguarding.decision_proposed"


@dataclass(frozen=True)
class DecisionConfirmed(DecisionEvent):
    """Both roles agree: the step stands as they decided."""

    type: ClassVar[str] = "safeguarding.decision_confirmed"


@dataclass(frozen=True)
class DecisionWithdrawn(DecisionEvent):
    """The proposal was taken back or not agreed to: nothing has changed."""

    type: ClassVar[str] = "safeguarding.decision_withdrawn"


@dataclass(frozen=True)
class RequirementsChanged(Event):
    """A centre asks other steps for a kind of help (empty: of every volunteer)."""

    centre_id: UUID
    category: str
    type: ClassVar[str] = "safeguarding.requirements_changed"


@dataclass(frozen=True)
class FreeVogRecorded(Event):
    """The facts about free certificates were recorded, of a centre or of an organisation of it."""

    centre_id: UUID
    organisation_id: UUID | None
    type: ClassVar[str] = "safeguarding.free_vog_recorded"


@dataclass(frozen=True)
class ConcernEvent(Event, abstract=True):
    """Base of every event of a concern. Who reported is never the actor: that stands in the concern only."""

    concern_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class ConcernReported(ConcernEvent):
    """A concern came in."""

    type: ClassVar[str] = "safeguarding.concern_reported"


@dataclass(frozen=True)
class ConcernChanged(ConcernEvent):
    """A step was taken or a line was added."""

    type: ClassVar[str] = "safeguarding.concern_changed"


@dataclass(frozen=True)
class ConcernEntrusted(ConcernEvent):
    """A coordinator may read the concern from now on, or (``None``) nobody but the officer any more."""

    coordinator_id: UUID | None
    type: ClassVar[str] = "safeguarding.concern_entrusted"


@dataclass(frozen=True)
class ConcernRetentionDue(Event):
    """Delete the concerns whose time is over. Recurs each night."""

    type: ClassVar[str] = "safeguarding.concern_retention_due"


@dataclass(frozen=True)
class ConcernDeleted(ConcernEvent):
    """A concern was deleted with its step record and read log: its time was over."""

    type: ClassVar[str] = "safeguarding.concern_deleted"


@dataclass(frozen=True)
class ReportEvent(Event, abstract=True):
    """Base of every event of one report."""

    report_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class ReportFiled(ReportEvent):
    """Someone told that something is wrong."""

    type: ClassVar[str] = "safeguarding.report_filed"


@dataclass(frozen=True)
class ReportTaken(ReportEvent):
    """A coordinator has begun to look at it."""

    type: ClassVar[str] = "safeguarding.report_taken"


@dataclass(frozen=True)
class ReportSettled(ReportEvent):
    """It is closed; who reported is told what came of it."""

    type: ClassVar[str] = "safeguarding.report_settled"
