"""The fixed vocabularies of a what-if, and which steps there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WhatIfState(models.TextChoices):
    """How far the reckoning is."""

    WAITING = "waiting", _("Waits for its turn")
    RUNNING = "running", _("Is being reckoned")
    DONE = "done", _("Reckoned")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Did not succeed")


UNDER_WAY = frozenset({WhatIfState.WAITING, WhatIfState.RUNNING})
# Back to waiting: what reckoned it is gone, and it goes on from where it was.
TRANSITIONS: dict[WhatIfState, frozenset[WhatIfState]] = {
    WhatIfState.WAITING: frozenset({WhatIfState.RUNNING, WhatIfState.STOPPED}),
    WhatIfState.RUNNING: frozenset(
        {WhatIfState.WAITING, WhatIfState.DONE, WhatIfState.STOPPED, WhatIfState.FAILED}
    ),
    WhatIfState.DONE: frozenset(),
    WhatIfState.STOPPED: frozenset(),
    WhatIfState.FAILED: frozenset(),
}


class Outcome(models.TextChoices):
    """What came out."""

    ENOUGH = "enough", _("Nobody more is needed")
    MORE = "more", _("So many more reach the goal")
    NEVER = "never", _("More volunteers alone do not reach the goal")
    TOO_FEW = "too_few", _("There are too few requests to say anything")


class Failure(models.TextChoices):
    """Why there is no outcome."""

    TOO_LONG = "too_long", _("It took longer than a reckoning may take.")
    BROKE_OFF = "broke_off", _("The reckoning broke off.")
