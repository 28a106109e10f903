"""Messages and live signals, for programs."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.etag import EtagMixin
from common.api.views import ListViewSet
from notifications import queries, services
from notifications.api.serializers import CursorSerializer, MissedSerializer, NoticeSerializer
from notifications.live import signals
from notifications.live.groups import groups_of
from notifications.models import Notice


class NoticeViewSet(ListViewSet):
    """The signed-in person's messages, newest first."""

    model = Notice
    serializer_class = NoticeSerializer

    def scope(self, user: Any) -> QuerySet[Notice]:
        """The person's own."""
        return queries.notices_of(user)

    @extend_schema(summary="Mark a message as read", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="mark-read")
    def mark_read(self, request: Request, id: Any) -> Response:
        """Repeating it changes nothing."""
        services.mark_read(request.user, [self.get_object().pk])
        return Response(status=204)

    @extend_schema(summary="Mark all messages as read", request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="mark-all-read")
    def mark_all_read(self, request: Request) -> Response:
        """Every message of the person."""
        services.mark_read(request.user)
        return Response(status=204)


class LiveSignalsView(EtagMixin, APIView):
    """What the socket would have told: for clients that poll, every 30 seconds."""

    @extend_schema(
        summary="Read what changed since a cursor",
        parameters=[CursorSerializer],
        responses=MissedSerializer,
    )
    def get(self, request: Request) -> Response:
        """Topics and ids that changed for this person; no data, fetch that at its own address.

        Begin without a cursor: that gives the newest one. Send the cursor of each answer with the next call.
        """
        given = CursorSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        newest = signals.latest_cursor()
        cursor = given.validated_data.get("cursor")
        rows = [] if cursor is None else signals.missed(groups_of(request.user, request.session), cursor)
        missed = [{"cursor": row.id, "topic": row.topic, "id": row.object_id} for row in rows or []]
        return Response({"cursor": newest, "refresh": rows is None, "signals": missed})
