"""The waves of those who rank by a number of their own."""

from abc import abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.town.policy import Waves

if TYPE_CHECKING:
    from simulation.town.life import Life


class RankedWaves(Waves):
    """Waves in the order of a number per volunteer; ties are broken by chance, anew for each request."""

    def begin(self, life: "Life") -> None:
        """The town wakes up."""
        super().begin(life)
        self._chance = np.random.default_rng([life.town.seed, 7]).random((97, len(life.helpers)))

    @abstractmethod
    def scores(self, request: int, volunteers: NDArray[np.intp]) -> NDArray[np.float64]:
        """A number per volunteer; the highest is asked first."""

    def best(self, request: int, k: int) -> list[int]:
        """The first ``k`` by score."""
        volunteers = self.life.can_help(request)
        ties = self._chance[request % len(self._chance), volunteers]
        order = np.lexsort((ties, -self.scores(request, volunteers)))
        found: list[int] = volunteers[order[:k]].tolist()
        return found
