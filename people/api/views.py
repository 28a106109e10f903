"""People for programs: one's own account, profile and details; the centre's residents and volunteers."""

from typing import Any
from uuid import UUID

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from common.api.etag import EtagMixin
from common.api.views import ReadViewSet, ScopedViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from people import queries, services
from people.api import serializers as shapes
from people.enums import VolunteerState, Why
from people.errors import AlreadyVolunteer
from people.models import Centre, Resident, User, Volunteer


class CentreViewSet(ReadViewSet):
    """Volunteer centres, for everyone: their names and how to reach them."""

    model = Centre
    serializer_class = shapes.CentreSerializer
    permission_classes = (AllowAny,)

    def scope(self, user: Any) -> QuerySet[Centre]:
        """All of them."""
        return Centre.objects.all()

    @extend_schema(summary="List volunteer centres")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All centres of this installation."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a volunteer centre")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One centre."""
        return super().retrieve(request, *args, **kwargs)


class MeViewSet(EtagMixin, ViewSet):
    """The account of who asks."""

    domain_errors = (InvalidInput,)
    serializer_class = shapes.MeSerializer

    @extend_schema(operation_id="me_read", summary="Read my account", responses=shapes.MeSerializer)
    def retrieve(self, request: Request) -> Response:
        """Name, address, language and roles."""
        return Response(shapes.MeSerializer(request.user).data)

    @extend_schema(
        operation_id="me_change",
        summary="Change my account",
        request=shapes.AccountChangeSerializer(partial=True),
        responses=shapes.MeSerializer,
    )
    def partial_update(self, request: Request) -> Response:
        """Change name or language. The e-mail address changes on the account pages, with a code."""
        body = shapes.AccountChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = services.update_account(request.user, by=request.user, **body.validated_data)
        return Response(shapes.MeSerializer(changed).data)


class MyVolunteerProfileViewSet(EtagMixin, ScopedViewSet):
    """The volunteer profile of who asks. Without one, reading and changing is 404."""

    model = Volunteer
    serializer_class = shapes.VolunteerSerializer
    pagination_class = None
    domain_errors = (InvalidInput, AlreadyVolunteer, InvalidTransition)

    def scope(self, user: Any) -> QuerySet[Volunteer]:
        """One's own profile, unless left."""
        rows = Volunteer.objects.select_related("user", "district")
        return rows.filter(user_id=user.pk).exclude(state=VolunteerState.LEFT)

    def get_object(self) -> Volunteer:
        """The one profile. Raises ``NotFound`` without one."""
        found = self.get_queryset().first()
        if found is None:
            raise NotFound
        return found

    @extend_schema(operation_id="my_volunteer_profile_read", summary="Read my volunteer profile")
    def retrieve(self, request: Request) -> Response:
        """What I like to do, when and where."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        operation_id="my_volunteer_profile_create",
        summary="Join as a volunteer",
        request=shapes.VolunteerJoinSerializer,
        responses={201: shapes.VolunteerSerializer},
    )
    def create(self, request: Request) -> Response:
        """Sign up with the centre that works at the postcode."""
        body = shapes.VolunteerJoinSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.perform(services.register_volunteer, request.user, status_code=201, **body.changes())

    @extend_schema(
        operation_id="my_volunteer_profile_change",
        summary="Change my volunteer profile",
        request=shapes.VolunteerChangeSerializer(partial=True),
        responses=shapes.VolunteerSerializer,
    )
    def partial_update(self, request: Request) -> Response:
        """Change the given parts; the rest stays."""
        volunteer = self.get_object()
        body = shapes.VolunteerChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return self.perform(services.update_volunteer, volunteer, **body.changes(volunteer.skills))

    @extend_schema(
        operation_id="my_volunteer_profile_pause", summary="Take a rest", request=shapes.PauseSerializer
    )
    def pause(self, request: Request) -> Response:
        """Be asked nothing up to and including a day."""
        return self.perform(services.pause_volunteer, self.get_object(), **self.read(shapes.PauseSerializer))

    @extend_schema(operation_id="my_volunteer_profile_resume", summary="End a rest", request=None)
    def resume(self, request: Request) -> Response:
        """Take part again from now on."""
        return self.perform(services.resume_volunteer, self.get_object())

    @extend_schema(operation_id="my_volunteer_profile_leave", summary="Stop as a volunteer", request=None)
    def leave(self, request: Request) -> Response:
        """Be asked nothing any more. Joining again is possible."""
        return self.perform(services.leave, self.get_object())


@transaction.atomic
def change_resident(resident: Resident, *, by: User, **details: Any) -> Resident:
    """Change details and address in one go: all of it or nothing."""
    address = details.pop("address", None)
    if address is not None:
        services.move_resident(resident, address=address, by=by)
    return services.update_resident(resident, by=by, **details) if details else resident


class ResidentChanges(ReadViewSet):
    """What own and staff endpoints of residents share."""

    model = Resident
    serializer_class = shapes.ResidentSerializer
    domain_errors = (InvalidInput,)
    no_store = True

    @extend_schema(
        summary="Change a resident's details",
        request=shapes.ResidentChangeSerializer(partial=True),
        responses=shapes.ResidentSerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change the given parts; an address changes as a whole."""
        resident = self.get_object()
        body = shapes.ResidentChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return self.perform(change_resident, resident, **body.details())


def _list_and_note(view: ReadViewSet, request: Request) -> Response:
    """Answer with one page of people, and note that they were read."""
    page = view.paginate_queryset(view.filter_queryset(view.get_queryset()))
    services.note_reads(page or [], by=request.user, why=Why.LIST)
    return view.get_paginated_response(view.get_serializer(page, many=True).data)


class MyResidentViewSet(ResidentChanges):
    """The resident records of who asks: their own and of those they represent."""

    def scope(self, user: Any) -> QuerySet[Resident]:
        """Own and represented."""
        return queries.residents_of(user).select_related("district")

    @extend_schema(operation_id="my_residents_list", summary="List my resident records")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(operation_id="my_residents_read", summary="Read one of my resident records")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One record."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="my_residents_create",
        summary="Make a resident record of my own",
        request=shapes.OwnResidentSerializer,
        responses={201: shapes.ResidentSerializer},
    )
    def create(self, request: Request) -> Response:
        """For oneself, or for someone one acts for (``forSomeoneElse``, with their consent)."""
        body = shapes.OwnResidentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        details = body.details()
        for_other = details.pop("for_someone_else", False)
        whose = {"represented_by" if for_other else "user": request.user}
        return self.perform(services.register_resident, status_code=201, **whose, **details)


class ResidentViewSet(ResidentChanges):
    """Residents of the centres where the signed-in member of staff works."""

    def scope(self, user: Any) -> QuerySet[Resident]:
        """The residents of one's centres."""
        return queries.residents_in_scope(user)

    @extend_schema(summary="List residents")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first. Each person on the page leaves a row in the read log."""
        return _list_and_note(self, request)

    @extend_schema(summary="Read a resident")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One resident, also of another centre who lets me look. A look leaves a row in the read log."""
        shared = queries.residents_shared_with(request.user).filter(pk=self.kwargs["id"]).first()
        found = shared or self.get_object()
        services.note_read(found, by=request.user, why=Why.ELSEWHERE if shared else Why.DETAILS)
        return Response(self.get_serializer(found).data)

    @extend_schema(
        summary="Register a resident",
        request=shapes.ResidentRegisterSerializer,
        responses={201: shapes.ResidentSerializer},
    )
    def create(self, request: Request) -> Response:
        """Make a record at the centre that works at the address; without an address, at one's own centre."""
        body = shapes.ResidentRegisterSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        details = body.details()
        if "address" not in details:
            details["centre"] = queries.working_centre(request.user)
        return self.perform(services.register_resident, status_code=201, **details)


class VolunteerFilter(django_filters.FilterSet):
    """``?state=applied``."""

    state = django_filters.MultipleChoiceFilter(choices=VolunteerState.choices)

    class Meta:
        model = Volunteer
        fields = ["state"]


class VolunteerViewSet(ReadViewSet):
    """Volunteers of the centres where the signed-in member of staff works."""

    model = Volunteer
    serializer_class = shapes.VolunteerSerializer
    filterset_class = VolunteerFilter

    def scope(self, user: Any) -> QuerySet[Volunteer]:
        """The volunteers of one's centres."""
        return queries.volunteers_in_scope(user)

    @extend_schema(summary="List volunteers")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first. Each person on the page leaves a row in the read log."""
        return _list_and_note(self, request)

    @extend_schema(summary="Read a volunteer")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One volunteer. A look leaves a row in the read log."""
        found = self.get_object()
        services.note_read(found, by=request.user)
        return Response(self.get_serializer(found).data)

    @extend_schema(summary="Let a volunteer take part", request=None, responses=shapes.VolunteerSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def activate(self, request: Request, id: UUID) -> Response:
        """Admit a volunteer who signed up. Coordinators; nobody admits themselves."""
        return self.perform(services.activate_volunteer, self.get_object())
