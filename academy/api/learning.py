"""Lessons, meetings and certificates for programs: the app of the phone and the trainer's own tools."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from academy import queries, services
from academy.api import learning_shapes as shapes
from academy.errors import (
    BusyThen,
    CourseNotOffered,
    NoPlaceLeft,
    NotThere,
    NotTrainedYet,
    PrerequisiteMissing,
    SessionOver,
    StepNotHere,
)
from academy.models import Certificate, Enrolment, Evaluation, Learning, Session
from common.api.pagination import WholeList
from common.api.views import ListViewSet, ReadViewSet, ScopedViewSet
from common.checkin import CodeNotValid
from common.errors import InvalidInput, InvalidTransition, NotFound
from common.permissions import require
from common.seating import Full, NotBegun, NotOpen, OutsideCheckIn, Overlaps
from people.models import Centre
from places.models import MeetingPlace


class LearningViewSet(ReadViewSet):
    """The lessons that one does or did."""

    model = Learning
    serializer_class = shapes.LearningSerializer

    def scope(self, user: Any) -> QuerySet[Learning]:
        """One's own."""
        return queries.learnings_of(user).prefetch_related("version__steps", "done")

    @extend_schema(summary="List one's lessons")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read one's lessons")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every step in the language of the request, and which are done."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Do a step", request=shapes.ProgressSerializer, responses={200: shapes.FeedbackSerializer}
    )
    @action(detail=True, methods=["post"], domain_errors=[StepNotHere, InvalidInput])
    def progress(self, request: Request, id: UUID) -> Response:
        """What was done offline is sent later, with its moment. Repeating it changes nothing."""
        learning, said = self.get_object(), self.read(shapes.ProgressSerializer)
        step = learning.version.steps.filter(pk=said["step"]).first()
        if step is None:
            raise StepNotHere
        return self.perform(
            services.do_step,
            learning,
            step,
            choice=said["choice"],
            at=said["at"],
            answer=shapes.FeedbackSerializer,
        )


class SessionFilter(django_filters.FilterSet):
    """``?course=<id>&centre=<id>``."""

    class Meta:
        model = Session
        fields = ["course", "centre"]


class SessionViewSet(ReadViewSet):
    """Meetings of courses: those to come, one's own, and those one runs."""

    model = Session
    serializer_class = shapes.SessionSerializer
    filterset_class = SessionFilter
    domain_errors = (NotFound, InvalidInput, SessionOver)

    def scope(self, user: Any) -> QuerySet[Session]:
        """What the person may know of."""
        return queries.sessions_visible_to(user)

    @extend_schema(summary="List meetings")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a meeting")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One meeting."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Plan a meeting",
        request=shapes.PlanMeetingSerializer,
        responses={201: shapes.SessionSerializer},
    )
    def create(self, request: Request) -> Response:
        """Trainers and coordinators of the centre; at a place with perhaps a room, or by video call."""
        said = self.read(shapes.PlanMeetingSerializer)
        course = queries.courses_visible_to(request.user).filter(pk=said.pop("course")).first()
        taught = queries.teaching_centres(request.user)
        centre = Centre.objects.filter(pk=said.pop("centre"), pk__in=taught).first()
        if course is None or centre is None:
            raise NotFound
        return self.perform(services.plan_session, course, centre, status_code=201, **_found(centre, said))

    @extend_schema(
        summary="Change a meeting",
        request=shapes.MeetingSerializer(partial=True),
        responses={200: shapes.SessionSerializer},
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Only what is given. Who has a place is told of another time or place; more places let people in."""
        session = self.get_object()
        require(request.user, "academy.run_session", session)
        body = shapes.MeetingSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return self.perform(services.change_session, session, **_found(session.centre, body.validated_data))

    @extend_schema(summary="Sign up for a meeting", request=None, responses={200: shapes.EnrolmentSerializer})
    @action(
        detail=True,
        methods=["post"],
        domain_errors=[CourseNotOffered, PrerequisiteMissing, NotOpen, Overlaps],
    )
    def enrol(self, request: Request, id: UUID) -> Response:
        """A place, or one on the waiting list, which moves by itself. Repeating it gives the same seat."""
        shape = shapes.EnrolmentSerializer
        return self.perform(services.enrol, self.get_object(), request.user, answer=shape)

    @extend_schema(
        summary="Find somebody for the list by name",
        request=shapes.NameSerializer,
        responses={200: shapes.PeopleFoundSerializer},
    )
    @action(detail=True, methods=["post"])
    def find(self, request: Request, id: UUID) -> Response:
        """Who may be meant, of whom the centre knows. The name goes in the body: it stands in no address."""
        session = self.get_object()
        require(request.user, "academy.run_session", session)
        found = queries.found_at_door(session, self.read(shapes.NameSerializer)["name"])
        return Response(shapes.PeopleFoundSerializer(found).data)

    @extend_schema(
        summary="Put somebody on the list",
        request=shapes.PersonSerializer,
        responses={200: shapes.EnrolmentSerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        domain_errors=[CourseNotOffered, NotTrainedYet, NotOpen, BusyThen, NoPlaceLeft],
    )
    def add(self, request: Request, id: UUID) -> Response:
        """From two hours before the start they are present, before that signed up. Twice changes nothing."""
        session = self.get_object()
        require(request.user, "academy.run_session", session)
        person = queries.known_at(session.centre).filter(pk=self.read(shapes.PersonSerializer)["person"])
        if (found := person.first()) is None:
            raise NotFound
        return self.perform(services.put_on_list, session, found, answer=shapes.EnrolmentSerializer)

    @extend_schema(summary="Call a meeting off", request=None, responses=shapes.SessionSerializer)
    @action(detail=True, methods=["post"], url_path="call-off", domain_errors=[InvalidTransition])
    def call_off(self, request: Request, id: UUID) -> Response:
        """Everybody who has a place is told."""
        return self.perform(services.call_off_session, self.get_object())

    @extend_schema(summary="Round a meeting off", request=None, responses=shapes.SessionSerializer)
    @action(detail=True, methods=["post"], domain_errors=[NotBegun])
    def close(self, request: Request, id: UUID) -> Response:
        """Who was there has done it; who was not ticked did not come."""
        return self.perform(services.close_session, self.get_object())

    @extend_schema(
        summary="Check in with the code at the door",
        request=shapes.CodeSerializer,
        responses={200: shapes.EnrolmentSerializer},
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="check-in",
        domain_errors=[
            CodeNotValid,
            OutsideCheckIn,
            InvalidTransition,
            CourseNotOffered,
            PrerequisiteMissing,
            Full,
            Overlaps,
        ],
    )
    def check_in(self, request: Request) -> Response:
        """I am there. With ``join`` who has no place gets a free one. Repeating it changes nothing."""
        said = self.read(shapes.CodeSerializer)
        code, join = said["code"], said["join"]
        return self.perform(services.check_in_by_code, code, join=join, answer=shapes.EnrolmentSerializer)


def _found(centre: Centre, said: dict[str, Any]) -> dict[str, Any]:
    """Return what is told of a meeting with its trainer and place; both are of the centre."""
    found = dict(said)
    for name, found_at in (("trainer", services.trainer_at), ("place", services.place_at)):
        if found.get(name) is not None:
            found[name] = found_at(centre, found[name])
    return found


class PlaceFilter(django_filters.FilterSet):
    """``?centre=<id>``."""

    centre = django_filters.UUIDFilter(field_name="district__centres")

    class Meta:
        model = MeetingPlace
        fields = ["centre"]


class MeetingPlaceViewSet(ListViewSet):
    """Where meetings can be planned."""

    model = MeetingPlace
    serializer_class = shapes.MeetingPlaceSerializer
    filterset_class = PlaceFilter
    pagination_class = WholeList

    def scope(self, user: Any) -> QuerySet[MeetingPlace]:
        """In the districts of the centres where one teaches."""
        return queries.places_of(*queries.teaching_centres(user))

    @extend_schema(summary="List places to meet")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """By name; nothing for who teaches nowhere."""
        return super().list(request, *args, **kwargs)


class SeatFilter(django_filters.FilterSet):
    """``?session=<id>&state=confirmed``."""

    session = django_filters.UUIDFilter(field_name="event_id")

    class Meta:
        model = Enrolment
        fields = ["session", "state"]


class EnrolmentViewSet(ListViewSet):
    """Places at meetings: one's own, and those at the meetings one runs."""

    model = Enrolment
    serializer_class = shapes.EnrolmentSerializer
    filterset_class = SeatFilter
    domain_errors = (InvalidTransition,)

    def scope(self, user: Any) -> QuerySet[Enrolment]:
        """What the person may know of."""
        return queries.enrolments_visible_to(user)

    @extend_schema(summary="List places at meetings")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Give a place up", request=None, responses=shapes.EnrolmentSerializer)
    @action(detail=True, methods=["post"], domain_errors=[NotOpen])
    def leave(self, request: Request, id: UUID) -> Response:
        """The first in line gets it. Repeating it changes nothing."""
        return self.perform(services.leave, self.get_object())

    @extend_schema(summary="Tick someone as present", request=None, responses=shapes.EnrolmentSerializer)
    @action(detail=True, methods=["post"], url_path="check-in", domain_errors=[OutsideCheckIn])
    def check_in(self, request: Request, id: UUID) -> Response:
        """Trainers and coordinators."""
        return self.perform(services.check_in, self.get_object())

    @extend_schema(summary="Note a no-show", request=None, responses=shapes.EnrolmentSerializer)
    @action(detail=True, methods=["post"], domain_errors=[NotBegun])
    def missed(self, request: Request, id: UUID) -> Response:
        """Trainers and coordinators; what the person got by it is taken back."""
        return self.perform(services.mark_missed, self.get_object())

    @extend_schema(summary="Undo a tick or a no-show", request=None, responses=shapes.EnrolmentSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, id: UUID) -> Response:
        """Trainers and coordinators; what the person got by it is taken back."""
        return self.perform(services.reopen_seat, self.get_object())


class CertificateViewSet(ListViewSet):
    """Certificates: one's own, and those of who learned where one teaches."""

    model = Certificate
    serializer_class = shapes.CertificateSerializer

    def scope(self, user: Any) -> QuerySet[Certificate]:
        """What the person may know of."""
        return queries.certificates_visible_to(user)

    @extend_schema(summary="List certificates")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first; what was taken back has ``revokedAt``."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Take a certificate back", request=None, responses=shapes.CertificateSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, id: UUID) -> Response:
        """What it opened closes with it. Repeating it changes nothing."""
        return self.perform(services.revoke_certificate, self.get_object())


class EvaluationViewSet(ScopedViewSet):
    """What one thought of trainings."""

    model = Evaluation
    serializer_class = shapes.EvaluationSerializer
    domain_errors = (NotThere, InvalidInput, NotFound)

    def scope(self, user: Any) -> QuerySet[Evaluation]:
        """One's own."""
        return Evaluation.objects.filter(user_id=user.pk)

    @extend_schema(
        summary="Say how a training was",
        request=shapes.SayEvaluationSerializer,
        responses={200: shapes.EvaluationSerializer},
    )
    def create(self, request: Request) -> Response:
        """Saying it again replaces the former."""
        said = self.read(shapes.SayEvaluationSerializer)
        course = queries.courses_visible_to(request.user).filter(pk=said.pop("course")).first()
        if course is None:
            raise NotFound
        wanted = said.pop("session")
        session = queries.sessions_visible_to(request.user).filter(pk=wanted).first() if wanted else None
        if wanted and session is None:
            raise NotFound
        return self.perform(services.evaluate, course, session=session, **said)
