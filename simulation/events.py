"""Events of the simulation app."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class WhatIfChanged(Event, abstract=True):
    """Base of every event of one what-if."""

    what_if_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class WhatIfAsked(WhatIfChanged):
    """Someone wants to know how many more volunteers it takes."""

    type: ClassVar[str] = "simulation.what_if_asked"


@dataclass(frozen=True)
class WhatIfStarted(WhatIfChanged):
    """It is its turn. ``attempt`` counts from 1: what broke off is tried again."""

    attempt: int
    type: ClassVar[str] = "simulation.what_if_started"


@dataclass(frozen=True)
class WhatIfEnded(WhatIfChanged):
    """It is reckoned, was stopped or did not succeed: the next may begin."""

    state: str
    type: ClassVar[str] = "simulation.what_if_ended"


@dataclass(frozen=True)
class WhatIfLookDue(Event):
    """Timer: is the one who reckons still there?"""

    what_if_id: UUID
    attempt: int
    look: int
    type: ClassVar[str] = "simulation.what_if_look_due"
