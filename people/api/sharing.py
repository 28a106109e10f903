"""Leave to look at a resident of another centre, for programs."""

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
from common.errors import InvalidInput, InvalidTransition
from people import queries, services
from people.enums import SaidYes, SharedFor
from people.models import Centre, SharedRecord


class SharedRecordSerializer(serializers.ModelSerializer[SharedRecord]):
    """Who may look at whose record, why and until when."""

    resident = serializers.UUIDField(source="resident_id", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True, help_text="Of who looks.")
    reader = serializers.CharField(source="reader.name", read_only=True)
    reason = serializers.ChoiceField(choices=SharedFor.choices, read_only=True)
    said_yes = serializers.ChoiceField(choices=SaidYes.choices, read_only=True)
    running = serializers.BooleanField(read_only=True, help_text="Whether the reader may look now.")

    class Meta:
        model = SharedRecord
        fields = [
            "id",
            "resident",
            "centre",
            "reader",
            "reason",
            "note",
            "said_yes",
            "opened_at",
            "until",
            "ended_at",
            "running",
        ]
        read_only_fields = fields


class ShareSerializer(serializers.Serializer[Any]):
    """Whom, why, and how the resident agreed."""

    centre = serializers.PrimaryKeyRelatedField(queryset=Centre.objects.all())
    reach = serializers.CharField(
        max_length=254, help_text="Exactly the phone number or e-mail address that the resident gave."
    )
    reason = serializers.ChoiceField(choices=SharedFor.choices)
    note = serializers.CharField(max_length=services.LONGEST_SHARE_NOTE)
    said_yes = serializers.ChoiceField(choices=SaidYes.choices)
    consented = serializers.BooleanField(help_text="The text was read to the resident, who said yes.")


class SharedRecordViewSet(ReadViewSet):
    """Records that are open across the border of a centre: asked by me, of my centre, or my own."""

    model = SharedRecord
    serializer_class = SharedRecordSerializer
    domain_errors = (InvalidInput,)
    no_store = True

    def scope(self, user: Any) -> QuerySet[SharedRecord]:
        """Those that concern who asks."""
        return queries.shares_in_scope(user)

    @extend_schema(summary="List shared records")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, those that have ended too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a shared record")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them. The record itself is read as any resident."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Look at a resident of another centre",
        request=ShareSerializer,
        responses={201: SharedRecordSerializer},
    )
    def create(self, request: Request) -> Response:
        """Open one record for a time, with the resident's consent."""
        values = self.read(ShareSerializer)
        if not ratelimit.consume(request, action="share_record", user=request.user):
            raise Throttled
        return self.perform(services.share_record, values.pop("centre"), status_code=201, **values)

    @extend_schema(summary="Close a shared record", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def end(self, request: Request, id: Any) -> Response:
        """The resident, their centre and the reader may, at any time."""
        return self.perform(services.end_share, self.get_object())
