"""Help requests for programs: the resident's side and the centre's desk."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from academy.errors import CourseNotOffered
from common.api.views import ReadViewSet
from common.errors import InvalidInput, InvalidTransition
from help_requests import queries, services
from help_requests.api import serializers as shapes
from help_requests.enums import RequestState
from help_requests.models import HelpRequest


class HelpRequestFilter(django_filters.FilterSet):
    """``?state=submitted&state=intake&urgent=true``."""

    state = django_filters.MultipleChoiceFilter(choices=RequestState.choices)
    urgent = django_filters.BooleanFilter()

    class Meta:
        model = HelpRequest
        fields = ["state", "urgent"]


class HelpRequestViewSet(ReadViewSet):
    """Requests of the signed-in resident, of those they represent, and of the desk they work at.

    Volunteers find nothing here: they meet a request through an offer, without name or address.
    """

    model = HelpRequest
    serializer_class = shapes.HelpRequestSerializer
    filterset_class = HelpRequestFilter
    # Of every verb that takes words; the others name theirs.
    domain_errors = (InvalidTransition, InvalidInput)

    def scope(self, user: Any) -> QuerySet[HelpRequest]:
        """The person's own, represented and desk requests."""
        return queries.visible_to(user).prefetch_related("required_courses")

    @extend_schema(summary="List help requests")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a help request")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One request."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Draft a help request",
        request=shapes.CreateSerializer,
        responses={201: shapes.HelpRequestSerializer},
    )
    def create(self, request: Request) -> Response:
        """Make a draft; it is sent with ``submit``."""
        details = self.read(shapes.CreateSerializer)
        resident = queries.resident_for(request.user, details.pop("resident", None))
        filed_as = queries.filing_as(request.user, resident)
        return self.perform(services.draft_request, resident, status_code=201, filed_as=filed_as, **details)

    @extend_schema(
        summary="Change a help request",
        request=shapes.DetailsSerializer(partial=True),
        responses=shapes.HelpRequestSerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change what was told, as long as nobody has said yes; an approved one goes back to the desk."""
        serializer = shapes.DetailsSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return self.perform(services.edit_request, self.get_object(), **serializer.validated_data)

    @extend_schema(summary="Send a help request", request=None, responses=shapes.HelpRequestSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, id: UUID) -> Response:
        """Send a draft to the centre."""
        return self.perform(services.submit_request, self.get_object())

    @extend_schema(summary="Withdraw a help request", request=None, responses=shapes.HelpRequestSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Take it back, any time before it is done. Volunteers are told."""
        return self.perform(services.withdraw, self.get_object())

    @extend_schema(summary="Take a request in hand", request=None, responses=shapes.HelpRequestSerializer)
    @action(detail=True, methods=["post"], url_path="start-intake", domain_errors=[InvalidTransition])
    def start_intake(self, request: Request, id: UUID) -> Response:
        """Desk: colleagues see who looks at it."""
        return self.perform(services.start_intake, self.get_object())

    @extend_schema(
        summary="Approve a request", request=shapes.ApprovalSerializer, responses=shapes.HelpRequestSerializer
    )
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition, InvalidInput, CourseNotOffered])
    def open(self, request: Request, id: UUID) -> Response:
        """Desk: volunteers may be asked from now on."""
        approval = self.read(shapes.ApprovalSerializer)
        return self.perform(services.open_request, self.get_object(), **approval)

    @extend_schema(
        summary="Require trainings", request=shapes.CoursesSerializer, responses=shapes.HelpRequestSerializer
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="require-courses",
        domain_errors=[InvalidTransition, CourseNotOffered],
    )
    def require_courses(self, request: Request, id: UUID) -> Response:
        """Desk: only who has done these is asked from now on; an empty list takes them all back."""
        wanted = self.read(shapes.CoursesSerializer)
        return self.perform(services.require_courses, self.get_object(), **wanted)

    @extend_schema(
        summary="Ask the resident something",
        request=shapes.SendBackSerializer,
        responses=shapes.HelpRequestSerializer,
    )
    @action(
        detail=True, methods=["post"], url_path="send-back", domain_errors=[InvalidTransition, InvalidInput]
    )
    def send_back(self, request: Request, id: UUID) -> Response:
        """Desk: the request is the resident's again, to change and send."""
        note = self.read(shapes.SendBackSerializer)
        return self.perform(services.send_back, self.get_object(), **note)

    @extend_schema(
        summary="Hand a request over", request=shapes.ReferSerializer, responses=shapes.HelpRequestSerializer
    )
    @action(detail=True, methods=["post"])
    def refer(self, request: Request, id: UUID) -> Response:
        """Desk: a partner can help better, and the resident agrees."""
        return self.perform(services.refer, self.get_object(), **self.read(shapes.ReferSerializer))

    @extend_schema(
        summary="Turn a request down",
        request=shapes.UnsuitableSerializer,
        responses=shapes.HelpRequestSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="mark-unsuitable",
        domain_errors=[InvalidTransition, InvalidInput],
    )
    def mark_unsuitable(self, request: Request, id: UUID) -> Response:
        """Desk: not something volunteers do; a person decides and writes a word to the resident."""
        refusal = self.read(shapes.UnsuitableSerializer)
        return self.perform(services.mark_unsuitable, self.get_object(), **refusal)

    @extend_schema(summary="Close a request", request=None, responses=shapes.HelpRequestSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def close(self, request: Request, id: UUID) -> Response:
        """Desk: put away what is done or did not take place."""
        return self.perform(services.close_request, self.get_object())
