"""The course of a reckoning: one at a time, looked after, gone on with after a break.

Who reckons proves by the number of the attempt that it is still theirs to do: once it was stopped, or given
to another because nothing was heard for too long, whatever they say is not written down any more.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from common import clock
from events.services import record
from simulation.enums import Failure, WhatIfState
from simulation.events import WhatIfEnded, WhatIfLookDue, WhatIfStarted
from simulation.models import WhatIf
from simulation.town.what_if import Lived

LOOK_EVERY = timedelta(minutes=1)
SILENCE = timedelta(minutes=3)
"""So long a town may take to live through. After that nobody is there any more."""
MOST_ATTEMPTS = 5


@transaction.atomic
def begin_next() -> WhatIf | None:
    """Let whoever waits longest begin, unless one is being reckoned; return it."""
    waiting = WhatIf.objects.filter(state=WhatIfState.WAITING).order_by("asked_at", "pk").first()
    if waiting is None:
        return None
    now, mine = clock.now(), WhatIf.objects.filter(pk=waiting.pk, state=WhatIfState.WAITING)
    try:
        with transaction.atomic():
            begun = mine.update(
                state=WhatIfState.RUNNING,
                attempt=F("attempt") + 1,
                started_at=waiting.started_at or now,
                heard_at=now,
            )
    except IntegrityError:  # one is being reckoned; when it ends this is called again
        return None
    if not begun:
        return None
    waiting.refresh_from_db()
    started = WhatIfStarted(what_if_id=waiting.pk, centre_id=waiting.centre_id, attempt=waiting.attempt)
    record(started)
    _plan_look(waiting, 1)
    return waiting


@transaction.atomic
def note_lived(what_if_id: UUID, attempt: int, lived: Lived) -> bool:
    """Keep one town that was lived through; return whether to go on."""
    what_if = _mine(what_if_id, attempt).select_for_update(of=("self",)).first()
    if what_if is None:
        return False
    what_if.lived = [*what_if.lived, list(lived)]
    what_if.heard_at = clock.now()
    what_if.save(update_fields=["lived", "heard_at"])
    return True


@transaction.atomic
def finish(what_if_id: UUID, attempt: int, needed: list[int | None]) -> bool:
    """Keep the answer; return whether it was still asked for."""
    return _end(what_if_id, attempt, WhatIfState.DONE, needed=needed)


@transaction.atomic
def fail(what_if_id: UUID, attempt: int, why: Failure) -> bool:
    """Give up; return whether it was still asked for."""
    return _end(what_if_id, attempt, WhatIfState.FAILED, failure=why)


@transaction.atomic
def look_after(event: WhatIfLookDue) -> None:
    """Look whether something was heard; after too long a silence another goes on from there, some times."""
    what_if = _mine(event.what_if_id, event.attempt).select_for_update(of=("self",)).first()
    if what_if is None:
        return
    now = clock.now()
    limit = timedelta(minutes=settings.WHAT_IF_MINUTES)
    if what_if.started_at is not None and now - what_if.started_at > limit + SILENCE:
        fail(what_if.pk, event.attempt, Failure.TOO_LONG)
    elif what_if.heard_at is not None and now - what_if.heard_at < SILENCE:
        _plan_look(what_if, event.look + 1)
    elif event.attempt >= MOST_ATTEMPTS:
        fail(what_if.pk, event.attempt, Failure.BROKE_OFF)
    else:
        _mine(what_if.pk, event.attempt).update(state=WhatIfState.WAITING)
        begin_next()


def _mine(what_if_id: UUID, attempt: int) -> QuerySet[WhatIf]:
    return WhatIf.objects.filter(pk=what_if_id, state=WhatIfState.RUNNING, attempt=attempt)


def _end(
    what_if_id: UUID,
    attempt: int,
    state: WhatIfState,
    *,
    needed: list[int | None] | None = None,
    failure: str = "",
) -> bool:
    what_if = _mine(what_if_id, attempt).first()
    rows = _mine(what_if_id, attempt).update(
        state=state, ended_at=clock.now(), needed=needed, failure=failure
    )
    if what_if is None or rows != 1:
        return False
    record(WhatIfEnded(what_if_id=what_if.pk, centre_id=what_if.centre_id, state=state))
    return True


def _plan_look(what_if: WhatIf, look: int) -> None:
    due = WhatIfLookDue(what_if_id=what_if.pk, attempt=what_if.attempt, look=look)
    key = f"simulation.look/{what_if.pk}/{what_if.attempt}/{look}"
    record(due, due_at=clock.now() + LOOK_EVERY, key=key)
