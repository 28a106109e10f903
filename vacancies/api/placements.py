"""Student placements for programs: the student, and the organisation that takes and signs.

Parents and supervisors without an account answer by their link on the pages, never here.
"""

from datetime import date
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ReadViewSet, ScopedViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from vacancies import services
from vacancies.api import placement_shapes as shapes
from vacancies.enums import EntryState, PlacementState
from vacancies.errors import CodeUnknown, HoursNotAllowed, NoPlacement, ParentFirst
from vacancies.models import HourEntry, Placement, PlacementSpot, Student
from vacancies.queries import placements as queries
from vacancies.queries.shifts import vacancies_with_roster


class StudentViewSet(ReadViewSet):
    """Oneself as a student; a teacher reads the progress of a class."""

    model = Student
    serializer_class = shapes.StudentSerializer
    domain_errors = (CodeUnknown, InvalidInput, InvalidTransition)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Student]:
        """Nobody but the student."""
        return queries.students_of(user)

    @extend_schema(summary="List oneself as a student")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One, or none."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read oneself as a student")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With how far one is."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Join a class",
        request=shapes.StudentJoinSerializer,
        responses={201: shapes.StudentSerializer},
    )
    def create(self, request: Request) -> Response:
        """With the code of the class. Under sixteen a parent is asked by mail at once."""
        told = self.read(shapes.StudentJoinSerializer)
        born = date(told.pop("birth_year"), told.pop("birth_month"), 1)
        return self.perform(services.join_class, born=born, status_code=201, **told)

    @extend_schema(summary="Ask a parent", request=shapes.AskParentSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidInput, InvalidTransition])
    def ask_parent(self, request: Request, id: UUID) -> Response:
        """By mail, again or at another address; the answer is given by the link in it."""
        student = self.get_object()
        services.ask_parent(student, self.read(shapes.AskParentSerializer)["email"], by=request.user)
        return Response(self.get_serializer(student).data)

    @extend_schema(summary="Take back what a parent agreed to", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def take_back(self, request: Request, id: UUID) -> Response:
        """By the student alone: what runs stops at once. A parent can be asked again."""
        return self.perform(services.take_word_back, self.get_object())


class PlacementSpotViewSet(ScopedViewSet):
    """Places for students; the id is that of the vacancy."""

    model = PlacementSpot
    serializer_class = shapes.PlacementSpotSerializer
    pagination_class = WholeList
    lookup_field = "vacancy_id"
    lookup_url_kwarg = "id"

    def scope(self, user: Any) -> QuerySet[PlacementSpot]:
        """At vacancies that one keeps."""
        return queries.spots_kept_by(user)

    @extend_schema(
        summary="List places to ask for", responses=shapes.OpenSpotSerializer(many=True), filters=False
    )
    def list(self, request: Request) -> Response:
        """For a student: open, free and for their age; by title."""
        student = queries.student_of(request.user)
        return self.listed(queries.open_spots(student) if student else [], shapes.OpenSpotSerializer)

    @extend_schema(summary="Read how a vacancy takes students")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """For who keeps the vacancy."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(summary="Let a vacancy take students", request=shapes.KeepSpotSerializer)
    def update(self, request: Request, id: UUID) -> Response:
        """Also to change how many, who signs, or whether it is open."""
        vacancy = vacancies_with_roster(request.user).filter(pk=id).first()
        if vacancy is None:
            raise NotFound
        return self.perform(services.keep_spot, vacancy, **self.read(shapes.KeepSpotSerializer))


class PlacementFilter(django_filters.FilterSet):
    """``?state=asked&vacancy=<id>``."""

    state = django_filters.MultipleChoiceFilter(choices=PlacementState.choices)
    vacancy = django_filters.UUIDFilter(field_name="spot_id")

    class Meta:
        model = Placement
        fields = ["state"]


class PlacementViewSet(ReadViewSet):
    """One's own placements, and those at the vacancies that one keeps."""

    model = Placement
    serializer_class = shapes.PlacementSerializer
    filterset_class = PlacementFilter
    domain_errors = (NoPlacement, ParentFirst, InvalidTransition)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Placement]:
        """Own, and kept."""
        return queries.placements_visible_to(user)

    @extend_schema(summary="List placements")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a placement")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One placement."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Ask for a placement",
        request=shapes.AskPlacementSerializer,
        responses={201: shapes.PlacementSerializer},
    )
    def create(self, request: Request) -> Response:
        """By the student. Repeating it gives the same."""
        told = self.read(shapes.AskPlacementSerializer)
        student = queries.student_of(request.user)
        spot = queries.spot_of(told.pop("vacancy"))
        if student is None or spot is None:
            raise NotFound
        return self.perform(services.ask_placement, student, spot, status_code=201, **told)

    @extend_schema(summary="Agree to a placement", request=None)
    @action(detail=True, methods=["post"], domain_errors=[NoPlacement, ParentFirst, InvalidTransition])
    def agree(self, request: Request, id: UUID) -> Response:
        """By the organisation; never more students than places."""
        return self.perform(services.agree_placement, self.get_object())

    @extend_schema(summary="Decline a placement", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def decline(self, request: Request, id: UUID) -> Response:
        """By the organisation."""
        return self.perform(services.decline_placement, self.get_object())

    @extend_schema(summary="Stop a placement", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def stop(self, request: Request, id: UUID) -> Response:
        """By the student or the organisation; signed hours stay."""
        return self.perform(services.stop_placement, self.get_object())


class PlacementHoursFilter(django_filters.FilterSet):
    """``?state=entered&placement=<id>``."""

    state = django_filters.MultipleChoiceFilter(choices=EntryState.choices)
    placement = django_filters.UUIDFilter(field_name="placement_id")

    class Meta:
        model = HourEntry
        fields = ["state"]


class PlacementHoursViewSet(ReadViewSet):
    """A student's own hours, and those that wait for the signature of who keeps the vacancy."""

    model = HourEntry
    serializer_class = shapes.PlacementHoursSerializer
    filterset_class = PlacementHoursFilter
    domain_errors = (HoursNotAllowed, ParentFirst, InvalidInput, InvalidTransition)
    no_store = True

    def scope(self, user: Any) -> QuerySet[HourEntry]:
        """Own, and to sign."""
        return queries.entries_visible_to(user)

    @extend_schema(summary="List hours of placements")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read hours of a placement")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hours of one day."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Enter hours",
        request=shapes.PlacementHoursEntrySerializer,
        responses={201: shapes.PlacementHoursSerializer},
    )
    def create(self, request: Request) -> Response:
        """By the student. What the law does not allow at their age is refused, with the limit."""
        told = self.read(shapes.PlacementHoursEntrySerializer)
        student = queries.student_of(request.user)
        mine = queries.placements_of(student) if student else Placement.objects.none()
        placement = mine.filter(pk=told.pop("placement")).first()
        if placement is None:
            raise NotFound
        return self.perform(services.enter_hours, placement, status_code=201, **told)

    @extend_schema(summary="Take hours back", request=None, responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """By the student, as long as nobody has signed."""
        services.remove_entry(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(summary="Sign hours", request=shapes.PlacementHoursAnswerSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def sign(self, request: Request, id: UUID) -> Response:
        """By the organisation, once they are over: right, or not."""
        return self.perform(
            services.sign_hours, self.get_object(), **self.read(shapes.PlacementHoursAnswerSerializer)
        )
