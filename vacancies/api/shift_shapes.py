"""Shapes of shifts, places on them and questions to take one over in the API."""

from typing import Any

from rest_framework import serializers

from common.seating import CancelledBy, SeatState
from vacancies.enums import Repeat, SwapState
from vacancies.models import Shift, ShiftSeat, SwapOffer
from vacancies.services import SHIFTS


class ShiftSerializer(serializers.ModelSerializer[Shift]):
    """A date of a vacancy."""

    vacancy = serializers.UUIDField(source="vacancy_id", read_only=True)
    title = serializers.CharField(source="vacancy.title", read_only=True)
    organisation = serializers.UUIDField(source="vacancy.organisation_id", read_only=True)
    series = serializers.UUIDField(read_only=True, allow_null=True, help_text="Shared by dates of one rule.")
    free = serializers.IntegerField(read_only=True, help_text="Places that are free.")

    class Meta:
        model = Shift
        fields = [
            "id",
            "vacancy",
            "title",
            "organisation",
            "series",
            "starts_at",
            "ends_at",
            "capacity",
            "taken",
            "free",
            "note",
            "cancelled_at",
        ]
        read_only_fields = fields


class ShiftSeatSerializer(serializers.ModelSerializer[ShiftSeat]):
    """A volunteer's place on a shift, or the wish for one."""

    shift = serializers.UUIDField(source="event_id", read_only=True)
    volunteer = serializers.UUIDField(source="holder_id", read_only=True)
    starts_at = serializers.DateTimeField(source="event.starts_at", read_only=True)
    state = serializers.ChoiceField(choices=SeatState.choices, read_only=True)
    cancelled_by = serializers.ChoiceField(choices=CancelledBy.choices, read_only=True, allow_blank=True)
    place_in_line = serializers.SerializerMethodField(
        help_text="On the waiting list: 1 is next. Null for who is not on it."
    )

    class Meta:
        model = ShiftSeat
        fields = [
            "id",
            "shift",
            "volunteer",
            "starts_at",
            "state",
            "place_in_line",
            "asked_at",
            "checked_in_at",
            "cancelled_by",
        ]
        read_only_fields = fields

    def get_place_in_line(self, seat: ShiftSeat) -> int | None:
        """The place on the waiting list; a list brings it along."""
        found: int | None = seat.line if hasattr(seat, "line") else SHIFTS.place_in_line(seat)
        return found


class ShiftSwapSerializer(serializers.ModelSerializer[SwapOffer]):
    """A question of another volunteer to take a shift over; without who asks."""

    shift = serializers.UUIDField(source="seat.event_id", read_only=True)
    starts_at = serializers.DateTimeField(source="seat.event.starts_at", read_only=True)
    state = serializers.ChoiceField(choices=SwapState.choices, read_only=True)

    class Meta:
        model = SwapOffer
        fields = ["id", "shift", "starts_at", "state", "asked_at"]
        read_only_fields = fields


class ShiftMomentSerializer(serializers.Serializer[Any]):
    """A day and two times on the clock in the Netherlands; an earlier end is on the next day."""

    day = serializers.DateField()
    begins = serializers.TimeField()
    ends = serializers.TimeField()


class PlanShiftsSerializer(ShiftMomentSerializer):
    """One date, or a series by a rule."""

    vacancy = serializers.UUIDField()
    capacity = serializers.IntegerField(min_value=1, max_value=500)
    repeat = serializers.ChoiceField(choices=Repeat.choices, default=Repeat.ONCE)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ChangeShiftSerializer(serializers.Serializer[Any]):
    """The number of places and the note."""

    capacity = serializers.IntegerField(min_value=1, max_value=500)
    note = serializers.CharField(max_length=200, allow_blank=True)


class CallOffShiftSerializer(serializers.Serializer[Any]):
    """Whether the later dates of the series go too."""

    series = serializers.BooleanField(default=False)
