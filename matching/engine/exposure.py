"""Fair exposure: an order in which those who have been helped this week make room for the others.

By relevance alone a few vacancies at the top get every answer and most get none. A vacancy counts less with
each answer that it had in the last seven days:

    score = relevance * gamma ** connections,  gamma = 0.9, and none once its capacity is reached

Published for this class of rules (SmartSort of VolunteerMatch: Manshadi, Rodilitz, Saban and Suresh,
"Redesigning VolunteerMatch's Ranking Algorithm", SSRN 4497747): 8-9% more vacancies with at least one answer
a week, at no meaningful loss of answers. `bench/exposure.py` simulates the same.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine.types import Candidate, Id

GAMMA = 0.9
"""What is left of the relevance after one connection."""
WINDOW_DAYS = 7
"""Connections of this many days count."""


class Exposure(NamedTuple):
    """What a vacancy has had, and how much more it can take."""

    connections: int = 0
    """People who answered in the last `WINDOW_DAYS` days."""
    room: int | None = None
    """How many people it can still take; None when there is no limit."""


def fair_scores(
    relevance: ArrayLike, connections: ArrayLike, room: ArrayLike, *, gamma: float = GAMMA
) -> NDArray[np.float64]:
    """Return the score of each vacancy, at nine decimals; 0 for one that takes nobody more.

    Args:
        relevance: shape (n,), how well each fits the reader or the words searched for; 0 or more.
        connections: shape (n,), answers in the last seven days.
        room: shape (n,), places left; ``inf`` where there is no limit.
        gamma: in (0, 1]; 1 orders by relevance alone.

    Raises:
        ValueError: gamma lies outside (0, 1].
    """
    if not 0 < gamma <= 1:
        raise ValueError("gamma lies in (0, 1]")
    faded = np.asarray(relevance, np.float64) * np.power(gamma, np.asarray(connections, np.float64))
    scores: NDArray[np.float64] = np.where(np.asarray(room, np.float64) > 0, faded.round(9), 0.0)
    return scores


def fairest(
    candidates: Iterable[Candidate], exposure: Mapping[Id, Exposure], k: int, *, gamma: float = GAMMA
) -> list[Candidate]:
    """Return the best ``k`` of one volunteer's candidates with fair exposure, the full ones left out.

    In order of fair score; those with the same score by distance, then id. The candidates themselves keep the
    score of the engine, so that the reasons shown still add up.

    Args:
        candidates: of `DemandIndex.best`, for all that may be shown and not for ``k`` alone.
        exposure: by demand id; one without has had no answers and has room.
        k: how many to return.
        gamma: see `fair_scores`.
    """
    pool = list(candidates)
    had = [exposure.get(candidate.demand_id, Exposure()) for candidate in pool]
    scores = fair_scores(
        [candidate.score for candidate in pool],
        [each.connections for each in had],
        [np.inf if each.room is None else each.room for each in had],
        gamma=gamma,
    )
    ranked = sorted(
        (-score, candidate.distance_m, candidate.demand_id, position)
        for position, (score, candidate, each) in enumerate(zip(scores.tolist(), pool, had, strict=True))
        if each.room is None or each.room > 0
    )
    return [pool[position] for *_, position in ranked[: max(k, 0)]]
