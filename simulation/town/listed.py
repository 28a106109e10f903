"""Our engine with the list near by beside its questions."""

from dataclasses import replace

import numpy as np

from simulation.town.calendar import HOUR
from simulation.town.engine import Engine
from simulation.town.policy import WaveRules
from simulation.town.scoring import best_first


class EngineList(Engine):
    """Whoever feels like it looks at what is near by, the best fit first (`matching.candidates.near_me`).

    What is read there tires as what is read on a board does. The platform does not learn of it: who read a
    request may still be asked for it. To come forward counts as a question, as in `matching.models.Offer`.
    """

    key = "engine-list"
    title = "Samenkracht, list at once"
    how = (
        "asks in the same way from the start, and besides volunteers look at the list near by as often as "
        "others at the board, and read at most ten requests, the best fit first; each that is read counts as "
        "an ask"
    )
    board = True

    def shown(self, volunteer: int) -> list[int]:
        """Open requests the volunteer may do and has not decided about, the best first."""
        life = self.life
        wanted = np.fromiter(life.open, np.intp, len(life.open))
        able: list[int] = wanted[life.town.able[volunteer, wanted]].tolist()
        fresh = [
            each for each in able if volunteer not in life.asked[each] and volunteer not in life.read[each]
        ]
        if len(fresh) < 2:
            return fresh
        requests = np.array(fresh)
        found: list[int] = requests[best_first(life, np.array([volunteer]), requests)].tolist()
        return found


class ListFirst(EngineList):
    """The same where a centre has chosen that the list goes first (`DispatchPolicy.minutes_listed`)."""

    key = "list-first"
    title = "Samenkracht, list first"
    how = (
        "asks only after a request has hung on the list near by for thirteen waking hours, and sooner when "
        "help is needed today or tomorrow"
    )
    rules = replace(WaveRules(), list_first=13 * HOUR)
