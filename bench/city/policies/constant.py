"""A ranking with constant weights."""

import numpy as np
from numpy.typing import NDArray

from bench.city.policies.base import RankedWaves

SKILL, THEME, BASE, NEAR = 1.0, 1.5, 0.5, 0.001


class ConstantWeights(RankedWaves):
    """Points for matching skills and theme, a base for everyone, and next to nothing for living near."""

    key = "constant"
    title = "Constant weights"
    how = (
        "asks in the same waves as ours by skill 1.0, theme 1.5, base 0.5 and a flag of 0.001 for living in "
        "the same neighbourhood"
    )

    def scores(self, request: int, volunteers: NDArray[np.intp]) -> NDArray[np.float64]:
        """The theme is the kind of help, which all who may be asked want to give."""
        r, h = self.life.requests, self.life.helpers
        wished = int(r.required_skills[request] | r.preferred_skills[request])
        skills = np.bitwise_count(h.skills[volunteers] & wished)
        near = h.place[volunteers] == r.place[request]
        scores: NDArray[np.float64] = SKILL * skills + THEME + BASE + NEAR * near
        return scores
