"""Our engine in wider waves."""

from dataclasses import replace

from simulation.town.calendar import DAY
from simulation.town.engine import Engine
from simulation.town.policy import WaveRules


class EngineWaves(Engine):
    """The same engine with waves of three and a day to answer: why the platform does not start like that."""

    key = "engine-waves"
    title = "Samenkracht, waves of 3"
    how = "is the same engine with three at a time, and up to a waking day to answer"
    rules = replace(WaveRules(), size=3, later=DAY)

    def best(self, request: int, k: int) -> list[int]:
        """The best, and the last place for a newcomer when none is asked yet (`matching.services.waves`)."""
        found = super().best(request, k)
        tasks = self.life.tasks
        new_already = any(not tasks[each] for each in (*found, *self.life.waiting[request]))
        if len(found) < k or new_already:
            return found
        everyone = super().best(request, len(tasks))
        newcomer = next((each for each in everyone if not tasks[each]), None)
        return found if newcomer is None else [*found[:-1], newcomer]
