"""Shapes of students, placements, their hours, schools and classes in the API. No day of birth, no parent."""

from typing import Any

from django.utils.functional import cached_property
from rest_framework import serializers

from vacancies.enums import EntryState, PlacementState, StudentStage
from vacancies.models import (
    HourEntry,
    Placement,
    PlacementSpot,
    School,
    SchoolClass,
    SchoolContact,
    SchoolHoliday,
    Student,
)
from vacancies.queries.desk import desk_centres
from vacancies.queries.placements import progress_of


class StudentProgressSerializer(serializers.Serializer[Any]):
    """How far a student is."""

    student = serializers.UUIDField(source="student.pk")
    name = serializers.CharField(source="student.user.name")
    stage = serializers.ChoiceField(choices=StudentStage.choices)
    signed_hours = serializers.FloatField(source="signed")
    waiting_hours = serializers.FloatField(source="entered", help_text="Entered, and not signed yet.")
    hours_required = serializers.IntegerField(source="student.school_class.hours_required")
    percent = serializers.IntegerField()


class StudentSerializer(serializers.ModelSerializer[Student]):
    """Oneself as a student."""

    school_class = serializers.UUIDField(source="school_class_id", read_only=True)
    class_name = serializers.CharField(source="school_class.name", read_only=True)
    school_name = serializers.CharField(source="school_class.school.name", read_only=True)
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Student
        fields = ["id", "school_class", "class_name", "school_name", "joined_at", "completed_at", "progress"]
        read_only_fields = fields

    def get_progress(self, student: Student) -> StudentProgressSerializer:
        """Where it stands; one person is one student, so this is never a long list."""
        return StudentProgressSerializer(progress_of([student])[0]).data  # type: ignore[return-value]


class StudentJoinSerializer(serializers.Serializer[Any]):
    """The code of the class and the month of birth; under sixteen the address of a parent."""

    code = serializers.CharField(max_length=20)
    birth_year = serializers.IntegerField(min_value=1900, max_value=2100)
    birth_month = serializers.IntegerField(min_value=1, max_value=12)
    parent_email = serializers.EmailField(required=False, allow_blank=True, default="")


class AskParentSerializer(serializers.Serializer[Any]):
    """Whom to ask."""

    email = serializers.EmailField()


class OpenSpotSerializer(serializers.ModelSerializer[PlacementSpot]):
    """A place that a student can ask for."""

    vacancy = serializers.UUIDField(source="vacancy_id", read_only=True)
    title = serializers.CharField(source="vacancy.title", read_only=True)
    organisation_name = serializers.CharField(source="vacancy.organisation.name", read_only=True)

    class Meta:
        model = PlacementSpot
        fields = ["vacancy", "title", "organisation_name", "places", "taken"]
        read_only_fields = fields


class PlacementSpotSerializer(OpenSpotSerializer):
    """The same for who keeps it: with who signs."""

    class Meta(OpenSpotSerializer.Meta):
        fields = [*OpenSpotSerializer.Meta.fields, "supervisor_name", "supervisor_email", "open"]
        read_only_fields = fields


class KeepSpotSerializer(serializers.Serializer[Any]):
    """How many students at a time, and who signs their hours."""

    places = serializers.IntegerField(min_value=1, max_value=50)
    supervisor_name = serializers.CharField(max_length=80)
    supervisor_email = serializers.EmailField()
    open = serializers.BooleanField(source="is_open")


class PlacementSerializer(serializers.ModelSerializer[Placement]):
    """A placement, for the student and for who keeps the vacancy."""

    student = serializers.UUIDField(source="student_id", read_only=True)
    student_name = serializers.CharField(source="student.user.name", read_only=True)
    school_name = serializers.CharField(source="student.school_class.school.name", read_only=True)
    vacancy = serializers.UUIDField(source="spot_id", read_only=True)
    title = serializers.CharField(source="spot.vacancy.title", read_only=True)
    organisation_name = serializers.CharField(source="spot.vacancy.organisation.name", read_only=True)
    state = serializers.ChoiceField(choices=PlacementState.choices, read_only=True)
    motivation = serializers.CharField(read_only=True)

    class Meta:
        model = Placement
        fields = [
            "id",
            "student",
            "student_name",
            "school_name",
            "vacancy",
            "title",
            "organisation_name",
            "state",
            "motivation",
            "asked_at",
            "agreed_at",
            "ended_at",
        ]
        read_only_fields = fields


class AskPlacementSerializer(serializers.Serializer[Any]):
    """Where one would like to help, and why."""

    vacancy = serializers.UUIDField()
    motivation = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class PlacementHoursSerializer(serializers.ModelSerializer[HourEntry]):
    """Hours on one day, on the clock in the Netherlands."""

    placement = serializers.UUIDField(source="placement_id", read_only=True)
    student_name = serializers.CharField(source="placement.student.user.name", read_only=True)
    state = serializers.ChoiceField(choices=EntryState.choices, read_only=True)
    minutes = serializers.IntegerField(read_only=True, help_text="Of work, without the break.")

    class Meta:
        model = HourEntry
        fields = [
            "id",
            "placement",
            "student_name",
            "day",
            "begins",
            "ends",
            "pause",
            "minutes",
            "state",
            "entered_at",
            "answered_at",
            "signed_by",
        ]
        read_only_fields = fields


class PlacementHoursEntrySerializer(serializers.Serializer[Any]):
    """Hours that were worked, or are planned; ``pause`` in minutes."""

    placement = serializers.UUIDField()
    day = serializers.DateField()
    begins = serializers.TimeField()
    ends = serializers.TimeField()
    pause = serializers.IntegerField(min_value=0, max_value=239, default=0)


class PlacementHoursAnswerSerializer(serializers.Serializer[Any]):
    """Whether the hours are right."""

    right = serializers.BooleanField()


class SchoolHolidaySerializer(serializers.ModelSerializer[SchoolHoliday]):
    """A period without lessons."""

    class Meta:
        model = SchoolHoliday
        fields = ["id", "name", "starts_on", "ends_on"]


class HolidayChoiceSerializer(serializers.Serializer[Any]):
    """Which holiday of the school."""

    holiday = serializers.IntegerField()


class SchoolSerializer(serializers.ModelSerializer[School]):
    """A school; its code, with which teachers join, for the centre only."""

    centre = serializers.UUIDField(source="centre_id", read_only=True)
    code = serializers.SerializerMethodField(help_text="For teachers; empty for who is not of the centre.")
    holidays = SchoolHolidaySerializer(many=True, read_only=True)

    class Meta:
        model = School
        fields = ["id", "name", "centre", "code", "holidays"]
        read_only_fields = fields

    @cached_property
    def _centres(self) -> frozenset[Any]:
        return desk_centres(self.context["request"].user)

    def get_code(self, school: School) -> str:
        """A teacher gives no other teacher in."""
        return school.code if school.centre_id in self._centres else ""


class SchoolCreateSerializer(serializers.Serializer[Any]):
    """A school that takes part."""

    name = serializers.CharField(max_length=120)


class SchoolCodeSerializer(serializers.Serializer[Any]):
    """The code that the centre gave to the school."""

    code = serializers.CharField(max_length=20)


class SchoolContactSerializer(serializers.ModelSerializer[SchoolContact]):
    """A teacher of a school; sees nothing of it until the centre has confirmed."""

    school = serializers.UUIDField(source="school_id", read_only=True)
    school_name = serializers.CharField(source="school.name", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = SchoolContact
        fields = ["id", "school", "school_name", "name", "joined_at", "confirmed_at", "ended_at"]
        read_only_fields = fields


class SchoolClassSerializer(serializers.ModelSerializer[SchoolClass]):
    """A class, with the code for its students."""

    school = serializers.UUIDField(source="school_id", read_only=True)

    class Meta:
        model = SchoolClass
        fields = ["id", "school", "name", "code", "hours_required", "lesson_hours", "ends_on"]
        read_only_fields = fields


class SchoolClassChangeSerializer(serializers.Serializer[Any]):
    """How a class is from now on."""

    name = serializers.CharField(max_length=40)
    hours_required = serializers.IntegerField(min_value=1, max_value=200, default=30)
    lesson_hours = serializers.DecimalField(
        max_digits=3, decimal_places=1, min_value=0, max_value=9, default=6
    )
    ends_on = serializers.DateField()


class SchoolClassCreateSerializer(SchoolClassChangeSerializer):
    """A class that does placements."""

    school = serializers.UUIDField()
