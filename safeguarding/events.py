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
