"""How people in the simulated town behave: every number with its unit and where it comes from.

Nothing here knows a policy. The levels were set so that answers and leaving lie in the published ranges,
with leaving over too many asks kept low, which favours those who ask many. Where no published figure was
found the number is an assumption and says so; the comparison between policies is the result, not the level.

An ask is one volunteer having to decide about one request, whether it came as a question or was read on a
board.

Sources
- MR: V. Manshadi, S. Rodilitz, "Online Policies for Efficient Volunteer Crowdsourcing", Management Science
  68(9) 2022, doi:10.1287/mnsc.2021.4220: a notified volunteer is inactive for a random time and ignores
  what comes meanwhile; an active one says yes with a probability of the pair; about 30% of volunteers are
  gone a year later.
- KH: M. Khalemsky and others, "Predictive Dispatch of Volunteer First Responders", JMIR mHealth 11 2023
  e41551, doi:10.2196/41551: volunteers answer 17% to 47% of alerts.
- KO: F. Kooti and others, "Evolution of Conversations in the Age of Email Overload", WWW 2015: half of the
  replies come within about an hour, 90% within a day.
- GA: Gallup, as told to volunteer organisations: who is asked is over four times as likely to come forward.
- BY: G. Barron, E. Yechiam, "Private e-mail requests and the diffusion of responsibility", Computers in
  Human Behavior 18(5) 2002, as retold: nearly two thirds answer a request for help to them alone, just over
  half the same request to five at once, which is 0.6 of the odds. C. Blair and others, Basic and Applied
  Social Psychology 27(2) 2005, find the same direction with up to 50.
- HO: Hoplr (blog.hoplr.com, "buurtzorg"): of the requests on a neighbourhood board a neighbour solves 58%.
  Our board fills more with all odds that were tried, so that it is not made worse than boards are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The parameters. "Logit" is the logarithm of the odds of a yes."""

    # --- Saying yes, when asked and not resting
    willingness: float = 0.4
    """Mean logit at no distance with a perfect fit: in waves 18% to 29% of the asks are a yes, inside KH."""
    spread: float = 0.7
    """Standard deviation between volunteers, logit (assumption)."""
    per_km: float = -0.25
    """Logit per km (assumption: at 2.8 km the odds are half those next door)."""
    without_preferred: float = -0.8
    """Logit when none of the preferred skills is there; in proportion (assumption)."""
    busy: float = -0.8
    """Logit when almost none of the asked dayparts suits; in proportion (assumption)."""
    known: float = 0.6
    """Logit when the two have met before and it went well (assumption)."""
    tired: float = -0.5
    """Logit once asked more often in 30 days than the volunteer said to want (assumption; direction MR's)."""
    # --- Answering
    says_no: float = 0.6
    """Share of those who do not come who say so; the others stay silent (assumption)."""
    delay_median: float = 60.0
    """Minutes until an answer, half of the answers (KO)."""
    delay_sigma: float = 2.48
    """Of the logarithm of the delay: puts nine in ten within a day (KO)."""
    # --- Resting
    return_rate: float = 0.2
    """Chance per day that who read an ask is ready for another: geometric rest (MR), 5 days on average."""
    # --- Leaving
    annoyed: float = 0.0001
    """Chance to leave per ask that comes while still resting (assumption)."""
    overasked: float = 0.0005
    """Chance to leave per ask above what the volunteer said to want in 30 days (assumption)."""
    idle_after: int = 60
    """Days without a task after which a volunteer may lose interest (assumption)."""
    idle_leaves: float = 0.002
    """Chance per idle day to leave. With `moves_away` a fifth to half are gone in a year, by policy; MR's 30%
    lies between."""
    newcomer_idle_after: int = 21
    """The same since joining, for who has not done a first task yet (assumption)."""
    moves_away: float = 0.0003
    """Chance per day to leave for a reason of one's own, 10% a year; the same people under every policy."""
    # --- A board
    browsing: float = 0.25
    """Odds of a yes to what is read on a board, as a share of the odds when asked in person: 0.25 by GA, 0.6
    by BY for a message to five. For more no source was found; at 1 a board is as good as a question."""
    read_at_most: int = 10
    """Requests that one looks at before closing the board (assumption)."""
    # --- Residents
    patience: float = 14.0
    """Mean days that a resident without a fixed day waits, at least two; then withdraws (assumption)."""
    went_well: float = 0.9
    """Share of tasks after which the two would gladly meet again (assumption)."""


def chance_of_yes(logits: Floats | float) -> Floats:
    """Return the probabilities that belong to logits."""
    chances: Floats = 1 / (1 + np.exp(-np.asarray(logits, np.float64)))
    return chances
