"""Shapes of courses, completions and invitations in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from academy.enums import Audience, InvitationState, Theme, TrainedRole
from academy.models import CategoryRequirement, Completion, Course, CourseInvitation, RoleRequirement
from people.enums import HelpCategory


class CourseSerializer(serializers.ModelSerializer[Course]):
    """A training, in the language of the request."""

    title = serializers.CharField(read_only=True)
    summary = serializers.CharField(read_only=True)
    valid_months = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="How long a completion holds; null: for ever."
    )

    theme = serializers.ChoiceField(choices=Theme.choices, read_only=True)
    audiences = serializers.SerializerMethodField()
    prerequisites: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Course
        fields = [
            "id",
            "slug",
            "title",
            "summary",
            "theme",
            "audiences",
            "prerequisites",
            "needs_session",
            "valid_months",
            "published",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Audience.choices)))
    def get_audiences(self, course: Course) -> list[str]:
        """For whom it is meant."""
        return [each.value for each in course.meant_for]


class CompletionSerializer(serializers.ModelSerializer[Completion]):
    """One volunteer has done one course."""

    volunteer = serializers.UUIDField(source="volunteer_id", read_only=True)
    course = serializers.UUIDField(source="course_id", read_only=True)
    valid_until = serializers.DateField(
        read_only=True, allow_null=True, help_text="The last valid day; null: no end."
    )

    class Meta:
        model = Completion
        fields = ["id", "volunteer", "course", "completed_on", "valid_until", "recorded_at", "revoked_at"]
        read_only_fields = fields


class CompleteSerializer(serializers.Serializer[Any]):
    """What a volunteer has done, here or elsewhere."""

    volunteer = serializers.UUIDField()
    course = serializers.UUIDField()
    completed_on = serializers.DateField(allow_null=True, default=None, help_text="Left out: today.")


class InvitationSerializer(serializers.ModelSerializer[CourseInvitation]):
    """A volunteer is invited to a course."""

    volunteer = serializers.UUIDField(source="volunteer_id", read_only=True)
    course = serializers.UUIDField(source="course_id", read_only=True)
    state = serializers.ChoiceField(choices=InvitationState.choices, read_only=True)

    class Meta:
        model = CourseInvitation
        fields = ["id", "volunteer", "course", "state", "at", "answered_at"]
        read_only_fields = fields


class InviteSerializer(serializers.Serializer[Any]):
    """Whom to invite to what."""

    volunteer = serializers.UUIDField()
    course = serializers.UUIDField()


class CourseRequirementSerializer(serializers.ModelSerializer[CategoryRequirement]):
    """A centre asks a course of whoever gives a kind of help."""

    centre = serializers.UUIDField(source="centre_id", read_only=True)
    category = serializers.ChoiceField(choices=HelpCategory.choices, read_only=True)
    course = serializers.UUIDField(source="course_id", read_only=True)

    class Meta:
        model = CategoryRequirement
        fields = ["centre", "category", "course"]
        read_only_fields = fields


class RoleRequirementSerializer(serializers.ModelSerializer[RoleRequirement]):
    """A centre asks a course of everybody who has a role."""

    centre = serializers.UUIDField(source="centre_id", read_only=True)
    role = serializers.ChoiceField(choices=TrainedRole.choices, read_only=True)
    course = serializers.UUIDField(source="course_id", read_only=True)

    class Meta:
        model = RoleRequirement
        fields = ["centre", "role", "course"]
        read_only_fields = fields


class RequireForSerializer(serializers.Serializer[Any]):
    """What asks for the course in a centre, instead of what did before."""

    centre = serializers.UUIDField()
    categories = serializers.ListField(
        child=serializers.ChoiceField(choices=HelpCategory.choices), max_length=len(HelpCategory)
    )
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=TrainedRole.choices),
        max_length=len(TrainedRole),
        required=False,
        help_text="Left out: the roles that ask for it stay as they are.",
    )
