"""Vacancies and the answers to them, for programs."""

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
from common.errors import InvalidInput, InvalidTransition, NotFound
from vacancies import services
from vacancies.api import bank_shapes as shapes
from vacancies.enums import ApplicationState, VacancyCategory, VacancyKind, VacancyState
from vacancies.errors import (
    NotForThisAge,
    OrganisationNotApproved,
    ScreeningLacking,
    TrainingLacking,
    VacancyGone,
    VolunteerStopped,
)
from vacancies.models import Application, Vacancy
from vacancies.queries import desk as queries
from vacancies.queries.words import index

MOST_HITS = 200
STEP = [InvalidTransition, OrganisationNotApproved]
NOT_READY = [ScreeningLacking, TrainingLacking, NotForThisAge, VolunteerStopped]


class VacancyFilter(django_filters.FilterSet):
    """``?words=chauffeur&category=transport&online=false``."""

    words = django_filters.CharFilter(method="by_words", label="Words, as people type them.")
    state = django_filters.MultipleChoiceFilter(choices=VacancyState.choices)
    category = django_filters.MultipleChoiceFilter(choices=VacancyCategory.choices)
    kind = django_filters.ChoiceFilter(choices=VacancyKind.choices)
    online = django_filters.BooleanFilter()
    organisation = django_filters.UUIDFilter()
    district = django_filters.NumberFilter()

    class Meta:
        model = Vacancy
        fields = ["state", "category", "kind", "online", "organisation", "district"]

    def by_words(self, rows: QuerySet[Vacancy], name: str, value: str) -> QuerySet[Vacancy]:
        """The best hits of the same search as the pages have."""
        return rows.filter(pk__in=list(index.hits(value).ids[:MOST_HITS]))


class VacancyViewSet(ReadViewSet):
    """Public vacancies, for everybody; and those of one's organisations or centre, in every state."""

    model = Vacancy
    serializer_class = shapes.VacancySerializer
    filterset_class = VacancyFilter
    domain_errors = (InvalidTransition, InvalidInput)

    def get_permissions(self) -> list[BasePermission]:
        """Reading is for everybody."""
        return [AllowAny()] if self.action in ("list", "retrieve") else [IsAuthenticated()]

    def scope(self, user: Any) -> QuerySet[Vacancy]:
        """What is public, and what the person works on."""
        return queries.vacancies_visible_to(user).prefetch_related("required_courses")

    @extend_schema(summary="List vacancies")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first; nobody needs to sign in for what is public."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a vacancy")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One vacancy."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Draft a vacancy",
        request=shapes.VacancyCreateSerializer,
        responses={201: shapes.VacancySerializer},
    )
    def create(self, request: Request) -> Response:
        """For an organisation that one is a contact of."""
        details = self.read(shapes.VacancyCreateSerializer)
        wanted = details.pop("organisation")
        organisation = queries.organisations_at_desk(request.user).filter(pk=wanted).first()
        if organisation is None:
            raise NotFound
        return self.perform(services.draft_vacancy, organisation, status_code=201, **details)

    @extend_schema(
        summary="Change a vacancy",
        request=shapes.VacancyDetailsSerializer(partial=True),
        responses=shapes.VacancySerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """When the words change, the centre reads a published vacancy again."""
        body = shapes.VacancyDetailsSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return self.perform(services.edit_vacancy, self.get_object(), **body.validated_data)

    @extend_schema(summary="Send a vacancy to the centre", request=None, responses=shapes.VacancySerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, id: UUID) -> Response:
        """From a draft, or from one that has expired."""
        return self.perform(services.submit_vacancy, self.get_object())

    @extend_schema(
        summary="Publish a vacancy",
        request=shapes.VacancyReviewSerializer,
        responses=shapes.VacancySerializer,
    )
    @action(detail=True, methods=["post"], domain_errors=[*STEP, InvalidInput])
    def publish(self, request: Request, id: UUID) -> Response:
        """Desk: everything on the list has been seen."""
        return self.perform(
            services.publish_vacancy, self.get_object(), **self.read(shapes.VacancyReviewSerializer)
        )

    @extend_schema(
        summary="Send a vacancy back", request=shapes.WordOfWhySerializer, responses=shapes.VacancySerializer
    )
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, id: UUID) -> Response:
        """Desk: the organisation changes something first."""
        note = self.read(shapes.WordOfWhySerializer)
        return self.perform(services.send_back_vacancy, self.get_object(), **note)

    @extend_schema(summary="Pause a vacancy", request=None, responses=shapes.VacancySerializer)
    @action(detail=True, methods=["post"], domain_errors=STEP)
    def pause(self, request: Request, id: UUID) -> Response:
        """Nobody finds it for a while."""
        return self.perform(services.pause_vacancy, self.get_object())

    @extend_schema(summary="Show a vacancy again", request=None, responses=shapes.VacancySerializer)
    @action(detail=True, methods=["post"], domain_errors=STEP)
    def resume(self, request: Request, id: UUID) -> Response:
        """One that was paused or filled, in its own term."""
        return self.perform(services.resume_vacancy, self.get_object())

    @extend_schema(summary="Renew a vacancy", request=None, responses=shapes.VacancySerializer)
    @action(detail=True, methods=["post"], domain_errors=[*STEP, InvalidInput])
    def renew(self, request: Request, id: UUID) -> Response:
        """A new term begins now."""
        return self.perform(services.renew_vacancy, self.get_object())

    @extend_schema(summary="Mark a vacancy as filled", request=None, responses=shapes.VacancySerializer)
    @action(detail=True, methods=["post"], domain_errors=STEP)
    def fill(self, request: Request, id: UUID) -> Response:
        """Everybody who was wanted has been found."""
        return self.perform(services.fill_vacancy, self.get_object())

    @extend_schema(summary="Close a vacancy", request=None, responses=shapes.VacancySerializer)
    @action(detail=True, methods=["post"], domain_errors=STEP)
    def close(self, request: Request, id: UUID) -> Response:
        """For good."""
        return self.perform(services.close_vacancy, self.get_object())

    @extend_schema(
        summary="Answer a vacancy",
        request=shapes.VacancyAnswerSerializer,
        responses={201: shapes.ApplicationSerializer},
    )
    @action(detail=True, methods=["post"], domain_errors=[VacancyGone, VolunteerStopped, InvalidInput])
    def answer(self, request: Request, id: UUID) -> Response:
        """Sending twice gives the same answer."""
        told = self.read(shapes.VacancyAnswerSerializer)
        return self.perform(
            services.send_application,
            self.get_object(),
            answer=shapes.ApplicationSerializer,
            status_code=201,
            **told,
        )


class ApplicationFilter(django_filters.FilterSet):
    """``?state=sent&vacancy=…``."""

    state = django_filters.MultipleChoiceFilter(choices=ApplicationState.choices)
    vacancy = django_filters.UUIDFilter()

    class Meta:
        model = Application
        fields = ["state", "vacancy"]


class ApplicationViewSet(ReadViewSet):
    """Answers to vacancies: one's own, and those that one's organisation or centre handles."""

    model = Application
    serializer_class = shapes.ApplicationSerializer
    filterset_class = ApplicationFilter
    domain_errors = (InvalidTransition, InvalidInput)

    def scope(self, user: Any) -> QuerySet[Application]:
        """One's own and handled answers."""
        return queries.applications_visible_to(user)

    @extend_schema(summary="List answers to vacancies")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        services.note_contact_read(page, by=request.user)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="Read an answer")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One answer; reading it here does not mark it as read."""
        found = self.get_object()
        services.note_contact_read([found], by=request.user)
        return Response(self.get_serializer(found).data)

    @extend_schema(summary="Mark an answer as read", request=None, responses=shapes.ApplicationSerializer)
    @action(detail=True, methods=["post"], url_path="mark-read", domain_errors=[InvalidTransition])
    def mark_read(self, request: Request, id: UUID) -> Response:
        """By the organisation; the volunteer sees it."""
        return self.perform(services.note_read, self.get_object())

    @extend_schema(
        summary="Go on with an answer",
        request=shapes.ApplicationMoveSerializer,
        responses=shapes.ApplicationSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        domain_errors=[InvalidTransition, InvalidInput, *NOT_READY],
    )
    def move(self, request: Request, id: UUID) -> Response:
        """To a conversation or a trial."""
        wanted = self.read(shapes.ApplicationMoveSerializer)
        to = ApplicationState(wanted["state"])
        return self.perform(services.move_application, self.get_object(), to=to)

    @extend_schema(summary="Start", request=None, responses=shapes.ApplicationSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition, *NOT_READY])
    def start(self, request: Request, id: UUID) -> Response:
        """The volunteer begins: from now on there are hours to keep."""
        return self.perform(services.start_application, self.get_object())

    @extend_schema(
        summary="Decline an answer",
        request=shapes.ApplicationDeclineSerializer,
        responses=shapes.ApplicationSerializer,
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, id: UUID) -> Response:
        """With a reason, kindly."""
        return self.perform(
            services.decline_application, self.get_object(), **self.read(shapes.ApplicationDeclineSerializer)
        )

    @extend_schema(summary="Take an answer back", request=None, responses=shapes.ApplicationSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """By the volunteer; also to stop after a start."""
        return self.perform(services.withdraw_application, self.get_object())

    @extend_schema(summary="End", request=None, responses=shapes.ApplicationSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def end(self, request: Request, id: UUID) -> Response:
        """A volunteer who had started has stopped, told by the organisation."""
        return self.perform(services.end_application, self.get_object())

    @extend_schema(
        summary="Write a word about an answer",
        request=shapes.ApplicationWordSerializer,
        responses={201: shapes.ApplicationNoteSerializer},
    )
    @action(detail=True, methods=["post"], url_path="notes")
    def note(self, request: Request, id: UUID) -> Response:
        """To the other side, or for the own side only."""
        return self.perform(
            services.add_note,
            self.get_object(),
            answer=shapes.ApplicationNoteSerializer,
            status_code=201,
            **self.read(shapes.ApplicationWordSerializer),
        )
