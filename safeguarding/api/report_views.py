"""Reports and blocks for programs."""

from typing import Any

from allauth.core import ratelimit
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ReadViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from people.models import Resident, Volunteer
from safeguarding import queries, services
from safeguarding.enums import ReportKind, ReportOutcome, ReportReason, ReportState
from safeguarding.errors import ReportedAlready
from safeguarding.models import Block, Report
from safeguarding.services.blocks import LONGEST_NOTE
from safeguarding.services.reports import LONGEST_ANSWER, LONGEST_STORY


class ReportSerializer(serializers.ModelSerializer[Report]):
    """What someone told, as they themselves see it: nothing of what the centre noted."""

    kind = serializers.ChoiceField(choices=ReportKind.choices, read_only=True)
    reason = serializers.ChoiceField(choices=ReportReason.choices, read_only=True)
    state = serializers.ChoiceField(choices=ReportState.choices, read_only=True)
    outcome = serializers.ChoiceField(choices=ReportOutcome.choices, read_only=True, allow_blank=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "kind",
            "object_id",
            "reason",
            "story",
            "state",
            "outcome",
            "answer",
            "reported_at",
            "settled_at",
        ]
        read_only_fields = fields


class DeskReportSerializer(ReportSerializer):
    """The same as the desk sees it: with who told it, whom it is about and what was noted."""

    reporter = serializers.CharField(source="reporter.name", read_only=True, allow_null=True)
    volunteer = serializers.UUIDField(source="volunteer_id", read_only=True, allow_null=True)
    resident = serializers.UUIDField(source="resident_id", read_only=True, allow_null=True)
    person = serializers.UUIDField(
        source="person_id", read_only=True, allow_null=True, help_text="The account whose words it is about."
    )
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)

    class Meta(ReportSerializer.Meta):
        fields = [
            *ReportSerializer.Meta.fields,
            "reporter",
            "volunteer",
            "resident",
            "person",
            "organisation",
            "note",
        ]
        read_only_fields = fields


class FileReportSerializer(serializers.Serializer[Any]):
    """What it is about, and what is wrong."""

    kind = serializers.ChoiceField(choices=ReportKind.choices)
    object_id = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=ReportReason.choices)
    story = serializers.CharField(max_length=LONGEST_STORY, required=False, allow_blank=True)


class SettleSerializer(serializers.Serializer[Any]):
    """What came of it, with a word to who reported and a note for the centre."""

    outcome = serializers.ChoiceField(choices=ReportOutcome.choices)
    answer = serializers.CharField(max_length=LONGEST_ANSWER, required=False, allow_blank=True)
    note = serializers.CharField(max_length=LONGEST_STORY, required=False, allow_blank=True)


class MyReportViewSet(ReadViewSet):
    """What the signed-in person told."""

    model = Report
    serializer_class = ReportSerializer
    domain_errors = (InvalidInput, ReportedAlready)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Report]:
        """One's own."""
        return queries.reports_of(user)

    @extend_schema(summary="List my reports")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, with what came of them."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read one of my reports")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Report something", request=FileReportSerializer, responses={201: ReportSerializer}
    )
    def create(self, request: Request) -> Response:
        """Tell the centre that something is wrong with a person, a request or a message."""
        values = self.read(FileReportSerializer)
        if not ratelimit.consume(request, action="report", user=request.user):
            raise Throttled
        kind, object_id = values.pop("kind"), values.pop("object_id")
        return self.perform(services.file_report, kind, object_id, status_code=201, **values)


class ReportViewSet(ReadViewSet):
    """The reports at the desk of the signed-in coordinator."""

    model = Report
    serializer_class = DeskReportSerializer
    domain_errors = (InvalidInput, InvalidTransition)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Report]:
        """Of the centres one coordinates, except those about or by oneself."""
        return queries.reports_at_desk(user)

    @extend_schema(summary="List reports")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a report")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Take a report in hand", request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, id: Any) -> Response:
        """Colleagues see who looks at it."""
        return self.perform(services.take_report, self.get_object())

    @extend_schema(summary="Settle a report", request=SettleSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, id: Any) -> Response:
        """Close it; who reported is told what came of it."""
        found, values = self.get_object(), self.read(SettleSerializer)
        return self.perform(services.settle_report, found, ReportOutcome(values.pop("outcome")), **values)


class BlockSerializer(serializers.ModelSerializer[Block]):
    """Two people who are kept apart."""

    volunteer = serializers.UUIDField(source="volunteer_id", read_only=True)
    resident = serializers.UUIDField(source="resident_id", read_only=True)

    class Meta:
        model = Block
        fields = ["id", "volunteer", "resident", "note", "created_at", "ended_at"]
        read_only_fields = fields


class SetBlockSerializer(serializers.Serializer[Any]):
    """Who not to bring together."""

    volunteer = serializers.UUIDField()
    resident = serializers.UUIDField()
    note = serializers.CharField(
        max_length=LONGEST_NOTE, required=False, allow_blank=True, help_text="For who sets it."
    )


class BlockViewSet(ReadViewSet):
    """The blocks one set, and those of the centres one coordinates."""

    model = Block
    serializer_class = BlockSerializer
    domain_errors = (InvalidInput,)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Block]:
        """Running ones."""
        return queries.blocks_around(user)

    @extend_schema(summary="List blocks")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a block")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Keep two people apart", request=SetBlockSerializer, responses={201: BlockSerializer}
    )
    def create(self, request: Request) -> Response:
        """By either of the two, who acts for the resident, or their coordinator."""
        values = self.read(SetBlockSerializer)
        volunteer = Volunteer.objects.select_related("user").filter(pk=values["volunteer"]).first()
        resident = Resident.objects.filter(pk=values["resident"]).first()
        pair = Block(volunteer=volunteer, resident=resident) if volunteer and resident else None
        if pair is None or not request.user.has_perm("safeguarding.block", pair):
            raise NotFound
        note = values.get("note", "")
        return self.perform(services.block, volunteer, resident, note=note, status_code=201)

    @extend_schema(summary="Lift a block", request=None)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, id: Any) -> Response:
        """They may be brought together again."""
        return self.perform(services.unblock, self.get_object())
