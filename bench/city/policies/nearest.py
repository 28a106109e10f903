"""Nearest first."""

import numpy as np
from numpy.typing import NDArray

from bench.city.policies.base import RankedWaves


class Nearest(RankedWaves):
    """Whoever lives nearest is asked first: what a map or a phone list does."""

    key = "nearest"
    title = "Nearest first"
    how = "asks in the same waves as ours, the nearest first"

    def scores(self, request: int, volunteers: NDArray[np.intp]) -> NDArray[np.float64]:
        """Minus the distance."""
        return -self.life.town.metres[volunteers, request].astype(np.float64)
