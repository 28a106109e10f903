"""Shapes of safe working in the API."""

from typing import Any

from rest_framework import serializers

from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening

RECORDABLE = [
    (state.value, state.label)
    for state in (ScreeningState.REQUIRED, ScreeningState.IN_PROGRESS, ScreeningState.VALID)
]


class ScreeningSerializer(serializers.ModelSerializer[Screening]):
    """One step of the screening of one volunteer."""

    volunteer = serializers.UUIDField(source="volunteer_id", read_only=True)
    requirement = serializers.ChoiceField(choices=Requirement.choices, read_only=True)
    state = serializers.ChoiceField(
        choices=ScreeningState.choices,
        read_only=True,
        help_text="As recorded; compare validUntil with today.",
    )
    seen_by = serializers.UUIDField(source="seen_by_id", read_only=True, allow_null=True)

    class Meta:
        model = Screening
        fields = ["id", "volunteer", "requirement", "state", "number", "seen_on", "seen_by", "valid_until"]
        read_only_fields = fields


class RecordScreeningSerializer(serializers.Serializer[Any]):
    """Where one step stands from now on."""

    volunteer = serializers.UUIDField()
    requirement = serializers.ChoiceField(choices=Requirement.choices)
    state = serializers.ChoiceField(choices=RECORDABLE, default=ScreeningState.VALID)
    number = serializers.CharField(max_length=40, allow_blank=True, default="", help_text="Of a VOG.")
    seen_on = serializers.DateField(allow_null=True, default=None, help_text="Left out: today.")
    valid_until = serializers.DateField(
        allow_null=True, default=None, help_text="The last valid day; null: no end."
    )
