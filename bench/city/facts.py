"""What a town is made of: its neighbourhoods, how many help and ask, and how often each kind of help.

`nieuwegein` takes the facts of the demonstration town (backend/demo): districts and centres from CBS 2024,
inhabitants estimated, about 400 helpers for 900 residents and 6,000 requests a year.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from backend import demo
from backend.demo.history import ASKED
from backend.demo.people import LIKED
from backend.demo.town import REQUESTS_A_YEAR, RESIDENTS, VOLUNTEERS

_FOLDER = Path(demo.__file__).parent


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


def nieuwegein() -> Facts:
    """The demonstration town."""
    places = tuple(
        Place(each["name"], each["lat"], each["lon"], each["inhabitants"], each["inhabitants"])
        for each in json.loads((_FOLDER / "nieuwegein.json").read_text())["districts"]
        if each["inhabited"]
    )
    return Facts(
        name="Nieuwegein (synthetic)",
        places=places,
        helpers=VOLUNTEERS,
        residents=RESIDENTS,
        requests_a_year=REQUESTS_A_YEAR,
        liked={str(kind): share for kind, share in LIKED.items()},
        asked={str(kind): float(weight) for kind, weight in ASKED.items()},
    )


def texts() -> dict[str, list[dict[str, Any]]]:
    """The everyday requests of the demonstration town, by kind of help: their skills and when they are."""
    found: dict[str, list[dict[str, Any]]] = {}
    for text in json.loads((_FOLDER / "requests.json").read_text()):
        found.setdefault(text["category"], []).append(text)
    return found
