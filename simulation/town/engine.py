"""Our own engine: the real index, filters and score, in waves."""

from typing import TYPE_CHECKING

from matching.engine import Demand, Screening, SupplyIndex, SupplyRow, day_number
from people.enums import HelpCategory
from simulation.town.calendar import MONDAY, date_of
from simulation.town.policy import Waves
from simulation.town.requests import ANY_DAY

if TYPE_CHECKING:
    from simulation.town.life import Life

_KINDS = [str(category) for category in HelpCategory]
_FIRST_DAY = day_number(MONDAY)


class Engine(Waves):
    """The platform as it runs: `matching.engine.SupplyIndex` and the waves of the dispatch."""

    key = "engine"
    title = "Samenkracht"
    how = (
        "asks the best by the engine's score, one at a time (three when it is for today), and replaces who "
        "refuses at once and who is silent for four waking hours (half an hour when it is for today)"
    )

    def begin(self, life: "Life") -> None:
        """Load the index."""
        super().begin(life)
        self._index = SupplyIndex()
        self._stale: set[int] = set()

    def changed(self, volunteer: int) -> None:
        """The row is read again before the next question."""
        self._stale.add(volunteer)

    def best(self, request: int, k: int) -> list[int]:
        """The best ``k`` of the index."""
        self._refresh()
        found = self._index.best(self.demand(request), k, today=date_of(self.life.today))
        return [int(candidate.volunteer_id) for candidate in found]

    def demand(self, request: int) -> Demand:
        """The request as the engine sees it."""
        life, r = self.life, self.life.requests
        category = int(r.category[request])
        on_day = int(r.on_day[request])
        return Demand(
            id=request,
            kind=_KINDS[category],
            latitude=float(r.latitude[request]),
            longitude=float(r.longitude[request]),
            category=category,
            required_skills=int(r.required_skills[request]),
            preferred_skills=int(r.preferred_skills[request]),
            dayparts=int(r.dayparts[request]),
            required_languages=int(r.languages[request]),
            screenings=frozenset(need for need in Screening if r.screenings[request] >> need & 1),
            date=0 if on_day == ANY_DAY else _FIRST_DAY + on_day,
            asked=frozenset(life.asked[request]),
            known=frozenset(life.known.get(int(r.resident[request]), ())),
            waiting_days=life.today - int(r.opened[request]) // (24 * 60),
        )

    def row(self, volunteer: int) -> SupplyRow:
        """The volunteer as the engine sees one."""
        life, h = self.life, self.life.helpers
        talk, references, conduct, vog, identity = h.screenings[:, volunteer].tolist()
        last = int(life.last_asked[volunteer])
        return SupplyRow(
            id=volunteer,
            latitude=float(h.latitude[volunteer]),
            longitude=float(h.longitude[volunteer]),
            reach_km=float(h.reach_km[volunteer]),
            skills=int(h.skills[volunteer]),
            dayparts=int(h.dayparts[volunteer]),
            languages=int(h.languages[volunteer]),
            screenings=(talk, references, conduct, vog, identity),
            asks=int(life.asks[volunteer]),
            asks_cap=int(h.asks_cap[volunteer]),
            running=int(life.running[volunteer]),
            running_cap=int(h.running_cap[volunteer]),
            last_asked=0 if last < 0 else _FIRST_DAY + last,
            tasks_done=int(life.tasks[volunteer]),
        )

    def _refresh(self) -> None:
        for volunteer in sorted(self._stale):
            if self.life.present[volunteer]:
                self._index.replace(self.row(volunteer))
            else:
                self._index.remove(volunteer)
        self._stale.clear()
