"""What a course consists of: versions with steps of five minutes, and where each learner is in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from academy.enums import StepKind, VersionState
from academy.models.courses import Course
from common import clock
from common.ids import new_id

# A text in several languages, by code: {"nl": "Hallo", "en": "Hello"}. Dutch is always there.
Texts = dict[str, str]


def _readers() -> str:
    return (get_language() or "nl").split("-")[0]


class CourseVersion(models.Model):
    """The lessons of a course as they are, were or will be: whoever began with one finishes with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["course"], condition=Q(state="draft"), name="one_draft_per_course"
            ),
            models.UniqueConstraint(
                fields=["course"], condition=Q(state="published"), name="one_published_version"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Step(models.Model):
    """One screen of a lesson: a text, a film with its transcript, or a question.

    ``choices`` of a question: ``[{"key": "a", "text": Texts, "right": bool, "why": Texts}, …]``; at least one
    is right, and each says kindly why it is or is not. The body is markdown.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(help_text=_("From 1"))
    kind = models.CharField(max_length=8, choices=StepKind.choices, default=StepKind.TEXT)
    minutes = models.PositiveSmallIntegerField(default=5, help_text=_("How long it takes, about"))
    title = models.JSONField(default=dict)
    body = models.JSONField(default=dict, blank=True)
    film = models.CharField(
        max_length=400, blank=True, help_text=_("Address of the film: https://…, or a file of this site: /…")
    )
    transcript = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_step_per_position"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=60), name="step_takes_at_most_an_hour"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def words(self, texts: Texts) -> str:
        """The text in the language of the reader; in the one it has where that is missing."""
        return texts.get(self.language, "") or texts.get("nl", "")

    @property
    def language(self) -> str:
        """The language the reader gets this step in: for the page's ``lang``, so that it is read out well."""
        wanted = _readers()
        return wanted if self.title.get(wanted) else "nl"

    @property
    def is_foreign(self) -> bool:
        """Whether the reader gets it in Dutch because it is not there in their own language."""
        return self.language != _readers()


class Learning(models.Model):
    """Someone does the lessons of one version of a course; it need not be a volunteer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="learnings")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="learnings")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="learnings")
    started_at = models.DateTimeField(default=clock.now, editable=False)
    seen_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True, help_text=_("When the last step was done"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"], condition=Q(finished_at=None), name="one_running_learning"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class StepDone(models.Model):
    """A learner has done a step; of a question they have found a right answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="done")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text=_("When the learner did it, which may be before we heard of it"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning", "step"], name="one_step_done")]

    def __str__(self) -> str:
        return str(self.id)
