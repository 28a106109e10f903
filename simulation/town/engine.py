"""Our own engine: its filters and score, in waves."""

import numpy as np

from simulation.town.policy import Waves
from simulation.town.scoring import best_first


class Engine(Waves):
    """The choice of `matching.engine` (see `scoring`) and the waves of the dispatch, without a list."""

    key = "engine"
    title = "Samenkracht, questions only"
    how = (
        "asks the best by the engine's score, one at a time (three when it is for today), and replaces who "
        "refuses at once and who is silent for four waking hours (half an hour when it is for today)"
    )

    def best(self, request: int, k: int) -> list[int]:
        """The best ``k`` of those who pass every hard filter."""
        volunteers = self.life.can_help(request)
        order = best_first(self.life, volunteers, np.array([request]))
        found: list[int] = volunteers[order[:k]].tolist()
        return found
