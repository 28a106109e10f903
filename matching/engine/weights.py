"""The one table of weights: what counts how much, per kind of help.

The score of a pair is ``sum(w[t] * f[t]) / sum(w)`` over the terms t, so that it lies in [0, 1] and means the
same for every kind. The columns are points; a row of 100 points is easy to weigh in the head.

- *errand*: short and practical; whoever is rested and near goes first.
- *company*: the person matters more than the place: continuity and a shared language.
- *skilled*: it only helps when the helper knows how: preferred skills.
- *buddy*: lasts for months. Shared dislikes get a small weight: published, they predict longer matches better
  than shared interests do.
- *vacancy* and *shift*: at an organisation; no resident, so no continuity, and less rest is needed.

Rest weighs most wherever one helps once: an ask to someone who is not ready for another is lost, and costs
goodwill. Simulated (`bench/city`), twice the points for rest fill more requests with fewer asks.

Waiting is the same for all volunteers of one demand: it orders demands in a volunteer's feed and in the daily
proposal, and never changes the order of the candidates of one demand.
"""

from collections.abc import Mapping
from types import MappingProxyType

from matching.engine.types import Term

#           proximity preferred dayparts language rest room newcomer continuity dislikes waiting
_POINTS = {
    "errand": (22, 5, 8, 4, 36, 8, 4, 4, 0, 9),
    "company": (15, 4, 8, 8, 32, 8, 4, 13, 0, 8),
    "skilled": (11, 20, 8, 8, 32, 8, 4, 4, 0, 5),
    "buddy": (20, 10, 15, 15, 5, 15, 5, 0, 5, 10),
    "vacancy": (25, 25, 20, 5, 5, 5, 10, 0, 0, 5),
    "shift": (25, 15, 25, 5, 10, 10, 5, 0, 0, 5),
}

PROFILES: Mapping[str, str] = MappingProxyType(
    {
        "transport": "errand",
        "groceries": "errand",
        "company": "company",
        "garden": "errand",
        "paperwork": "skilled",
        "digital": "skilled",
        "language": "skilled",
        "repairs": "errand",
        "moving": "errand",
        "pets": "errand",
        "tutoring": "skilled",
        "respite": "company",
        "outing": "company",
        "meals": "errand",
        "household": "errand",
        "phone_circle": "company",
        "buddy": "buddy",
        "vacancy": "vacancy",
        "shift": "shift",
    }
)
"""Which row of the table each kind of help takes."""

KINDS: tuple[str, ...] = tuple(PROFILES)


def _normalised(points: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(point / sum(points) for point in points)


WEIGHTS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {kind: _normalised(_POINTS[profile]) for kind, profile in PROFILES.items()}
)
"""Normalised weight of every `Term`, in order, per kind of help."""


def weight(kind: str, term: Term) -> float:
    """Return the normalised weight of ``term`` for ``kind``; `KeyError` for an unknown kind."""
    return WEIGHTS[kind][term]
