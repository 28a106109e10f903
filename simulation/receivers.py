"""When a what-if begins, is looked after, and makes room for the next. Thin."""

from events.models import EventRecord
from events.registry import after_handling, on
from simulation.events import WhatIfAsked, WhatIfEnded, WhatIfLookDue, WhatIfStarted
from simulation.services import begin_next, look_after
from simulation.services.process import hand_over


@on(WhatIfAsked, name="simulation.begin_asked")
def begin_asked(event: WhatIfAsked, record: EventRecord) -> None:
    """Something is to be reckoned: now, or after what is being reckoned."""
    begin_next()


@on(WhatIfEnded, name="simulation.begin_following")
def begin_following(event: WhatIfEnded, record: EventRecord) -> None:
    """There is room for the next."""
    begin_next()


@on(WhatIfStarted, name="simulation.reckon")
def reckon(event: WhatIfStarted, record: EventRecord) -> None:
    """It is its turn: a process of its own reckons, once this is written down."""
    after_handling(lambda: hand_over(event.what_if_id, event.attempt))


@on(WhatIfLookDue, name="simulation.look_after")
def look(event: WhatIfLookDue, record: EventRecord) -> None:
    """A minute has passed: is it still being reckoned?"""
    look_after(event)
