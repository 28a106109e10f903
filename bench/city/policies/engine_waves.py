"""Our engine in wider waves."""

from bench.city.calendar import HOUR
from bench.city.policies.base import WaveRules
from bench.city.policies.engine import Engine

_DEFAULT = WaveRules.of_platform()


class EngineWaves(Engine):
    """The same engine with the wave size and deadlines that a centre starts with."""

    key = "engine-waves"
    title = "Samenkracht, waves"
    how = (
        f"is the same engine with the waves a centre starts with: {_DEFAULT.size} at a time, with up to "
        f"{_DEFAULT.later // HOUR} waking hours to answer"
    )
    rules = _DEFAULT

    def best(self, request: int, k: int) -> list[int]:
        """The best, and the last place for a newcomer when none is asked yet (`matching.services.waves`)."""
        found = super().best(request, k)
        tasks = self.life.tasks
        new_already = any(not tasks[each] for each in (*found, *self.life.waiting[request]))
        if self.rules.size == 1 or len(found) < k or new_already:
            return found
        everyone = super().best(request, len(tasks))
        newcomer = next((each for each in everyone if not tasks[each]), None)
        return found if newcomer is None else [*found[:-1], newcomer]
