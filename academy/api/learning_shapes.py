"""Shapes of lessons, meetings and certificates in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from academy.enums import StepKind
from academy.models import (
    ArticlePicture,
    Certificate,
    CourseVersion,
    Enrolment,
    Evaluation,
    Learning,
    LessonPicture,
    Session,
    Step,
)
from academy.queries import hint_of
from academy.services.pictures import LONGEST_ALT
from common.seating import CancelledBy, SeatState
from people.models import User
from places.models import MeetingPlace


class AnswerSerializer(serializers.Serializer[Any]):
    """One answer of a question."""

    key = serializers.CharField()
    text = serializers.CharField()


class StepSerializer(serializers.ModelSerializer[Step]):
    """One step, in the language of the request."""

    kind = serializers.ChoiceField(choices=StepKind.choices, read_only=True)
    title = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField(help_text="Markdown")
    transcript = serializers.SerializerMethodField(help_text="Markdown; what is said in the film")
    answers = serializers.SerializerMethodField()
    language = serializers.CharField(read_only=True)

    class Meta:
        model = Step
        fields = [
            "id",
            "position",
            "kind",
            "minutes",
            "language",
            "title",
            "body",
            "film",
            "transcript",
            "answers",
        ]
        read_only_fields = fields

    def get_title(self, step: Step) -> str:
        """Of the step."""
        return step.words(step.title)

    def get_body(self, step: Step) -> str:
        """The text."""
        return step.words(step.body)

    def get_transcript(self, step: Step) -> str:
        """The words of the film."""
        return step.words(step.transcript)

    @extend_schema_field(AnswerSerializer(many=True))
    def get_answers(self, step: Step) -> list[dict[str, str]]:
        """Without which is right: the server says that, kindly."""
        return [{"key": each["key"], "text": step.words(each["text"])} for each in step.choices]


class LearningSerializer(serializers.ModelSerializer[Learning]):
    """Someone's lessons of one course."""

    course = serializers.UUIDField(source="course_id", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    steps = StepSerializer(source="version.steps", many=True, read_only=True)
    done = serializers.SerializerMethodField(help_text="Ids of the steps that are done.")

    class Meta:
        model = Learning
        fields = ["id", "course", "version", "started_at", "finished_at", "steps", "done"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_done(self, learning: Learning) -> list[str]:
        """In the order in which they were done."""
        return [str(each.step_id) for each in learning.done.all()]


class ProgressSerializer(serializers.Serializer[Any]):
    """A step that was done."""

    step = serializers.UUIDField()
    choice = serializers.CharField(default="", allow_blank=True, max_length=8, help_text="Of a question.")
    at = serializers.DateTimeField(default=None, allow_null=True, help_text="When; left out: now.")


class FeedbackSerializer(serializers.Serializer[Any]):
    """What came of it."""

    done = serializers.BooleanField(help_text="False: the answer is not right yet; try again.")
    why = serializers.CharField(help_text="What to say of the answer.")
    finished_at = serializers.DateTimeField(source="learning.finished_at", allow_null=True)


class SessionSerializer(serializers.ModelSerializer[Session]):
    """One meeting."""

    course = serializers.UUIDField(source="course_id", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    place = serializers.CharField(source="place.name", default=None, allow_null=True, read_only=True)
    trainer = serializers.CharField(source="trainer.name", default=None, allow_null=True, read_only=True)
    free = serializers.IntegerField(read_only=True)
    online = serializers.BooleanField(read_only=True)

    class Meta:
        model = Session
        fields = [
            "id",
            "course",
            "centre",
            "starts_at",
            "ends_at",
            "place",
            "room",
            "online",
            "trainer",
            "capacity",
            "free",
            "notes",
            "cancelled_at",
            "closed_at",
        ]
        read_only_fields = fields


class MeetingPlaceSerializer(serializers.ModelSerializer[MeetingPlace]):
    """A place where people can meet."""

    district = serializers.CharField(source="district.name", read_only=True)

    class Meta:
        model = MeetingPlace
        fields = ["id", "name", "address", "district"]
        read_only_fields = fields


class MeetingSerializer(serializers.Serializer[Any]):
    """When and where a meeting is: at a place, or by video call."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    capacity = serializers.IntegerField(min_value=1, max_value=500)
    place = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=2**63 - 1,
        help_text="One of the places to meet; null: by video call.",
    )
    room = serializers.CharField(default="", allow_blank=True, max_length=80)
    call_url = serializers.URLField(
        default="", allow_blank=True, max_length=400, help_text="Of the video call; without a place."
    )
    trainer = serializers.UUIDField(default=None, allow_null=True)
    notes = serializers.CharField(default="", allow_blank=True, max_length=1000)


class PlanMeetingSerializer(MeetingSerializer):
    """A meeting to plan."""

    course = serializers.UUIDField()
    centre = serializers.UUIDField()


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    """Someone's place at a meeting."""

    session = serializers.UUIDField(source="event_id", read_only=True)
    holder = serializers.UUIDField(source="holder_id", read_only=True)
    name = serializers.CharField(source="holder.name", read_only=True)
    state = serializers.ChoiceField(choices=SeatState.choices, read_only=True)
    cancelled_by = serializers.ChoiceField(choices=CancelledBy.choices, read_only=True, allow_blank=True)

    class Meta:
        model = Enrolment
        fields = ["id", "session", "holder", "name", "state", "asked_at", "checked_in_at", "cancelled_by"]
        read_only_fields = fields


class NameSerializer(serializers.Serializer[Any]):
    """Whom one looks for."""

    name = serializers.CharField(
        max_length=100, help_text="A name or the beginning of one, or a whole e-mail address."
    )


class PersonFoundSerializer(serializers.Serializer[Any]):
    """Somebody who may be meant."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    hint = serializers.SerializerMethodField(help_text="What tells two of one name apart.")

    def get_hint(self, person: User) -> str:
        """The first letter and the host of the address."""
        return hint_of(person)


class PeopleFoundSerializer(serializers.Serializer[Any]):
    """Who was found, at most eight."""

    people = PersonFoundSerializer(many=True)
    near = serializers.BooleanField(help_text="Nobody has exactly this name: these differ by a typing error.")
    more = serializers.BooleanField(help_text="There are more: give more of the name.")


class PersonSerializer(serializers.Serializer[Any]):
    """Whom to put on the list."""

    person = serializers.UUIDField(help_text="An id of ``find``.")


class CodeSerializer(serializers.Serializer[Any]):
    """What the code at the door says."""

    code = serializers.CharField(max_length=200)
    join = serializers.BooleanField(default=False, help_text="Take a free place when one has none.")


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """Proof that someone has done a course."""

    user = serializers.UUIDField(source="user_id", read_only=True)
    course = serializers.UUIDField(source="course_id", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)

    class Meta:
        model = Certificate
        fields = ["id", "user", "course", "centre", "issued_on", "valid_until", "revoked_at"]
        read_only_fields = fields


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    """What one said."""

    course = serializers.UUIDField(source="course_id", read_only=True)
    session = serializers.UUIDField(source="session_id", read_only=True, allow_null=True)

    class Meta:
        model = Evaluation
        fields = ["id", "course", "session", "rating", "usable", "words", "at"]
        read_only_fields = fields


class SayEvaluationSerializer(serializers.Serializer[Any]):
    """What one thought of a training, or of one meeting."""

    course = serializers.UUIDField()
    session = serializers.UUIDField(default=None, allow_null=True)
    rating = serializers.IntegerField(min_value=1, max_value=5)
    usable = serializers.BooleanField(default=None, allow_null=True)
    words = serializers.CharField(default="", allow_blank=True, max_length=600)


class AnswerTextsSerializer(serializers.Serializer[Any]):
    """One answer of a question, per language."""

    key = serializers.CharField(max_length=8)
    text = serializers.DictField(child=serializers.CharField(max_length=300))
    right = serializers.BooleanField()
    why = serializers.DictField(child=serializers.CharField(max_length=600))


class WriteStepSerializer(serializers.Serializer[Any]):
    """One step to write, per language: ``{"nl": "…", "en": "…"}``."""

    kind = serializers.ChoiceField(choices=StepKind.choices)
    minutes = serializers.IntegerField(min_value=1, max_value=60, default=5)
    title = serializers.DictField(child=serializers.CharField(max_length=120))
    body = serializers.DictField(
        child=serializers.CharField(max_length=12_000, allow_blank=True), default=dict
    )
    film = serializers.CharField(max_length=400, default="", allow_blank=True)
    transcript = serializers.DictField(
        child=serializers.CharField(max_length=12_000, allow_blank=True), default=dict
    )
    choices = AnswerTextsSerializer(many=True, default=list)


class AddPictureSerializer(serializers.Serializer[Any]):
    """A picture for a lesson or an article."""

    picture = serializers.FileField(help_text="JPEG, PNG or WebP, at most 15 MB.")
    alt = serializers.CharField(
        allow_blank=True,
        default="",
        max_length=LONGEST_ALT,
        help_text="What it shows; it cannot be left out.",
    )


class ArticlePictureSerializer(serializers.ModelSerializer[Any]):
    """A picture as it was kept."""

    address = serializers.CharField(read_only=True, help_text="Where it is.")
    markdown = serializers.CharField(read_only=True, default="", help_text="The line that shows it.")

    class Meta:
        model = ArticlePicture
        fields = ["id", "address", "kind", "width", "height", "markdown"]
        read_only_fields = fields


class LessonPictureSerializer(ArticlePictureSerializer):
    """The same of a lesson."""

    course = serializers.UUIDField(source="course_id", read_only=True)

    class Meta(ArticlePictureSerializer.Meta):
        model: Any = LessonPicture
        fields = ["id", "course", "address", "kind", "width", "height", "markdown"]
        read_only_fields = fields


class WriteStepsSerializer(serializers.Serializer[Any]):
    """All steps of a draft, in order."""

    steps = WriteStepSerializer(many=True, max_length=60)  # type: ignore[call-arg]  # of the list of them


class CourseVersionSerializer(serializers.ModelSerializer[CourseVersion]):
    """One version of the lessons of a course."""

    course = serializers.UUIDField(source="course_id", read_only=True)
    steps = StepSerializer(many=True, read_only=True)

    class Meta:
        model = CourseVersion
        fields = ["id", "course", "number", "state", "published_at", "steps"]
        read_only_fields = fields
