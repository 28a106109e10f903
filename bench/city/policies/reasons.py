"""A score of reasons: what someone has shown before."""

import numpy as np
from numpy.typing import NDArray

from bench.city.policies.base import RankedWaves

EXACT_SKILL, SAME_KIND = 0.8, 1.0
ACTIVE_90, ACTIVE_180 = 0.35, 0.15
EVENTS = ((10, 0.3), (5, 0.2), (1, 0.1))


class Reasons(RankedWaves):
    """Points for the exact skill, the same kind of help before, being active lately and having done much."""

    key = "reasons"
    title = "Reasons score"
    how = (
        "asks in the same waves as ours by exact skill 0.8, same kind before 1.0, active in 90 or 180 days "
        "0.35 or 0.15, and 10, 5 or 1 tasks done 0.3, 0.2 or 0.1"
    )

    def scores(self, request: int, volunteers: NDArray[np.intp]) -> NDArray[np.float64]:
        """The sum of the reasons."""
        life, r = self.life, self.life.requests
        wished = int(r.required_skills[request] | r.preferred_skills[request])
        exact = (life.helpers.skills[volunteers] & wished) == wished
        same = life.kinds_done[volunteers] >> int(r.category[request]) & 1
        done = life.tasks[volunteers]
        days = np.where(done > 0, life.today - life.last_task[volunteers], 10_000)
        active = np.where(days <= 90, ACTIVE_90, np.where(days <= 180, ACTIVE_180, 0.0))
        events = np.select([done >= least for least, _ in EVENTS], [points for _, points in EVENTS], 0.0)
        scores: NDArray[np.float64] = EXACT_SKILL * exact + SAME_KIND * same + active + events
        return scores
