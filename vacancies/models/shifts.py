"""Dates of a vacancy on which people are needed, who comes, and who asks another to come instead."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.ids import new_id
from common.seating import Seat, SeatedEvent
from people.models import Volunteer
from vacancies.enums import SwapState
from vacancies.models.vacancies import Vacancy


class Shift(SeatedEvent):
    """One date of a vacancy, with a number of places. Shifts made by one rule share ``series``."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="shifts")
    series = models.UUIDField(null=True, blank=True, db_index=True)
    note = models.CharField(max_length=200, blank=True, help_text="Where to report, what to wear")
    moved = models.PositiveSmallIntegerField(default=0, help_text="How often it was moved: numbers timers")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(SeatedEvent.Meta):
        ordering = ("starts_at", "id")
        indexes = [models.Index(fields=["vacancy", "starts_at"], name="shift_vacancy")]


class ShiftSeat(Seat):
    """A volunteer's place on a shift, or the wish for one."""

    event = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="seats")
    holder = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="shift_seats")

    class Meta(Seat.Meta):
        indexes = [models.Index(fields=["holder", "state"], name="shift_seat_holder")]


class SwapOffer(models.Model):
    """A volunteer asks the others of the same vacancy to take a shift over. At most one open per place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seat = models.ForeignKey(ShiftSeat, on_delete=models.CASCADE, related_name="swaps")
    state = models.CharField(max_length=9, choices=SwapState.choices, default=SwapState.OPEN)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    taken_by = models.ForeignKey(
        Volunteer, on_delete=models.SET_NULL, null=True, blank=True, related_name="swaps_taken"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(state="open"), name="one_open_swap_per_seat")
        ]

    def __str__(self) -> str:
        return str(self.id)
