"""Shapes of safe working in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common import clock
from people.enums import HelpCategory, Role
from safeguarding.enums import (
    EVERYONE,
    DecisionOutcome,
    DecisionReason,
    DecisionState,
    Requirement,
    ScreeningState,
)
from safeguarding.models import FreeVog, Screening, ScreeningDecision

RECORDABLE = [
    (state.value, state.label)
    for state in (ScreeningState.REQUIRED, ScreeningState.IN_PROGRESS, ScreeningState.VALID)
]


class ScreeningSerializer(serializers.ModelSerializer[Screening]):
    """One step of the screening of one volunteer."""

    volunteer = serializers.UUIDField(source="volunteer_id", read_only=True)
    requirement = serializers.ChoiceField(choices=Requirement.choices, read_only=True)
    state = serializers.SerializerMethodField(help_text="Today: expiring and expired follow from the day.")
    seen_by = serializers.UUIDField(source="seen_by_id", read_only=True, allow_null=True)

    class Meta:
        model = Screening
        fields = [
            "id",
            "volunteer",
            "requirement",
            "state",
            "requested_on",
            "started_on",
            "number",
            "seen_on",
            "seen_by",
            "valid_until",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=ScreeningState.choices))
    def get_state(self, screening: Screening) -> str:
        """Where it stands today."""
        return screening.standing(clock.today())


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


class AskScreeningSerializer(serializers.Serializer[Any]):
    """Whom to ask for which step."""

    volunteer = serializers.UUIDField()
    requirement = serializers.ChoiceField(choices=Requirement.choices)


class RequirementsSerializer(serializers.Serializer[Any]):
    """What a centre asks for one kind of help; ``category`` empty: of every volunteer, whatever they do."""

    centre = serializers.UUIDField()
    category = serializers.ChoiceField(
        choices=[(EVERYONE, EVERYONE), *HelpCategory.choices], allow_blank=True
    )
    requirements = serializers.ListField(child=serializers.ChoiceField(choices=Requirement.choices))


class FreeVogSerializer(serializers.ModelSerializer[FreeVog]):
    """Whether certificates are free of charge, and the facts that decide it."""

    centre = serializers.UUIDField(source="centre_id", read_only=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)
    eligible = serializers.BooleanField(read_only=True)
    recorded_by = serializers.UUIDField(source="recorded_by_id", read_only=True, allow_null=True)

    class Meta:
        model = FreeVog
        fields = [
            "centre",
            "organisation",
            "eligible",
            "with_vulnerable_people",
            "not_for_profit",
            "integrity_policy",
            "recorded_on",
            "recorded_by",
        ]
        read_only_fields = fields


class RecordFreeVogSerializer(serializers.Serializer[Any]):
    """The facts of the scheme for free certificates."""

    centre = serializers.UUIDField()
    organisation = serializers.UUIDField(allow_null=True, default=None, help_text="Null: the centre itself.")
    with_vulnerable_people = serializers.BooleanField()
    not_for_profit = serializers.BooleanField()
    integrity_policy = serializers.BooleanField()


class DecisionSerializer(serializers.ModelSerializer[ScreeningDecision]):
    """What was proposed about one step, and what came of it."""

    volunteer = serializers.UUIDField(source="screening.volunteer_id", read_only=True)
    requirement = serializers.ChoiceField(
        source="screening.requirement", choices=Requirement.choices, read_only=True
    )
    outcome = serializers.ChoiceField(choices=DecisionOutcome.choices, read_only=True)
    reason = serializers.ChoiceField(choices=DecisionReason.choices, read_only=True)
    state = serializers.ChoiceField(choices=DecisionState.choices, read_only=True)
    proposed_by = serializers.UUIDField(source="proposed_by_id", read_only=True, allow_null=True)
    proposed_as = serializers.ChoiceField(choices=Role.choices, read_only=True)
    answered_by = serializers.UUIDField(source="answered_by_id", read_only=True, allow_null=True)

    class Meta:
        model = ScreeningDecision
        fields = [
            "id",
            "volunteer",
            "requirement",
            "outcome",
            "reason",
            "state",
            "proposed_by",
            "proposed_as",
            "proposed_at",
            "answered_by",
            "answered_at",
        ]
        read_only_fields = fields


class ProposeSerializer(serializers.Serializer[Any]):
    """What one of the two roles proposes."""

    volunteer = serializers.UUIDField()
    requirement = serializers.ChoiceField(choices=Requirement.choices)
    outcome = serializers.ChoiceField(choices=DecisionOutcome.choices)
    reason = serializers.ChoiceField(choices=DecisionReason.choices)
