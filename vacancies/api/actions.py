"""One-day actions for programs: finding one, signing up alone or as a group, and keeping one."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ReadViewSet
from common.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from common.permissions import require
from common.seating import NotBegun, NotOpen, OutsideCheckIn, Overlaps, SeatState
from vacancies import services
from vacancies.api import action_shapes as shapes
from vacancies.enums import ActionState
from vacancies.errors import ActionNotOpen, VolunteerStopped
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.queries import actions as queries
from vacancies.queries.desk import organisations_at_desk


class ActionFilter(django_filters.FilterSet):
    """``?state=published&campaign=NLdoet 2027&onAfter=2027-03-01``."""

    state = django_filters.MultipleChoiceFilter(choices=ActionState.choices)
    organisation = django_filters.UUIDFilter()
    on_after = django_filters.DateFilter(field_name="on_date", lookup_expr="gte")
    on_before = django_filters.DateFilter(field_name="on_date", lookup_expr="lt")

    class Meta:
        model = Action
        fields = ["state", "campaign", "organisation"]


class OpenViewSet(ReadViewSet):
    """Reading is for everybody, the rest for who is signed in."""

    def get_permissions(self) -> list[BasePermission]:
        """Whoever looks for something to do need not sign in."""
        return [AllowAny()] if self.action in ("list", "retrieve") else [IsAuthenticated()]


class ActionViewSet(OpenViewSet):
    """Actions that are public or have been, and in every state those that one keeps."""

    model = Action
    serializer_class = shapes.ActionSerializer
    filterset_class = ActionFilter
    ordering = "on_date"
    domain_errors = (InvalidTransition, InvalidInput)

    def scope(self, user: Any) -> QuerySet[Action]:
        """Public ones and those one keeps."""
        return queries.actions_visible_to(user)

    @extend_schema(summary="List one-day actions")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """By day, the earliest first: begin with ``onAfter``."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a one-day action")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One action with its tasks."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Draft a one-day action",
        request=shapes.ActionCreateSerializer,
        responses={201: shapes.ActionSerializer},
    )
    def create(self, request: Request) -> Response:
        """For an organisation that one is a contact of. Add tasks, then submit it."""
        details = self.read(shapes.ActionCreateSerializer)
        owner = organisations_at_desk(request.user).filter(pk=details.pop("organisation")).first()
        if owner is None:
            raise NotFound
        return self.perform(services.draft_action, owner, status_code=201, **details)

    @extend_schema(
        summary="Change a one-day action",
        request=shapes.ActionDetailsSerializer(partial=True),
        responses=shapes.ActionSerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """The words; at another day or place everyone who has a place or waits for one is told."""
        body = shapes.ActionDetailsSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        found = self.get_object()
        told = {name: getattr(found, name) for name in services.ActionDetails.__annotations__}
        return self.perform(services.edit_action, found, **{**told, **body.validated_data})

    @extend_schema(summary="Send a one-day action to the centre", request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, id: UUID) -> Response:
        """The centre looks before it is public. There is at least one task."""
        return self.perform(services.submit_action, self.get_object())

    @extend_schema(summary="Approve a one-day action", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def approve(self, request: Request, id: UUID) -> Response:
        """Desk: from now on everybody finds it."""
        return self.perform(services.publish_action, self.get_object())

    @extend_schema(summary="Send a one-day action back", request=shapes.ActionNoteSerializer)
    @action(detail=True, methods=["post"])
    def send_back(self, request: Request, id: UUID) -> Response:
        """Desk: the organisation changes something first."""
        return self.perform(
            services.send_back_action, self.get_object(), **self.read(shapes.ActionNoteSerializer)
        )

    @extend_schema(summary="Call a one-day action off", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def call_off(self, request: Request, id: UUID) -> Response:
        """Everyone who signed up is told. Repeating it changes nothing."""
        return self.perform(services.cancel_action, self.get_object())

    @extend_schema(summary="Report on a one-day action", request=shapes.ActionReportSerializer)
    @action(detail=True, methods=["post"])
    def report(self, request: Request, id: UUID) -> Response:
        """What was done and how many came; it stands on the page of the action."""
        return self.perform(
            services.report_action, self.get_object(), **self.read(shapes.ActionReportSerializer)
        )

    @extend_schema(summary="Read the figures of a campaign", responses=shapes.CampaignSerializer)
    @action(detail=True, methods=["get"])
    def campaign(self, request: Request, id: UUID) -> Response:
        """Of all actions of the same campaign in the centre, for who keeps one of them.

        To an organisation numbers of people are rounded to 5; null where they would tell a number under 10 of
        others.
        """
        found = self.get_object()
        require(request.user, "vacancies.keep_action", found)
        if not found.campaign:
            raise NotFound
        figures = queries.campaign_told_to(request.user, found)
        return Response(shapes.CampaignSerializer({"campaign": found.campaign, **figures}).data)


class ActionTaskFilter(django_filters.FilterSet):
    """``?action=<id>``."""

    action = django_filters.UUIDFilter(field_name="action_id")

    class Meta:
        model = ActionTask
        fields = ["action"]


class ActionTaskViewSet(OpenViewSet):
    """Tasks of the actions that one can see."""

    model = ActionTask
    serializer_class = shapes.ActionTaskSerializer
    filterset_class = ActionTaskFilter
    ordering = "starts_at"
    domain_errors = (InvalidTransition, InvalidInput)

    def scope(self, user: Any) -> QuerySet[ActionTask]:
        """Of public actions and of those one keeps."""
        return queries.tasks_visible_to(user)

    @extend_schema(summary="List tasks of actions")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The first to begin first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a task of an action")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One task."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Add a task to an action",
        request=shapes.ActionTaskCreateSerializer,
        responses={201: shapes.ActionTaskSerializer},
    )
    def create(self, request: Request) -> Response:
        """By who keeps the action."""
        told = self.read(shapes.ActionTaskCreateSerializer)
        kept = queries.actions_kept_by(request.user).filter(pk=told.pop("action")).first()
        if kept is None:
            raise NotFound
        return self.perform(services.add_task, kept, status_code=201, **told)

    @extend_schema(
        summary="Change a task",
        request=shapes.TaskDetailsSerializer(partial=True),
        responses=shapes.ActionTaskSerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Until it begins. At other hours everyone who has a place or waits for one is told."""
        body = shapes.TaskDetailsSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        found = self.get_object()
        return self.perform(
            services.change_task, found, **{**services.task_details(found), **body.validated_data}
        )

    @extend_schema(summary="Call a task off", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def call_off(self, request: Request, id: UUID) -> Response:
        """The action goes on without it; everyone on it is told. Repeating it changes nothing."""
        return self.perform(services.call_off_task, self.get_object())

    @extend_schema(summary="Remove a task", request=None, responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """One that nobody has signed up for."""
        return self.perform(services.remove_task, self.get_object())

    @extend_schema(
        summary="Sign up for a task",
        request=shapes.TaskSignUpSerializer,
        responses={200: shapes.TaskSeatSerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        domain_errors=[ActionNotOpen, NotOpen, Overlaps, InvalidInput, Forbidden],
    )
    def sign_up(self, request: Request, id: UUID) -> Response:
        """A place for oneself or for a group at once, or on the waiting list. Repeating gives the same."""
        group = self.read(shapes.TaskSignUpSerializer)
        return self.perform(
            services.sign_up_for_task, self.get_object(), answer=shapes.TaskSeatSerializer, **group
        )


class TaskSeatFilter(django_filters.FilterSet):
    """``?action=<id>&task=<id>&state=confirmed``."""

    action = django_filters.UUIDFilter(field_name="event__action_id")
    task = django_filters.UUIDFilter(field_name="event_id")
    state = django_filters.MultipleChoiceFilter(choices=SeatState.choices)

    class Meta:
        model = TaskSeat
        fields = ["state"]


class TaskSeatViewSet(ReadViewSet):
    """One's own places at actions, and those at the actions that one keeps."""

    model = TaskSeat
    serializer_class = shapes.TaskSeatSerializer
    filterset_class = TaskSeatFilter

    def scope(self, user: Any) -> QuerySet[TaskSeat]:
        """Own, and at kept actions."""
        return queries.task_seats_visible_to(user)

    @extend_schema(summary="List places at actions")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a place at an action")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One place."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Give a place at an action up", request=None)
    @action(detail=True, methods=["post"], domain_errors=[NotOpen, InvalidTransition])
    def give_up(self, request: Request, id: UUID) -> Response:
        """Or taken off by who keeps the action. The waiting list moves up at once."""
        return self.perform(services.give_up_task, self.get_object())

    @extend_schema(summary="Check in at an action", request=shapes.TaskCheckInSerializer)
    @action(
        detail=True,
        methods=["post"],
        domain_errors=[OutsideCheckIn, NotBegun, InvalidTransition, VolunteerStopped],
    )
    def check_in(self, request: Request, id: UUID) -> Response:
        """By who keeps the action; of a group how many are there."""
        return self.perform(
            services.check_in_task, self.get_object(), **self.read(shapes.TaskCheckInSerializer)
        )

    @extend_schema(summary="Take a tick back", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def reopen(self, request: Request, id: UUID) -> Response:
        """By who keeps the action: it is not known whether they were there."""
        return self.perform(services.reopen_task_seat, self.get_object())

    @extend_schema(summary="Note that nobody of a place came", request=None)
    @action(detail=True, methods=["post"], domain_errors=[NotBegun, InvalidTransition])
    def miss(self, request: Request, id: UUID) -> Response:
        """By who keeps the action, once it has begun."""
        return self.perform(services.miss_task, self.get_object())
