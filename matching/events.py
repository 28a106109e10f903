"""What can happen between a request and its volunteers. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class DispatchChanged(Event, abstract=True):
    """Base of every event of the asking for one request."""

    dispatch_id: UUID
    request_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class DispatchStarted(DispatchChanged):
    """A coordinator or the centre's policy started asking."""

    type: ClassVar[str] = "matching.dispatch_started"


@dataclass(frozen=True)
class DispatchStopped(DispatchChanged):
    """A coordinator stopped the asking."""

    type: ClassVar[str] = "matching.dispatch_stopped"


@dataclass(frozen=True)
class DispatchExhausted(DispatchChanged):
    """Nobody is left to ask: the request waits, the desk is told."""

    type: ClassVar[str] = "matching.dispatch_exhausted"


@dataclass(frozen=True)
class DispatchDue(DispatchChanged):
    """Timer: quiet hours are over, go on asking."""

    type: ClassVar[str] = "matching.dispatch_due"


@dataclass(frozen=True)
class SearchRoundDue(Event):
    """Timer: look again for requests that wait for a volunteer."""

    type: ClassVar[str] = "matching.search_round_due"


@dataclass(frozen=True)
class PassedDaysDue(Event):
    """Timer: a day is over; requests for that day are asked for no more."""

    type: ClassVar[str] = "matching.passed_days_due"


@dataclass(frozen=True)
class OfferChanged(Event, abstract=True):
    """Base of every event of one offer."""

    offer_id: UUID
    request_id: UUID
    volunteer_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class OfferSent(OfferChanged):
    """A volunteer is asked."""

    type: ClassVar[str] = "matching.offer_sent"


@dataclass(frozen=True)
class OfferSeen(OfferChanged):
    """The volunteer opened the question."""

    type: ClassVar[str] = "matching.offer_seen"


@dataclass(frozen=True)
class OfferAccepted(OfferChanged):
    """The volunteer said yes and was first."""

    type: ClassVar[str] = "matching.offer_accepted"


@dataclass(frozen=True)
class OfferDeclined(OfferChanged):
    """The volunteer said not now."""

    type: ClassVar[str] = "matching.offer_declined"


@dataclass(frozen=True)
class OfferDue(OfferChanged):
    """Timer: the time to answer is over."""

    type: ClassVar[str] = "matching.offer_due"


@dataclass(frozen=True)
class OfferExpired(OfferChanged):
    """The volunteer did not answer in time."""

    type: ClassVar[str] = "matching.offer_expired"


@dataclass(frozen=True)
class OfferSuperseded(OfferChanged):
    """Someone else is helping."""

    type: ClassVar[str] = "matching.offer_superseded"


@dataclass(frozen=True)
class OfferCancelled(OfferChanged):
    """Help is no longer needed, or the asking was stopped."""

    type: ClassVar[str] = "matching.offer_cancelled"


@dataclass(frozen=True)
class AssignmentChanged(Event, abstract=True):
    """Base of every event of one assignment."""

    assignment_id: UUID
    request_id: UUID
    volunteer_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class AssignmentProposed(AssignmentChanged):
    """A volunteer said yes; the resident still has to agree."""

    type: ClassVar[str] = "matching.assignment_proposed"


@dataclass(frozen=True)
class AssignmentAgreed(AssignmentChanged):
    """Both sides said yes: contact data are open."""

    type: ClassVar[str] = "matching.assignment_agreed"


@dataclass(frozen=True)
class AssignmentPlanned(AssignmentChanged):
    """Day and time are set."""

    type: ClassVar[str] = "matching.assignment_planned"


@dataclass(frozen=True)
class AssignmentConfirmed(AssignmentChanged):
    """One side says that it is done; ``side`` is volunteer, resident or centre."""

    side: str
    type: ClassVar[str] = "matching.assignment_confirmed"


@dataclass(frozen=True)
class ConfirmationDue(AssignmentChanged):
    """Timer: one side confirmed, the other has been silent."""

    type: ClassVar[str] = "matching.confirmation_due"


@dataclass(frozen=True)
class AssignmentDone(AssignmentChanged):
    """Both sides confirmed that it is done."""

    type: ClassVar[str] = "matching.assignment_done"


@dataclass(frozen=True)
class AssignmentNoShow(AssignmentChanged):
    """It did not take place because someone was not there."""

    type: ClassVar[str] = "matching.assignment_no_show"


@dataclass(frozen=True)
class AssignmentCancelled(AssignmentChanged):
    """Called off before it took place."""

    type: ClassVar[str] = "matching.assignment_cancelled"


@dataclass(frozen=True)
class ContactRead(Event):
    """Someone looked at contact data; the read log of trust.md, threat 6."""

    assignment_id: UUID
    subject: str
    type: ClassVar[str] = "matching.contact_read"
