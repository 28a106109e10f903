"""Schools, their teachers and classes for programs: of the centre, and of teachers whom it confirmed."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ListViewSet, ReadViewSet
from common.errors import Forbidden, InvalidInput, NotFound
from people.queries import working_centre
from vacancies import services
from vacancies.api import placement_shapes as shapes
from vacancies.errors import CodeUnknown
from vacancies.models import School, SchoolClass, SchoolContact
from vacancies.queries import placements as queries


class SchoolViewSet(ReadViewSet):
    """The schools of one's centre, and those that one follows as a teacher."""

    model = School
    serializer_class = shapes.SchoolSerializer
    domain_errors = (InvalidInput,)

    def scope(self, user: Any) -> QuerySet[School]:
        """Of the centre, and followed."""
        return queries.schools_of(user).prefetch_related("holidays")

    @extend_schema(summary="List schools")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a school")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One school with its holidays."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Add a school",
        request=shapes.SchoolCreateSerializer,
        responses={201: shapes.SchoolSerializer},
    )
    def create(self, request: Request) -> Response:
        """By the centre; the answer has the code for its teachers."""
        told = self.read(shapes.SchoolCreateSerializer)
        centre = working_centre(request.user)
        if centre is None:
            raise Forbidden
        return self.perform(services.add_school, centre, status_code=201, **told)

    @extend_schema(
        summary="Join a school",
        request=shapes.SchoolCodeSerializer,
        responses={200: shapes.SchoolContactSerializer},
        filters=False,
    )
    @action(detail=False, methods=["post"], domain_errors=[CodeUnknown], pagination_class=None)
    def join(self, request: Request) -> Response:
        """As a teacher, with its code. The centre confirms before anything is shown."""
        told = self.read(shapes.SchoolCodeSerializer)
        return self.perform(services.join_school, told["code"], answer=shapes.SchoolContactSerializer)

    @extend_schema(summary="Add a holiday", request=shapes.SchoolHolidaySerializer)
    @action(detail=True, methods=["post"])
    def holidays(self, request: Request, id: UUID) -> Response:
        """A period without lessons: the limits of hours are wider then. Answers with the school."""
        services.add_holiday(self.get_object(), by=request.user, **self.read(shapes.SchoolHolidaySerializer))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(summary="Take a holiday away", request=shapes.HolidayChoiceSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidInput])
    def remove_holiday(self, request: Request, id: UUID) -> Response:
        """It was filled in wrong. Refused while students have planned hours in it."""
        school = self.get_object()
        told = self.read(shapes.HolidayChoiceSerializer)
        holiday = school.holidays.filter(pk=told["holiday"]).first()
        if holiday is None:
            raise NotFound
        services.remove_holiday(holiday, by=request.user)
        return Response(self.get_serializer(self.get_object()).data)


class SchoolContactViewSet(ListViewSet):
    """The teachers of the schools of one's centre, and the schools that one follows oneself."""

    model = SchoolContact
    serializer_class = shapes.SchoolContactSerializer

    def scope(self, user: Any) -> QuerySet[SchoolContact]:
        """Of the centre, and one's own."""
        return queries.contacts_visible_to(user)

    @extend_schema(summary="List teachers of schools")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Confirm a teacher", request=None)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, id: UUID) -> Response:
        """By the centre: from now on they see the students."""
        return self.perform(services.confirm_contact, self.get_object())

    @extend_schema(summary="End a teacher's view of a school", request=None)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, id: UUID) -> Response:
        """By the centre, or by the teacher."""
        return self.perform(services.end_contact, self.get_object())


class SchoolClassViewSet(ReadViewSet):
    """The classes of the schools that one follows."""

    model = SchoolClass
    serializer_class = shapes.SchoolClassSerializer
    domain_errors = (InvalidInput,)

    def scope(self, user: Any) -> QuerySet[SchoolClass]:
        """Of followed schools."""
        return queries.classes_of(user)

    @extend_schema(summary="List classes")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a class")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One class, with the code for its students."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Add a class",
        request=shapes.SchoolClassCreateSerializer,
        responses={201: shapes.SchoolClassSerializer},
    )
    def create(self, request: Request) -> Response:
        """By a teacher of the school, or the centre."""
        told = self.read(shapes.SchoolClassCreateSerializer)
        school = queries.schools_of(request.user).filter(pk=told.pop("school")).first()
        if school is None:
            raise NotFound
        return self.perform(services.add_class, school, status_code=201, **told)

    @extend_schema(
        summary="Change a class",
        request=shapes.SchoolClassChangeSerializer,
        responses=shapes.SchoolClassSerializer,
    )
    def update(self, request: Request, id: UUID) -> Response:
        """By a teacher of the school, or the centre. The code stays; with enough hours students are done."""
        found = self.get_object()
        return self.perform(services.change_class, found, **self.read(shapes.SchoolClassChangeSerializer))

    @extend_schema(
        summary="Read the progress of a class",
        responses=shapes.StudentProgressSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=WholeList, no_store=True)
    def progress(self, request: Request, id: UUID) -> Response:
        """How far every student is, by name."""
        return self.listed(queries.class_progress(self.get_object()), shapes.StudentProgressSerializer)
