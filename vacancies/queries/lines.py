"""Places on a waiting list, for many rows in one query."""

from typing import Any, TypeVar

from django.db.models import Count, OuterRef, QuerySet, Subquery

from common.seating import Seat, SeatState

S = TypeVar("S", bound=Seat)


def with_line(seats: QuerySet[S]) -> QuerySet[S]:
    """Add ``line``: the place on the waiting list, 1 for the first; ``None`` for who is not on it."""
    before = seats.model._default_manager.filter(
        event=OuterRef("event"), state=SeatState.WAITLISTED, position__lte=OuterRef("position")
    )
    counted = before.order_by().values("event").annotate(number=Count("pk")).values("number")
    annotated: Any = seats.annotate(line=Subquery(counted))
    found: QuerySet[S] = annotated
    return found
