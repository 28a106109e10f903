"""What can happen in the academy. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class CourseChanged(Event):
    """A course was added, published, changed or retired."""

    course_id: UUID
    type: ClassVar[str] = "academy.course_changed"


@dataclass(frozen=True)
class RequirementChanged(Event):
    """A centre asks a course for a kind of help from now on, or no more: its demands are stale."""

    centre_id: UUID
    course_id: UUID
    category: str
    type: ClassVar[str] = "academy.requirement_changed"


@dataclass(frozen=True)
class TrainingEvent(Event, abstract=True):
    """Base of every event of one volunteer and one course."""

    volunteer_id: UUID
    centre_id: UUID
    course_id: UUID


@dataclass(frozen=True)
class CompletionChanged(TrainingEvent):
    """A completion was recorded or revoked, or its course retired: the engine's row is stale."""

    type: ClassVar[str] = "academy.completion_changed"


@dataclass(frozen=True)
class InvitationEvent(TrainingEvent, abstract=True):
    """Base of every event of one invitation."""

    invitation_id: UUID


@dataclass(frozen=True)
class CourseInvited(InvitationEvent):
    """A volunteer was invited to a course."""

    type: ClassVar[str] = "academy.course_invited"


@dataclass(frozen=True)
class InvitationAccepted(InvitationEvent):
    """The volunteer wants to do the course."""

    type: ClassVar[str] = "academy.invitation_accepted"


@dataclass(frozen=True)
class InvitationDeclined(InvitationEvent):
    """The volunteer does not want to do the course now."""

    type: ClassVar[str] = "academy.invitation_declined"
