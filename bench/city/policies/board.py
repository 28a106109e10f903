"""First come, first served on a board."""

import numpy as np

from simulation.town.policy import Policy


class Board(Policy):
    """Requests hang on a board; volunteers come to look when they feel like it and take what they like."""

    key = "board"
    title = "First come board"
    how = (
        "asks nobody: volunteers look when they feel like it, read at most ten requests that they can do, "
        "newest first, and take the first that appeals; each that is read counts as an ask"
    )
    board = True
    keeps_to_caps = False

    def opened(self, request: int) -> None:
        """It hangs there."""

    def shown(self, volunteer: int) -> list[int]:
        """Open requests the volunteer may do and has not read before, newest first."""
        life = self.life
        wanted = np.fromiter(reversed(life.open), np.intp, len(life.open))
        can: list[int] = wanted[life.town.able[volunteer, wanted]].tolist()
        return [request for request in can if volunteer not in life.read[request]]
