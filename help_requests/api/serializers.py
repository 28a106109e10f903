"""Shapes of help requests in the API."""

from typing import Any

from rest_framework import serializers

from academy.models import Course
from common import clock
from help_requests.enums import (
    Partner,
    RequestKind,
    RequestState,
    Rhythm,
    UnsuitableReason,
    Urgency,
    usual_minutes,
)
from help_requests.models import HelpRequest
from help_requests.queries import urgency
from help_requests.services import LONGEST_SUMMARY
from people.enums import ALL_DAYPARTS, HelpCategory, Language, MaskChoices, Skill

LONGEST_TEXT = 2000
LONGEST_NOTE = 1000
LONGEST_DESTINATION = 200
MOST_HELPERS = 8
RHYTHM_HELP = "Of a series; empty for once and for a buddy."
DAYPARTS_HELP = "21 bits, weekday * 3 + part: Monday = 0; morning 0, afternoon 1, evening 2."


class HelpRequestSerializer(serializers.ModelSerializer[HelpRequest]):
    """A request as the resident's side and the centre's desk see it. Volunteers have offers instead."""

    state = serializers.ChoiceField(choices=RequestState.choices, read_only=True)
    kind = serializers.ChoiceField(choices=RequestKind.choices, read_only=True)
    rhythm = serializers.ChoiceField(
        choices=Rhythm.choices, allow_blank=True, read_only=True, help_text=RHYTHM_HELP
    )
    category = serializers.ChoiceField(choices=HelpCategory.choices, read_only=True)
    resident = serializers.UUIDField(source="resident_id", read_only=True)
    resident_name = serializers.CharField(source="resident.name", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    district = serializers.SerializerMethodField()
    urgency = serializers.SerializerMethodField()
    dayparts = serializers.IntegerField(read_only=True, help_text=DAYPARTS_HELP)
    required_skills = serializers.SerializerMethodField()
    preferred_skills = serializers.SerializerMethodField()
    required_languages = serializers.SerializerMethodField()
    required_courses: Any = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True, help_text="Besides what the centre asks for the category."
    )

    class Meta:
        model = HelpRequest
        fields = [
            "id",
            "state",
            "kind",
            "category",
            "resident",
            "resident_name",
            "centre",
            "district",
            "description",
            "summary",
            "destination",
            "urgent",
            "urgency",
            "rhythm",
            "until_date",
            "on_date",
            "start_time",
            "dayparts",
            "duration_minutes",
            "helpers_needed",
            "required_skills",
            "preferred_skills",
            "required_languages",
            "required_courses",
            "adults_only",
            "note_to_resident",
            "unsuitable_reason",
            "partner",
            "created_at",
            "submitted_at",
            "opened_at",
            "matched_at",
            "done_at",
            "ended_at",
        ]
        read_only_fields = fields

    def get_district(self, request: HelpRequest) -> str:
        """The name of the neighbourhood."""
        return request.district.name if request.district else ""

    def get_urgency(self, request: HelpRequest) -> Urgency:
        """How soon help is needed."""
        return urgency(request, clock.today())

    def get_required_skills(self, request: HelpRequest) -> list[Skill]:
        """Keys of the skills that a helper must have."""
        return [Skill(skill) for skill in Skill.from_mask(request.required_skills)]

    def get_preferred_skills(self, request: HelpRequest) -> list[Skill]:
        """Keys of the skills that would be nice."""
        return [Skill(skill) for skill in Skill.from_mask(request.preferred_skills)]

    def get_required_languages(self, request: HelpRequest) -> list[Language]:
        """Keys of languages, one of which a helper must speak; empty: any."""
        return [Language(language) for language in Language.from_mask(request.required_languages)]


class KindSerializer(serializers.Serializer[Any]):
    """How often help is needed. Help that goes on has dayparts, and no day or time of its own."""

    kind = serializers.ChoiceField(choices=RequestKind.choices, required=False)
    rhythm = serializers.ChoiceField(
        choices=Rhythm.choices, allow_blank=True, required=False, help_text=RHYTHM_HELP
    )
    until_date = serializers.DateField(
        allow_null=True, required=False, help_text="Last day of help that goes on; null: no end yet."
    )


class DetailsSerializer(KindSerializer):
    """What a resident tells about the help; every field may be left out of a change."""

    category = serializers.ChoiceField(choices=HelpCategory.choices)
    description = serializers.CharField(max_length=LONGEST_TEXT)
    destination = serializers.CharField(max_length=LONGEST_DESTINATION, allow_blank=True, required=False)
    on_date = serializers.DateField(allow_null=True, required=False)
    start_time = serializers.TimeField(allow_null=True, required=False)
    dayparts = serializers.IntegerField(
        min_value=0, max_value=ALL_DAYPARTS, required=False, help_text=DAYPARTS_HELP
    )
    duration_minutes = serializers.IntegerField(min_value=5, max_value=24 * 60, required=False)


class CreateSerializer(DetailsSerializer):
    """A new draft, for oneself or for a resident one may act for."""

    resident = serializers.UUIDField(
        required=False, help_text="Whose request; left out: the signed-in resident's own."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fill in how long help of this kind usually takes."""
        return {"duration_minutes": usual_minutes(attrs["category"])} | attrs


class ApprovalSerializer(KindSerializer):
    """What a coordinator sets on approval; what is left out stays as the resident told it."""

    summary = serializers.CharField(
        max_length=LONGEST_SUMMARY, help_text="What volunteers read before agreement; no personal data."
    )
    category = serializers.ChoiceField(choices=HelpCategory.choices, required=False)
    destination = serializers.CharField(max_length=LONGEST_DESTINATION, allow_blank=True, required=False)
    on_date = serializers.DateField(allow_null=True, required=False)
    start_time = serializers.TimeField(allow_null=True, required=False)
    dayparts = serializers.IntegerField(
        min_value=0, max_value=ALL_DAYPARTS, required=False, help_text=DAYPARTS_HELP
    )
    duration_minutes = serializers.IntegerField(min_value=5, max_value=24 * 60, required=False)
    helpers_needed = serializers.IntegerField(min_value=1, max_value=MOST_HELPERS, required=False)
    required_skills = serializers.MultipleChoiceField(choices=Skill.choices, required=False)
    preferred_skills = serializers.MultipleChoiceField(choices=Skill.choices, required=False)
    required_languages = serializers.MultipleChoiceField(choices=Language.choices, required=False)
    adults_only = serializers.BooleanField(required=False)
    required_courses = serializers.PrimaryKeyRelatedField(
        queryset=Course.objects.filter(retired_at=None), many=True, required=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Turn lists of keys into masks."""
        members: dict[str, type[MaskChoices]] = {
            "required_skills": Skill,
            "preferred_skills": Skill,
            "required_languages": Language,
        }
        masks = {name: members[name].to_mask(attrs[name]) for name in members.keys() & attrs.keys()}
        return attrs | masks


class CoursesSerializer(serializers.Serializer[Any]):
    """The trainings asked of whoever helps, instead of those that were asked before."""

    courses = serializers.PrimaryKeyRelatedField(queryset=Course.objects.filter(retired_at=None), many=True)


class SendBackSerializer(serializers.Serializer[Any]):
    """A question to the resident."""

    note = serializers.CharField(max_length=LONGEST_NOTE)


class ReferSerializer(serializers.Serializer[Any]):
    """A hand-over, with the resident's consent."""

    partner = serializers.ChoiceField(choices=Partner.choices)
    consent = serializers.BooleanField(help_text="The resident agrees.")
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, required=False)


class UnsuitableSerializer(serializers.Serializer[Any]):
    """A refusal, with a reason and a word to the resident."""

    reason = serializers.ChoiceField(choices=UnsuitableReason.choices)
    note = serializers.CharField(max_length=LONGEST_NOTE)
