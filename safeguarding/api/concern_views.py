"""Concerns for programs: anybody reports one; the confidential officer and who was named read and act."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ListViewSet, ScopedViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from people.models import Centre, User
from safeguarding import queries, services
from safeguarding.api import concern_serializers as shapes
from safeguarding.enums import ConcernState, Party, ReadVia
from safeguarding.errors import ConcernClosed
from safeguarding.models import Concern, ConcernRead


class ReportViewSet(ScopedViewSet):
    """Reporting: no account is needed, and nothing can be read back."""

    model = Concern
    serializer_class = shapes.ReferenceSerializer
    permission_classes = (AllowAny,)
    # Anybody may report, so staff may before they have shown their second factor.
    without_factor = True
    no_store = True
    untraced = True
    domain_errors = (InvalidInput, NotFound)

    @extend_schema(
        summary="Report a concern",
        request=shapes.ReportSerializer,
        responses={201: shapes.ReferenceSerializer},
    )
    def create(self, request: Request) -> Response:
        """In danger call 112 first. The answer is a code to mention when one calls about it later."""
        told = self.read(shapes.ReportSerializer)
        if not ratelimit.consume(request._request, action="report_concern"):
            raise Throttled
        wanted = told.pop("centre")
        centre = _centre(wanted) if wanted else queries.centre_for_concern(request.user, told["postcode"])
        concern = services.report_concern(centre, **told)
        return Response(shapes.ReferenceSerializer(concern).data, status=201)


class ConcernViewSet(ListViewSet):
    """The officer's desk. What was told is in the answer of one concern only, and each look is noted."""

    model = Concern
    serializer_class = shapes.ConcernSerializer
    no_store = True
    untraced = True
    domain_errors = (InvalidInput, InvalidTransition)

    def scope(self, user: Any) -> QuerySet[Concern]:
        """Of the centres where one is confidential officer, and those entrusted to one."""
        return queries.concerns_visible_to(user)

    @extend_schema(summary="List concerns")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, without a word of what they say."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a concern", responses=shapes.ToldConcernSerializer)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """With what was told and the step record. This look is added to the read log."""
        found = services.read_concern(id, by=request.user, via=ReadVia.API)
        return Response(shapes.ToldConcernSerializer(found).data)

    @extend_schema(summary="Take a step", request=shapes.StepSerializer, responses=shapes.ConcernSerializer)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, id: UUID) -> Response:
        """Officer: the next state; closing says why in ``text``."""
        found, wanted = self.get_object(), self.read(shapes.StepSerializer)
        to = ConcernState(wanted["state"])
        return self.perform(services.move_concern, found, to, text=wanted["text"])

    @extend_schema(
        summary="Add a note", request=shapes.NoteSerializer, responses={201: shapes.LineSerializer}
    )
    @action(detail=True, methods=["post"], domain_errors=[InvalidInput])
    def note(self, request: Request, id: UUID) -> Response:
        """Officer and named coordinator: a line that cannot be changed afterwards."""
        found, text = self.get_object(), self.read(shapes.NoteSerializer)["text"]
        return self.perform(services.add_note, found, text, answer=shapes.LineSerializer, status_code=201)

    @extend_schema(
        summary="Entrust a concern", request=shapes.EntrustSerializer, responses=shapes.ConcernSerializer
    )
    @action(detail=True, methods=["post"], domain_errors=[InvalidInput, ConcernClosed])
    def entrust(self, request: Request, id: UUID) -> Response:
        """Officer: one coordinator reads along from now on; null: nobody."""
        found, wanted = self.get_object(), self.read(shapes.EntrustSerializer)["coordinator"]
        named = User.objects.filter(pk=wanted).first() if wanted else None
        if wanted and named is None:
            raise NotFound
        return self.perform(services.entrust_concern, found, named)

    @extend_schema(
        summary="Hand a concern over",
        request=shapes.HandOverSerializer,
        responses={201: shapes.LineSerializer},
    )
    @action(detail=True, methods=["post"], url_path="hand-over", domain_errors=[InvalidInput, ConcernClosed])
    def hand_over(self, request: Request, id: UUID) -> Response:
        """Officer: record to whom, and whether with consent; without consent ``text`` says why."""
        found, wanted = self.get_object(), self.read(shapes.HandOverSerializer)
        party = Party(wanted.pop("party"))
        return self.perform(
            services.hand_over_concern,
            found,
            party,
            answer=shapes.LineSerializer,
            status_code=201,
            **wanted,
        )


class ConcernReadViewSet(ScopedViewSet):
    """The read log of the concerns of one's centres, for the officer."""

    model = ConcernRead
    serializer_class = shapes.ReadSerializer
    no_store = True

    def scope(self, user: Any) -> QuerySet[ConcernRead]:
        """Where one is confidential officer."""
        return queries.concern_reads_visible_to(user)

    @extend_schema(summary="List who read concerns")
    def list(self, request: Request) -> Response:
        """Newest first."""
        return self.listed(self.filter_queryset(self.get_queryset()))


def _centre(centre_id: UUID) -> Centre:
    found = Centre.objects.filter(pk=centre_id).first()
    if found is None:
        raise NotFound
    return found
