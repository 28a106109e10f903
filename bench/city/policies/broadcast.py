"""Random fifty, three rounds half an hour apart."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from simulation.town.calendar import end_of_quiet
from simulation.town.life import QUIET_FROM, QUIET_UNTIL
from simulation.town.policy import Policy

if TYPE_CHECKING:
    from simulation.town.life import Life

FIFTY = 50
ROUNDS = 3
APART = 30
"""Minutes."""


class Broadcast(Policy):
    """Fifty people at a time by chance; when after half an hour nobody has come, fifty more, three times."""

    key = "broadcast"
    title = "Random fifty"
    how = "asks fifty by chance, and fifty more each half hour that nobody has come, three rounds in all"
    keeps_to_caps = False

    def begin(self, life: "Life") -> None:
        """The town wakes up."""
        super().begin(life)
        self._random = np.random.default_rng([life.town.seed, 8])
        self._rounds: Counter[int] = Counter()

    def opened(self, request: int) -> None:
        """The first fifty."""
        self.woken(request)

    def woken(self, request: int) -> None:
        """Fifty more, in waking hours."""
        life = self.life
        awake = end_of_quiet(life.now, QUIET_FROM, QUIET_UNTIL)
        if awake > life.now:
            life.wake(awake, request)
            return
        volunteers = life.can_help(request)
        for volunteer in self._random.permutation(volunteers)[:FIFTY].tolist():
            life.ask(request, volunteer)
        self._rounds[request] += 1
        if self._rounds[request] < ROUNDS:
            life.wake(life.now + APART, request)
