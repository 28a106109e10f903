"""Our engine with the list near by beside its questions, as the platform runs."""

from dataclasses import replace
from typing import TYPE_CHECKING

from matching.engine import NO_CAP, Demand, DemandIndex
from simulation.town.calendar import date_of
from simulation.town.engine import Engine

if TYPE_CHECKING:
    from simulation.town.life import Life


class EngineList(Engine):
    """Whoever feels like it looks at what is near by, the best fit first (`matching.candidates.near_me`).

    What was read counts as an ask, as on the board: for the measures, for their limit, and for our score.
    """

    key = "engine-list"
    title = "Samenkracht, with list"
    how = (
        "asks in the same way, and besides volunteers look at the list near by as often as others at the "
        "board, and read at most ten requests, the best fit first; each that is read counts as an ask"
    )
    board = True

    def begin(self, life: "Life") -> None:
        """Hang out the list."""
        super().begin(life)
        self._list, self._listed_on = DemandIndex(), -1

    def opened(self, request: int) -> None:
        """It is on the list at once."""
        self._list.replace(self._wanted(request))
        super().opened(request)

    def shown(self, volunteer: int) -> list[int]:
        """Open requests the volunteer may do and has not decided about, the best first."""
        life = self.life
        if self._listed_on != life.today:  # another day of waiting, and some are gone
            self._list = DemandIndex.from_demands(map(self._wanted, life.open))
            self._listed_on = life.today
        row = replace(self.row(volunteer), asks_cap=NO_CAP)
        best = self._list.best(row, len(self._list), today=date_of(life.today))
        found = [int(candidate.demand_id) for candidate in best]
        return [each for each in found if each in life.open and volunteer not in life.asked[each]]

    def _wanted(self, request: int) -> Demand:
        return replace(self.demand(request), asked=frozenset())
