"""Trainings for programs: courses, who has done them, who is invited, which help asks for them."""

from typing import Any
from uuid import UUID

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from academy import queries, services
from academy.api import learning_shapes
from academy.api import serializers as shapes
from academy.enums import InvitationState, TrainedRole, VersionState
from academy.errors import (
    AlreadyTrained,
    CourseNotOffered,
    CourseRetired,
    NotADraft,
    NothingToLearn,
    PrerequisiteMissing,
    VolunteerHasLeft,
)
from academy.models import CategoryRequirement, Completion, Course, CourseInvitation, RoleRequirement
from common.api.pagination import WholeList
from common.api.views import ListViewSet, ReadViewSet, ScopedViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from common.permissions import require
from common.uploads import UploadTooLarge, UploadUnreadable, clean_picture
from people.enums import HelpCategory
from people.models import Centre, Volunteer
from people.queries import centres_of


class CourseViewSet(ReadViewSet):
    """Courses on offer; who teaches sees drafts too."""

    model = Course
    serializer_class = shapes.CourseSerializer

    def scope(self, user: Any) -> QuerySet[Course]:
        """What the person may know of."""
        return queries.courses_visible_to(user).prefetch_related("prerequisites")

    @extend_schema(summary="List courses")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a course")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One course."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Require a course for kinds of help and of roles",
        request=shapes.RequireForSerializer,
        responses={204: None},
    )
    @action(detail=True, methods=["post"], url_path="require-for", domain_errors=[CourseNotOffered, NotFound])
    def require_for(self, request: Request, id: UUID) -> Response:
        """Coordinators: only who has done it is asked for these from now on; an empty list asks for none."""
        wanted = self.read(shapes.RequireForSerializer)
        centre = Centre.objects.filter(pk=wanted["centre"], pk__in=centres_of(request.user)).first()
        if centre is None:
            raise NotFound
        course, categories = self.get_object(), [HelpCategory(each) for each in wanted["categories"]]
        with transaction.atomic():
            if "roles" in wanted:
                roles = [TrainedRole(each) for each in wanted["roles"]]
                services.set_required_of(course, centre, roles, by=request.user)
            return self.perform(services.set_required_for, course, centre, categories)

    @extend_schema(
        summary="Begin with a course", request=None, responses={200: learning_shapes.LearningSerializer}
    )
    @action(
        detail=True, methods=["post"], domain_errors=[CourseNotOffered, NothingToLearn, PrerequisiteMissing]
    )
    def begin(self, request: Request, id: UUID) -> Response:
        """Begin with its lessons, or get those back that one does or did."""
        shape = learning_shapes.LearningSerializer
        return self.perform(services.begin, self.get_object(), request.user, answer=shape)

    @extend_schema(
        summary="Write the draft of a course",
        request=learning_shapes.WriteStepsSerializer,
        responses={200: learning_shapes.CourseVersionSerializer},
    )
    @action(detail=True, methods=["put"], url_path="draft", domain_errors=[InvalidInput, CourseRetired])
    def write_draft(self, request: Request, id: UUID) -> Response:
        """Trainers and coordinators: all steps of the draft anew. What is given stays as it is."""
        steps = self.read(learning_shapes.WriteStepsSerializer)["steps"]
        with transaction.atomic():
            draft = services.draft_of(self.get_object(), by=request.user)
            return self.perform(
                services.write_steps, draft, steps, answer=learning_shapes.CourseVersionSerializer
            )

    @extend_schema(
        summary="Publish the draft of a course",
        request=None,
        responses={200: learning_shapes.CourseVersionSerializer},
    )
    @action(detail=True, methods=["post"], url_path="publish", domain_errors=[NotADraft, InvalidInput])
    def publish_draft(self, request: Request, id: UUID) -> Response:
        """Coordinators: give the draft from now on. Who is half-way finishes what they began with."""
        draft = self.get_object().versions.filter(state=VersionState.DRAFT).first()
        if draft is None:
            raise NotADraft
        return self.perform(services.publish_version, draft, answer=learning_shapes.CourseVersionSerializer)

    @extend_schema(
        summary="Add a picture to the lessons of a course",
        request={"multipart/form-data": learning_shapes.AddPictureSerializer},
        responses={201: learning_shapes.LessonPictureSerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        parser_classes=[MultiPartParser],
        domain_errors=[InvalidInput, CourseRetired, UploadTooLarge, UploadUnreadable],
    )
    def pictures(self, request: Request, id: UUID) -> Response:
        """Trainers and coordinators: a picture made of the upload, with the line that shows it in a text."""
        course = self.get_object()
        require(request.user, "academy.write_lessons")
        said = self.read(learning_shapes.AddPictureSerializer)
        with transaction.atomic():
            kept = services.add_picture(course, clean_picture(said["picture"]), by=request.user)
            line = services.picture_line(kept, said["alt"])
        return Response(learning_shapes.LessonPictureSerializer(kept).data | {"markdown": line}, status=201)


class CourseRequirementViewSet(ScopedViewSet):
    """Which help asks for which course, in the centres where one works."""

    model = CategoryRequirement
    serializer_class = shapes.CourseRequirementSerializer
    pagination_class = WholeList

    def scope(self, user: Any) -> QuerySet[CategoryRequirement]:
        """Of the person's centres."""
        found = CategoryRequirement.objects.filter(centre_id__in=centres_of(user), course__retired_at=None)
        return found.order_by("centre_id", "category", "course_id")

    @extend_schema(summary="List required courses", filters=False)
    def list(self, request: Request) -> Response:
        """By centre and kind of help; at most 64 courses for each."""
        return self.listed(self.get_queryset())


class RoleRequirementViewSet(ScopedViewSet):
    """Which roles ask for which course, in the centres where one works."""

    model = RoleRequirement
    serializer_class = shapes.RoleRequirementSerializer
    pagination_class = WholeList

    def scope(self, user: Any) -> QuerySet[RoleRequirement]:
        """Of the person's centres."""
        return queries.role_requirements_in_scope(user)

    @extend_schema(summary="List courses that roles require", filters=False)
    def list(self, request: Request) -> Response:
        """By centre and role; at most 64 courses for each."""
        return self.listed(self.get_queryset())


class LearnerFilter(django_filters.FilterSet):
    """``?volunteer=<id>&course=<id>``."""

    volunteer = django_filters.UUIDFilter(field_name="volunteer_id")
    course = django_filters.UUIDFilter(field_name="course_id")

    class Meta:
        model = Completion
        fields = ["volunteer", "course"]


class InvitationFilter(LearnerFilter):
    """The same of invitations, and ``?state=sent``."""

    state = django_filters.ChoiceFilter(choices=InvitationState.choices)

    class Meta:
        model = CourseInvitation
        fields = ["volunteer", "course", "state"]


class CompletionViewSet(ListViewSet):
    """Who has done which course: one's own, and those of the volunteers one teaches."""

    model = Completion
    serializer_class = shapes.CompletionSerializer
    filterset_class = LearnerFilter
    domain_errors = (InvalidInput, NotFound, CourseRetired)

    def scope(self, user: Any) -> QuerySet[Completion]:
        """One's own, and those of the centres where one is staff or trainer."""
        return queries.completions_visible_to(user)

    @extend_schema(summary="List completions")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first; what was taken back has ``revokedAt``."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Record a completion",
        request=shapes.CompleteSerializer,
        responses={200: shapes.CompletionSerializer},
    )
    def create(self, request: Request) -> Response:
        """Trainers and coordinators. It counts in the matching at once; the same day twice is one."""
        wanted = self.read(shapes.CompleteSerializer)
        volunteer, course = _learner(request.user, wanted), _course(request.user, wanted)
        return self.perform(services.complete_course, volunteer, course, completed_on=wanted["completed_on"])

    @extend_schema(summary="Take a completion back", request=None, responses=shapes.CompletionSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, id: UUID) -> Response:
        """What was recorded wrongly counts no more. Repeating it changes nothing."""
        return self.perform(services.revoke_completion, self.get_object())


class CourseInvitationViewSet(ListViewSet):
    """Invitations to courses: one's own, and those of the volunteers one teaches."""

    model = CourseInvitation
    serializer_class = shapes.InvitationSerializer
    filterset_class = InvitationFilter
    domain_errors = (NotFound, CourseNotOffered, AlreadyTrained, VolunteerHasLeft)

    def scope(self, user: Any) -> QuerySet[CourseInvitation]:
        """One's own, and those of the centres where one is staff or trainer."""
        return queries.invitations_visible_to(user)

    @extend_schema(summary="List invitations to courses")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Invite to a course",
        request=shapes.InviteSerializer,
        responses={200: shapes.InvitationSerializer},
    )
    def create(self, request: Request) -> Response:
        """Coordinators and trainers. While an invitation runs, repeating gives that one."""
        wanted = self.read(shapes.InviteSerializer)
        volunteer, course = _learner(request.user, wanted), _course(request.user, wanted)
        return self.perform(services.invite_to_course, course, volunteer)

    @extend_schema(summary="Accept an invitation to a course", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def accept(self, request: Request, id: UUID) -> Response:
        """The invited volunteer wants to do it."""
        return self.perform(services.accept_invitation, self.get_object())

    @extend_schema(summary="Decline an invitation to a course", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def decline(self, request: Request, id: UUID) -> Response:
        """The invited volunteer says "not now"; no reason is asked."""
        return self.perform(services.decline_invitation, self.get_object())


def _learner(user: Any, wanted: dict[str, Any]) -> Volunteer:
    found = queries.learners_in_scope(user).filter(pk=wanted["volunteer"]).first()
    if found is None:
        raise NotFound
    return found


def _course(user: Any, wanted: dict[str, Any]) -> Course:
    found = queries.courses_visible_to(user).filter(pk=wanted["course"]).first()
    if found is None:
        raise NotFound
    return found
