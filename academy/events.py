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
class RoleRequirementChanged(Event):
    """A centre asks a course of a role from now on, or no more."""

    centre_id: UUID
    course_id: UUID
    role: str
    type: ClassVar[str] = "academy.role_requirement_changed"


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


@dataclass(frozen=True)
class ValidityEvent(Event, abstract=True):
    """Base of timers of the validity of a course that someone has done; ``until`` is its last valid day."""

    user_id: UUID
    course_id: UUID
    until: str


@dataclass(frozen=True)
class ValidityEnding(ValidityEvent):
    """It ends soon: time to renew it."""

    type: ClassVar[str] = "academy.validity_ending"


@dataclass(frozen=True)
class ValidityEnded(ValidityEvent):
    """Its last valid day was yesterday."""

    type: ClassVar[str] = "academy.validity_ended"


@dataclass(frozen=True)
class CertificateEvent(Event, abstract=True):
    """Base of every event of one certificate."""

    certificate_id: UUID
    user_id: UUID
    course_id: UUID


@dataclass(frozen=True)
class CertificateIssued(CertificateEvent):
    """Someone has done a course."""

    type: ClassVar[str] = "academy.certificate_issued"


@dataclass(frozen=True)
class CertificateRevoked(CertificateEvent):
    """A certificate does not count any more."""

    type: ClassVar[str] = "academy.certificate_revoked"


@dataclass(frozen=True)
class SessionEvent(Event, abstract=True):
    """Base of every event of one session."""

    session_id: UUID
    centre_id: UUID
    course_id: UUID


@dataclass(frozen=True)
class SessionPlanned(SessionEvent):
    """There is a new session."""

    type: ClassVar[str] = "academy.session_planned"


@dataclass(frozen=True)
class SessionChanged(SessionEvent):
    """A session has another time, place or trainer."""

    was_at: int = 0  # when it was to begin before, in seconds of 1970 (UTC); 0: it had no moment
    type: ClassVar[str] = "academy.session_changed"


@dataclass(frozen=True)
class SessionCalledOff(SessionEvent):
    """A session does not go on."""

    type: ClassVar[str] = "academy.session_called_off"


@dataclass(frozen=True)
class SessionClosed(SessionEvent):
    """Attendance has been settled: who was there has done it, and is asked how it was."""

    type: ClassVar[str] = "academy.session_closed"


@dataclass(frozen=True)
class SessionReminderDue(SessionEvent):
    """It is tomorrow: whoever has a place is reminded."""

    type: ClassVar[str] = "academy.session_reminder_due"


@dataclass(frozen=True)
class SessionBegun(SessionEvent):
    """It begins: whoever still waits for a place waits in vain."""

    type: ClassVar[str] = "academy.session_begun"


@dataclass(frozen=True)
class SessionClosingDue(SessionEvent):
    """It has been over for a while: attendance is settled if the trainer has not done so."""

    type: ClassVar[str] = "academy.session_closing_due"


@dataclass(frozen=True)
class EnrolmentChanged(Event):
    """A seat at a session changed; ``change`` is one of ``common.seating.Change``."""

    enrolment_id: UUID
    session_id: UUID
    centre_id: UUID
    course_id: UUID
    user_id: UUID
    change: str
    type: ClassVar[str] = "academy.enrolment_changed"


@dataclass(frozen=True)
class LearningBegun(Event):
    """Someone began with the lessons of a course."""

    learning_id: UUID
    user_id: UUID
    course_id: UUID
    type: ClassVar[str] = "academy.learning_begun"


@dataclass(frozen=True)
class LearningFinished(Event):
    """Someone has done every step of the lessons of a course."""

    learning_id: UUID
    user_id: UUID
    course_id: UUID
    type: ClassVar[str] = "academy.learning_finished"


@dataclass(frozen=True)
class ArticleEvent(Event, abstract=True):
    """Base of every event of one article."""

    article_id: UUID


@dataclass(frozen=True)
class ArticleChanged(ArticleEvent):
    """An article was written, changed, published or withdrawn."""

    type: ClassVar[str] = "academy.article_changed"


@dataclass(frozen=True)
class ArticleReviewDue(ArticleEvent):
    """The day has come for the owner to look at an article again."""

    type: ClassVar[str] = "academy.article_review_due"


@dataclass(frozen=True)
class ArticleRoundDue(Event):
    """Time to see which articles are to be looked at again."""

    type: ClassVar[str] = "academy.article_round_due"
