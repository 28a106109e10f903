"""The order of the public bank. The app above, which knows volunteers and fairness, fills this in.

``rank_with(function)`` is called once, by the ``apps.py`` of whoever ranks. Without it: what was searched for
comes first, then the newest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vacancies.queries.shelf import Columns


@dataclass(frozen=True)
class Fit:
    """How well vacancies fit one reader."""

    score: NDArray[np.float64]
    """Per vacancy of the columns asked about; higher comes first."""
    reasons: Callable[[int], list[str]]
    """Plain sentences of why, for the vacancy at a position of the columns."""


class Ranker(Protocol):
    """Scores vacancies for a reader; ``user`` may be nobody."""

    def __call__(
        self, user: Any, columns: Columns, chosen: NDArray[np.int64], relevance: NDArray[np.float64]
    ) -> Fit:
        """Return the fit of the vacancies at the positions ``chosen``.

        ``relevance``: of each of these to the words searched for; 1 where nothing was searched.
        """
        ...


def newest_first(
    user: Any, columns: Columns, chosen: NDArray[np.int64], relevance: NDArray[np.float64]
) -> Fit:
    """By the words searched for; the columns are in order of date already."""
    return Fit(relevance, lambda position: [])


_ranker: list[Ranker] = [newest_first]


def rank_with(ranker: Ranker) -> None:
    """Let ``ranker`` decide what comes first from now on."""
    _ranker[0] = ranker


def fit_of(user: Any, columns: Columns, chosen: NDArray[np.int64], relevance: NDArray[np.float64]) -> Fit:
    """Return how well the vacancies at these positions fit the reader."""
    return _ranker[0](user, columns, chosen, relevance)
