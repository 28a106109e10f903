"""Shifts for programs: of everyone who looks for a date, of volunteers, and of who keeps the roster."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.filters import MomentFilter
from common.api.pagination import WholeList
from common.api.views import ListViewSet, ReadViewSet
from common.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from common.seating import NotBegun, NotOpen, OutsideCheckIn, Overlaps, SeatState
from people.models import Volunteer
from people.queries import volunteer_of
from vacancies import services
from vacancies.api import shift_shapes as shapes
from vacancies.errors import (
    NotForThisAge,
    ScreeningLacking,
    SomeoneWaits,
    TrainingLacking,
    VacancyGone,
    VolunteerStopped,
)
from vacancies.models import Shift, ShiftSeat, SwapOffer
from vacancies.queries import shifts as queries

NOT_FIT = (VacancyGone, VolunteerStopped, NotForThisAge, ScreeningLacking, TrainingLacking)


class ShiftFilter(django_filters.FilterSet):
    """``?vacancy=<id>&startsAfter=…&startsBefore=…``."""

    vacancy = django_filters.UUIDFilter(field_name="vacancy_id")
    starts_after = MomentFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = MomentFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = Shift
        fields = ["vacancy"]


class SeatFilter(django_filters.FilterSet):
    """``?shift=<id>&state=confirmed``."""

    shift = django_filters.UUIDFilter(field_name="event_id")
    state = django_filters.MultipleChoiceFilter(choices=SeatState.choices)

    class Meta:
        model = ShiftSeat
        fields = ["state"]


class ShiftViewSet(ReadViewSet):
    """Dates of published vacancies, and of those whose roster one keeps."""

    model = Shift
    serializer_class = shapes.ShiftSerializer
    filterset_class = ShiftFilter
    ordering = "starts_at"

    def scope(self, user: Any) -> QuerySet[Shift]:
        """Public dates and those one keeps."""
        return queries.shifts_visible_to(user)

    @extend_schema(summary="List shifts")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The first to come first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a shift")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One date."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Plan shifts",
        request=shapes.PlanShiftsSerializer,
        responses={201: shapes.ShiftSerializer(many=True)},
        filters=False,
    )
    def create(self, request: Request) -> Response:
        """Organisation and centre. One date, or a series by a rule; answers with all of them."""
        wanted = self.read(shapes.PlanShiftsSerializer)
        vacancy = queries.vacancies_with_roster(request.user).filter(pk=wanted.pop("vacancy")).first()
        if vacancy is None:
            raise NotFound
        moment: services.Moment = {
            "day": wanted.pop("day"),
            "begins": wanted.pop("begins"),
            "ends": wanted.pop("ends"),
        }
        made = services.plan_shifts(vacancy, moment, by=request.user, **wanted)
        shaped = shapes.ShiftSerializer(made, many=True, context=self.get_serializer_context())
        answer = WholeList().get_paginated_response(shaped.data)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(
        summary="Change a shift", request=shapes.ChangeShiftSerializer, responses=shapes.ShiftSerializer
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """The number of places and the note. With more places the waiting list moves up."""
        return self.perform(
            services.change_shift, self.get_object(), **self.read(shapes.ChangeShiftSerializer)
        )

    @extend_schema(
        summary="Move a shift", request=shapes.ShiftMomentSerializer, responses=shapes.ShiftSerializer
    )
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition, InvalidInput])
    def move(self, request: Request, id: UUID) -> Response:
        """To another moment; everyone on it is told."""
        moment = self.read(shapes.ShiftMomentSerializer)
        return self.perform(services.move_shift, self.get_object(), moment)

    @extend_schema(summary="Call a shift off", request=shapes.CallOffShiftSerializer, responses={204: None})
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def call_off(self, request: Request, id: UUID) -> Response:
        """Everyone who was to come is told. With ``series`` the later dates of the series go too."""
        shift = self.get_object()
        whole = self.read(shapes.CallOffShiftSerializer)["series"]
        service = services.cancel_series if whole else services.cancel_shift
        service(shift, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Sign up for a shift", request=None, responses={200: shapes.ShiftSeatSerializer})
    @action(detail=True, methods=["post"], domain_errors=[*NOT_FIT, NotOpen, Overlaps, Forbidden])
    def sign_up(self, request: Request, id: UUID) -> Response:
        """A place, or one on the waiting list. Repeating it gives the same."""
        volunteer = _own_volunteer(request)
        return self.perform(services.sign_up, self.get_object(), volunteer, answer=shapes.ShiftSeatSerializer)


class ShiftSeatViewSet(ReadViewSet):
    """One's own places on shifts, and those on the shifts that one keeps."""

    model = ShiftSeat
    serializer_class = shapes.ShiftSeatSerializer
    filterset_class = SeatFilter

    def scope(self, user: Any) -> QuerySet[ShiftSeat]:
        """Own, and on kept shifts."""
        return queries.seats_visible_to(user)

    @extend_schema(summary="List places on shifts")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a place on a shift")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One place."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Give a place up", request=None)
    @action(detail=True, methods=["post"], domain_errors=[NotOpen, InvalidTransition])
    def give_up(self, request: Request, id: UUID) -> Response:
        """Whoever is next on the waiting list moves up at once."""
        return self.perform(services.give_up, self.get_object())

    @extend_schema(summary="Check a volunteer in", request=None)
    @action(detail=True, methods=["post"], domain_errors=[OutsideCheckIn, InvalidTransition, *NOT_FIT])
    def check_in(self, request: Request, id: UUID) -> Response:
        """By who keeps the roster. What the vacancy asks for must hold today."""
        return self.perform(services.check_in, self.get_object())

    @extend_schema(summary="Note a no-show", request=None)
    @action(detail=True, methods=["post"], domain_errors=[NotBegun, InvalidTransition])
    def miss(self, request: Request, id: UUID) -> Response:
        """By who keeps the roster, once it has begun."""
        return self.perform(services.mark_missed, self.get_object())

    @extend_schema(summary="Undo a check-in or a no-show", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def reopen(self, request: Request, id: UUID) -> Response:
        """By who keeps the roster."""
        return self.perform(services.reopen_seat, self.get_object())

    @extend_schema(
        summary="Ask others to take a shift over", request=None, responses={200: shapes.ShiftSwapSerializer}
    )
    @action(detail=True, methods=["post"], domain_errors=[SomeoneWaits, InvalidTransition])
    def ask_swap(self, request: Request, id: UUID) -> Response:
        """The volunteers who know the vacancy are asked; until one says yes the place stays one's own."""
        return self.perform(services.ask_swap, self.get_object(), answer=shapes.ShiftSwapSerializer)


class ShiftSwapViewSet(ListViewSet):
    """Questions of other volunteers to take a shift over that one can answer with yes; and one's own."""

    model = SwapOffer
    serializer_class = shapes.ShiftSwapSerializer

    def scope(self, user: Any) -> QuerySet[SwapOffer]:
        """Open questions: to this volunteer and of this volunteer."""
        return queries.swaps_visible_to(user)

    @extend_schema(summary="List questions to take a shift over")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Take a shift over", request=None, responses={200: shapes.ShiftSeatSerializer})
    @action(detail=True, methods=["post"], domain_errors=[*NOT_FIT, NotOpen, Overlaps, InvalidTransition])
    def take_over(self, request: Request, id: UUID) -> Response:
        """The first who says yes."""
        volunteer = _own_volunteer(request)
        swap = self.get_object()
        return self.perform(services.take_over, swap, volunteer, answer=shapes.ShiftSeatSerializer)

    @extend_schema(summary="Take a question back", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """One comes oneself after all."""
        return self.perform(services.withdraw_swap, self.get_object())


def _own_volunteer(request: Request) -> Volunteer:
    found = volunteer_of(request.user)
    if found is None:
        raise Forbidden
    return found
