"""What can happen to a help request. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class RequestChanged(Event, abstract=True):
    """Base of every event of one request in one centre."""

    request_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class RequestDrafted(RequestChanged):
    """A draft was made."""

    type: ClassVar[str] = "help_requests.drafted"


@dataclass(frozen=True)
class RequestSubmitted(RequestChanged):
    """The resident sent the request."""

    type: ClassVar[str] = "help_requests.submitted"


@dataclass(frozen=True)
class IntakeStarted(RequestChanged):
    """A coordinator took the request in hand."""

    type: ClassVar[str] = "help_requests.intake_started"


@dataclass(frozen=True)
class RequestSentBack(RequestChanged):
    """The coordinator asks the resident something first."""

    type: ClassVar[str] = "help_requests.sent_back"


@dataclass(frozen=True)
class RequestOpened(RequestChanged):
    """The coordinator approved the request: volunteers may be asked."""

    type: ClassVar[str] = "help_requests.opened"


@dataclass(frozen=True)
class LeftToPerson(RequestChanged):
    """The automatic check found a doubt: a coordinator reads the request."""

    doubt: str
    type: ClassVar[str] = "help_requests.left_to_person"


@dataclass(frozen=True)
class RequestReferred(RequestChanged):
    """Handed over to a partner, with the resident's consent."""

    type: ClassVar[str] = "help_requests.referred"


@dataclass(frozen=True)
class RequestUnsuitable(RequestChanged):
    """Not something volunteers do; a coordinator wrote why."""

    type: ClassVar[str] = "help_requests.unsuitable"


@dataclass(frozen=True)
class RequestWithdrawn(RequestChanged):
    """The resident (or the centre for them) took the request back."""

    type: ClassVar[str] = "help_requests.withdrawn"


@dataclass(frozen=True)
class RequestEdited(RequestChanged):
    """Details changed without a change of state."""

    type: ClassVar[str] = "help_requests.edited"


@dataclass(frozen=True)
class RequestStateChanged(RequestChanged):
    """Matching moved the request on (offered, waitlisted, matched, planned, rematching, done, closed)."""

    state: str
    type: ClassVar[str] = "help_requests.state_changed"
