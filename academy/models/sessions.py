"""Meetings of a course: who has a place, who waits, who was there, and how it was."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.models.courses import Course
from common import clock
from common.ids import new_id
from common.seating import Seat, SeatedEvent
from people.models import Centre, User
from places.models import MeetingPlace


class Session(SeatedEvent):
    """One meeting of a course, at a place or by video call."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="sessions")
    place = models.ForeignKey(
        MeetingPlace, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    room = models.CharField(max_length=80, blank=True)
    call_url = models.URLField(max_length=400, blank=True, help_text=_("Of the video call"))
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    notes = models.TextField(max_length=1000, blank=True, help_text=_("For who comes: what to bring"))
    created_at = models.DateTimeField(default=clock.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(SeatedEvent.Meta):
        constraints = [
            *SeatedEvent.Meta.constraints,
            models.CheckConstraint(
                condition=Q(place__isnull=False, call_url="") | Q(place=None, call_url__gt=""),
                name="session_at_a_place_or_by_call",
            ),
        ]

    @property
    def online(self) -> bool:
        """Whether it is a video call."""
        return self.place_id is None

    @property
    def is_closed(self) -> bool:
        """Whether attendance has been settled: who was there has done it."""
        return self.closed_at is not None


class Enrolment(Seat):
    """Someone's place at a session; it need not be a volunteer."""

    event = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="seats")
    holder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enrolments")
    reminded_at = models.DateTimeField(null=True, blank=True)


class Evaluation(models.Model):
    """What someone thought of a training. Trainers read it without a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="evaluations")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="evaluations")
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, null=True, blank=True, related_name="evaluations"
    )
    rating = models.PositiveSmallIntegerField(help_text=_("1 to 5"))
    usable = models.BooleanField(null=True, help_text=_("Whether they can use it in what they do"))
    words = models.TextField(max_length=600, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-at",)
        constraints = [
            models.UniqueConstraint(
                fields=["user", "session"], condition=Q(session__isnull=False), name="one_word_per_session"
            ),
            models.UniqueConstraint(
                fields=["user", "course"], condition=Q(session=None), name="one_word_per_online_course"
            ),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="rating_of_five"),
        ]

    def __str__(self) -> str:
        return str(self.id)
