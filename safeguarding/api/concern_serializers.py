"""Shapes of concerns in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from safeguarding.enums import ConcernState, ConcernSubject, Danger, NoteKind, Party, ReadVia
from safeguarding.models import Concern, ConcernNote, ConcernRead
from safeguarding.services.concerns import LONGEST_ABOUT, LONGEST_NAME, LONGEST_STORY

STEPS = [(state.value, state.label) for state in ConcernState if state != ConcernState.REPORTED]


class ReportSerializer(serializers.Serializer[Any]):
    """A concern. Only the story is needed; a name is not."""

    story = serializers.CharField(max_length=LONGEST_STORY)
    subject = serializers.ChoiceField(choices=ConcernSubject.choices, default=ConcernSubject.OTHER)
    danger = serializers.ChoiceField(choices=Danger.choices, default=Danger.UNSURE)
    about = serializers.CharField(max_length=LONGEST_ABOUT, allow_blank=True, default="")
    postcode = serializers.CharField(max_length=10, allow_blank=True, default="")
    name = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")
    email = serializers.CharField(max_length=254, allow_blank=True, default="")
    centre = serializers.UUIDField(allow_null=True, default=None, help_text="Left out: by the postcode.")
    submission_key = serializers.UUIDField(
        allow_null=True, default=None, help_text="Your own; sending it again reports nothing new."
    )


class ReferenceSerializer(serializers.ModelSerializer[Concern]):
    """What who reports hears back."""

    class Meta:
        model = Concern
        fields = ["reference"]
        read_only_fields = fields


class ConcernSerializer(serializers.ModelSerializer[Concern]):
    """A concern without what was told."""

    state = serializers.ChoiceField(choices=ConcernState.choices, read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    coordinator = serializers.UUIDField(source="coordinator_id", read_only=True, allow_null=True)

    class Meta:
        model = Concern
        fields = ["id", "centre", "reference", "state", "urgent", "coordinator", "reported_at", "closed_at"]
        read_only_fields = fields


class ToldSerializer(serializers.Serializer[Any]):
    """What was told."""

    subject = serializers.ChoiceField(choices=ConcernSubject.choices)
    danger = serializers.ChoiceField(choices=Danger.choices)
    about = serializers.CharField()
    story = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    postcode = serializers.CharField()
    help_request = serializers.CharField(help_text="Id of the request that the reporter was looking at.")


class LineSerializer(serializers.ModelSerializer[ConcernNote]):
    """One line of the step record."""

    kind = serializers.ChoiceField(choices=NoteKind.choices, read_only=True)
    state = serializers.ChoiceField(choices=ConcernState.choices, read_only=True)
    party = serializers.ChoiceField(choices=[("", ""), *Party.choices], read_only=True)
    to = serializers.UUIDField(source="to_id", read_only=True, allow_null=True)
    by = serializers.UUIDField(source="by_id", read_only=True)

    class Meta:
        model = ConcernNote
        fields = ["kind", "state", "text", "party", "consent", "to", "by", "at"]
        read_only_fields = fields


class ToldConcernSerializer(ConcernSerializer):
    """A concern with what was told and its step record."""

    told = ToldSerializer(read_only=True)
    lines = serializers.SerializerMethodField()

    class Meta(ConcernSerializer.Meta):
        fields = [*ConcernSerializer.Meta.fields, "told", "lines"]
        read_only_fields = fields

    @extend_schema_field(LineSerializer(many=True))
    def get_lines(self, concern: Concern) -> Any:
        """In the order of writing."""
        return LineSerializer(concern.notes.all(), many=True).data


class StepSerializer(serializers.Serializer[Any]):
    """The next state."""

    state = serializers.ChoiceField(choices=STEPS)
    text = serializers.CharField(max_length=LONGEST_STORY, allow_blank=True, default="")


class NoteSerializer(serializers.Serializer[Any]):
    """A line for the step record."""

    text = serializers.CharField(max_length=LONGEST_STORY)


class EntrustSerializer(serializers.Serializer[Any]):
    """Who reads along."""

    coordinator = serializers.UUIDField(allow_null=True, help_text="The account of a coordinator.")


class HandOverSerializer(serializers.Serializer[Any]):
    """To whom, and whether the person it is about agrees."""

    party = serializers.ChoiceField(choices=Party.choices)
    consent = serializers.BooleanField()
    text = serializers.CharField(max_length=LONGEST_STORY, allow_blank=True, default="")


class ReadSerializer(serializers.ModelSerializer[ConcernRead]):
    """Someone was shown what a concern says."""

    concern = serializers.UUIDField(source="concern_id", read_only=True)
    reader = serializers.UUIDField(source="reader_id", read_only=True)
    via = serializers.ChoiceField(choices=ReadVia.choices, read_only=True)

    class Meta:
        model = ConcernRead
        fields = ["concern", "reader", "via", "at"]
        read_only_fields = fields
