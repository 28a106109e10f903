"""Nobody is expected in two places: what claims a person's time, whoever knows of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model

from common.seating.errors import Overlaps


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of someone's time; ``besides`` is the event that does not count as something else."""

    starts_at: datetime
    ends_at: datetime
    besides: UUID | None = None


Busy = Callable[[UUID, Span], str | None]
Everybody = Callable[[Span], Iterable[UUID]]
_busy: dict[str, Busy] = {}
_everybody: dict[str, Everybody] = {}


def claims_time(name: str, busy: Busy, everybody: Everybody) -> None:
    """Register ``busy(user_id, span)``: what keeps this person busy then, in a few words, or ``None``.

    ``everybody(span)`` gives the accounts of all for whom ``busy`` has words, in one query.
    Every ``SeatBook`` registers itself. An app above (matching, with its agreements) registers its own from
    its ``apps.py``, so that the apps below know nothing of it.
    """
    _busy[name] = busy
    _everybody[name] = everybody


def busy_with(user_id: UUID, span: Span) -> str | None:
    """Return in words what keeps someone busy in a span of time, or ``None``."""
    return next((what for busy in _busy.values() if (what := busy(user_id, span))), None)


def busy_people(span: Span) -> set[UUID]:
    """Return the accounts of everybody who is expected somewhere in a span of time; a query per register."""
    return {user_id for everybody in _everybody.values() for user_id in everybody(span)}


def require_time(user_id: UUID, span: Span) -> None:
    """Let nobody be expected in two places. Two promises of one person at once wait for each other here.

    Raises:
        Overlaps: the person has something else then; it names what.
    """
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk=user_id).values_list("pk"))
    what = busy_with(user_id, span)
    if what:
        raise Overlaps(what)
