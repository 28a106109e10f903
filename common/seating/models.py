"""The two abstract tables: something at a set time, and the place that someone has or wants."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from common import clock
from common.ids import new_id
from common.seating.states import HOLDING, CancelledBy, SeatState

CHECK_IN_OPENS = timedelta(hours=2)
CHECK_IN_CLOSES = timedelta(hours=24)
CODE_CLOSES = timedelta(hours=1)
"""After the end, for who scans on the way out. A code that leaves the room should not work for long."""


class SeatedEvent(models.Model):
    """Something at a set time with a number of places. ``taken`` counts the people who hold one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="%(app_label)s_%(class)s_never_overbooked"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="%(app_label)s_%(class)s_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def free(self) -> int:
        """How many places are free."""
        return max(0, self.capacity - self.taken)

    @property
    def is_open(self) -> bool:
        """Whether people can sign up: it has not begun and goes on."""
        return self.cancelled_at is None and clock.now() < self.starts_at

    @property
    def takes_check_ins(self) -> bool:
        """Whether now is the time to check in."""
        opens, closes = self.starts_at - CHECK_IN_OPENS, self.ends_at + CHECK_IN_CLOSES
        return self.cancelled_at is None and opens <= clock.now() < closes

    @property
    def code_until(self) -> datetime:
        """Until when the code at the door works; the list can be ticked for longer (``takes_check_ins``)."""
        return self.ends_at + CODE_CLOSES

    @property
    def hours(self) -> float:
        """How long it lasts."""
        return (self.ends_at - self.starts_at).total_seconds() / 3600


class Seat(models.Model):
    """One place, or the wish for one, of one person; of a group the one who signed it up (``size`` people).

    The subclass has the foreign keys ``event`` and ``holder``. ``position`` orders the waiting list.
    """

    event: Any
    event_id: UUID
    holder: Any
    holder_id: UUID
    objects: ClassVar[Any]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=10, choices=SeatState.choices, default=SeatState.CONFIRMED)
    size = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=9, choices=CancelledBy.choices, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["event", "holder"],
                condition=Q(state__in=["waitlisted", "confirmed", "attended", "no_show"]),
                name="%(app_label)s_%(class)s_one_each",
            ),
            models.UniqueConstraint(
                fields=["event", "position"],
                condition=Q(state="waitlisted"),
                name="%(app_label)s_%(class)s_one_per_position",
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="%(app_label)s_%(class)s_of_someone"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def waits(self) -> bool:
        """Whether it is on the waiting list."""
        return self.state == SeatState.WAITLISTED

    @property
    def holds(self) -> bool:
        """Whether it is counted among the places taken."""
        return self.state in HOLDING
