"""Shapes of one-day actions, their tasks and the places at them in the API."""

from typing import Any

from rest_framework import serializers

from common.seating import CancelledBy, SeatState
from common.small_figures import shown
from vacancies.enums import ActionState
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.queries.actions import keeps
from vacancies.services import TASKS


class ActionTaskSerializer(serializers.ModelSerializer[ActionTask]):
    """A task of an action, with its hours and places."""

    action = serializers.UUIDField(source="action_id", read_only=True)
    free = serializers.IntegerField(read_only=True, help_text="Places that are free.")

    class Meta:
        model = ActionTask
        fields = [
            "id",
            "action",
            "title",
            "starts_at",
            "ends_at",
            "capacity",
            "taken",
            "free",
            "cancelled_at",
        ]
        read_only_fields = fields


class ActionSerializer(serializers.ModelSerializer[Action]):
    """A job for one day; what the centre asks to change only while it is not public."""

    organisation = serializers.UUIDField(source="organisation_id", read_only=True)
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    state = serializers.ChoiceField(choices=ActionState.choices, read_only=True)
    review_note = serializers.SerializerMethodField(help_text="Why the centre sent it back.")
    people_came = serializers.SerializerMethodField(
        help_text="As reported, for who keeps it; for others rounded to 5, and null when under 10."
    )
    tasks = ActionTaskSerializer(many=True, read_only=True)

    class Meta:
        model = Action
        fields = [
            "id",
            "organisation",
            "organisation_name",
            "centre",
            "state",
            "campaign",
            "title",
            "description",
            "on_date",
            "place",
            "bring",
            "provided",
            "review_note",
            "tasks",
            "report",
            "people_came",
            "reported_at",
        ]
        read_only_fields = fields

    def get_people_came(self, action: Action) -> int | None:
        """A small group is known by who was there."""
        came = action.people_came
        if came is None or keeps(self.context["request"].user, action):
            return came
        return shown(came)

    def get_review_note(self, action: Action) -> str:
        """Drafts are seen by who keeps them alone."""
        return action.review_note if action.state in (ActionState.DRAFT, ActionState.REVIEW) else ""


class ActionDetailsSerializer(serializers.Serializer[Any]):
    """What is told of an action."""

    campaign = serializers.CharField(max_length=40, allow_blank=True, default="")
    title = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=2000)
    on_date = serializers.DateField()
    place = serializers.CharField(max_length=120)
    bring = serializers.CharField(max_length=300, allow_blank=True, default="")
    provided = serializers.CharField(max_length=300, allow_blank=True, default="")


class ActionCreateSerializer(ActionDetailsSerializer):
    """An action of one of your organisations."""

    organisation = serializers.UUIDField()


class ActionNoteSerializer(serializers.Serializer[Any]):
    """What has to change first."""

    note = serializers.CharField(max_length=500)


class ActionReportSerializer(serializers.Serializer[Any]):
    """How it was."""

    report = serializers.CharField(max_length=2000)
    people_came = serializers.IntegerField(min_value=0, max_value=10_000)


class CampaignSerializer(serializers.Serializer[Any]):
    """The figures of the campaign that an action is part of, in its centre."""

    campaign = serializers.CharField()
    actions = serializers.IntegerField()
    organisations = serializers.IntegerField()
    signed_up = serializers.IntegerField(allow_null=True)
    came = serializers.IntegerField(allow_null=True)


class TaskDetailsSerializer(serializers.Serializer[Any]):
    """What is told of a task; times on the clock in the Netherlands."""

    title = serializers.CharField(max_length=80)
    begins = serializers.TimeField()
    ends = serializers.TimeField()
    capacity = serializers.IntegerField(min_value=1, max_value=500)


class ActionTaskCreateSerializer(TaskDetailsSerializer):
    """A task on the day of the action."""

    action = serializers.UUIDField()


class TaskSignUpSerializer(serializers.Serializer[Any]):
    """Alone, or with a group that has a name."""

    size = serializers.IntegerField(min_value=1, max_value=100, default=1)
    group_name = serializers.CharField(max_length=80, allow_blank=True, default="")


class TaskSeatSerializer(serializers.ModelSerializer[TaskSeat]):
    """Someone's place at a task, or of the group that they signed up."""

    task = serializers.UUIDField(source="event_id", read_only=True)
    action = serializers.UUIDField(source="event.action_id", read_only=True)
    starts_at = serializers.DateTimeField(source="event.starts_at", read_only=True)
    holder = serializers.UUIDField(source="holder_id", read_only=True)
    name = serializers.CharField(source="holder.name", read_only=True)
    state = serializers.ChoiceField(choices=SeatState.choices, read_only=True)
    cancelled_by = serializers.ChoiceField(choices=CancelledBy.choices, read_only=True, allow_blank=True)
    place_in_line = serializers.SerializerMethodField(
        help_text="On the waiting list: 1 is next. Null for who is not on it."
    )

    class Meta:
        model = TaskSeat
        fields = [
            "id",
            "task",
            "action",
            "starts_at",
            "holder",
            "name",
            "state",
            "size",
            "group_name",
            "came",
            "place_in_line",
            "asked_at",
            "checked_in_at",
            "cancelled_by",
        ]
        read_only_fields = fields

    def get_place_in_line(self, seat: TaskSeat) -> int | None:
        """The place on the waiting list; a list brings it along."""
        found: int | None = seat.line if hasattr(seat, "line") else TASKS.place_in_line(seat)
        return found


class TaskCheckInSerializer(serializers.Serializer[Any]):
    """Of a group: how many of them are there. Without it all of them are."""

    came = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True, default=None)
