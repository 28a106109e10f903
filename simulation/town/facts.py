"""What a town is made of: its neighbourhoods, how many help and ask, and how often each kind of help."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self


class Place(NamedTuple):
    """A neighbourhood: where its middle is, and its share of who helps and who asks."""

    name: str
    latitude: float
    longitude: float
    helping: float
    """Weight when homes of volunteers are drawn."""
    asking: float
    """Weight when homes of residents are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A town in numbers. No person is in it."""

    name: str
    places: tuple[Place, ...]
    helpers: int
    residents: int
    requests_a_year: int
    liked: Mapping[str, float]
    """Share of the helpers who want to give each kind of help."""
    asked: Mapping[str, float]
    """How often each kind of help is asked for, as weights."""

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """Return the facts of a ``dataclasses.asdict`` that went through JSON."""
        return cls(**(told | {"places": tuple(Place(*each) for each in told["places"])}))
