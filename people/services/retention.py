"""Deleting what is kept no longer, a term per purpose, and saying how much."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from common import clock
from people.models import DeletionRun
from people.rights import Term, terms

# One round holds the database no longer than the worker's lease; what is left follows at once.
MOST = 100


@transaction.atomic
def delete_what_is_due() -> bool:
    """Delete at most ``MOST`` of every kind whose term is over; return whether there may be more."""
    more = False
    for term in terms():
        count = term.delete(since(term), MOST)
        if count:
            DeletionRun.objects.create(purpose=term.purpose, days=days_of(term), count=count)
        more |= count >= MOST
    return more


def what_is_due() -> list[tuple[Term, int]]:
    """Return how many of every kind would go now. Changes nothing."""
    return [(term, term.due(since(term))) for term in terms()]


def days_of(term: Term) -> int:
    """The term in days as it is set; 0 where each thing carries its own."""
    return int(getattr(settings, term.setting)) if term.setting else 0


def since(term: Term) -> datetime:
    """Before which moment things of this kind are kept no longer."""
    return clock.now() - timedelta(days=days_of(term))
