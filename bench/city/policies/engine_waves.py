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
