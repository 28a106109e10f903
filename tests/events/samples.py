"""Events that only tests know."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class Happened(Event):
    """Something the tests attach handlers to."""

    type: ClassVar[str] = "tests.happened"
    number: int


@dataclass(frozen=True)
class Effect(Event):
    """What a handler under test leaves in the database: nobody handles it, so it is a plain row."""

    type: ClassVar[str] = "tests.effect"
    number: int
    handler: str = "one"


@dataclass(frozen=True)
class Detailed(Event):
    """One field of each allowed kind."""

    type: ClassVar[str] = "tests.detailed"
    request_id: UUID
    count: int
    role: str
    urgent: bool
    by_id: UUID | None = None
