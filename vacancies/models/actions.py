"""One-day actions such as NLdoet: an organisation, a day, tasks with places, people alone and in groups."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.ids import new_id
from common.seating import Seat, SeatedEvent
from people.models import Centre, Organisation, User
from vacancies.enums import ActionState


class Action(models.Model):
    """A job that an organisation wants done on one day by whoever comes. Public once it is published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="actions")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="actions")
    state = models.CharField(max_length=9, choices=ActionState.choices, default=ActionState.DRAFT)
    campaign = models.CharField(max_length=40, blank=True, help_text="Such as NLdoet 2026")
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=2000)
    on_date = models.DateField()
    place = models.CharField(max_length=120)
    bring = models.CharField(max_length=300, blank=True, help_text="What people bring and wear")
    provided = models.CharField(max_length=300, blank=True, help_text="What the organisation sees to")
    review_note = models.CharField(max_length=500, blank=True)
    report = models.TextField(max_length=2000, blank=True)
    people_came = models.PositiveSmallIntegerField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("on_date", "title", "id")
        indexes = [models.Index(fields=["state", "on_date"], name="action_state_day")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="reported") | Q(reported_at__isnull=False), name="action_report_has_moment"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def has_been(self) -> bool:
        """Whether the last of its tasks has ended: then it can be told of, and not called off any more."""
        ends = [task.ends_at for task in self.tasks.all()]
        return bool(ends) and max(ends) <= clock.now()

    @property
    def code_until(self) -> datetime | None:
        """Until when the code at the door works: that of the last task. ``None`` without tasks."""
        running = (task for task in self.tasks.all() if task.cancelled_at is None)
        return max((task.code_until for task in running), default=None)


class ActionTask(SeatedEvent):
    """One task of an action, with its hours and places."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=80)

    class Meta(SeatedEvent.Meta):
        ordering = ("starts_at", "title", "id")


class TaskSeat(Seat):
    """Someone's place at a task; a group has one seat of its size, of whoever signed it up."""

    event = models.ForeignKey(ActionTask, on_delete=models.CASCADE, related_name="seats")
    holder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="task_seats")
    group_name = models.CharField(max_length=80, blank=True)
    came = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many of the group were there"
    )

    class Meta(Seat.Meta):
        indexes = [models.Index(fields=["holder", "state"], name="task_seat_holder")]
