"""Messages and live signals, for programs."""

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.etag import EtagMixin
from common.api.views import ListViewSet
from common.errors import InvalidInput
from notifications import queries, services
from notifications.api.serializers import (
    CursorSerializer,
    MissedSerializer,
    NoticeSerializer,
    PushSubscriptionSerializer,
    ServerKeySerializer,
    SubscribeSerializer,
)
from notifications.live import signals
from notifications.live.groups import groups_of
from notifications.models import Notice, PushSubscription
from notifications.push.vapid import newest_key


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


class PushSubscriptionViewSet(ListViewSet):
    """The devices that the signed-in person's messages go to, the newest first."""

    model = PushSubscription
    serializer_class = PushSubscriptionSerializer
    domain_errors = (InvalidInput,)
    # The address of a device is a secret: nothing of a call is kept for a repeat.
    untraced = True

    def scope(self, user: Any) -> QuerySet[PushSubscription]:
        """The person's own."""
        return queries.devices_of(user)

    @extend_schema(
        summary="Send messages to this device too",
        request=SubscribeSerializer,
        responses={201: PushSubscriptionSerializer},
    )
    def create(self, request: Request) -> Response:
        """For as long as this session lasts: signing out here ends it. Repeating it changes nothing."""
        told = self.read(SubscribeSerializer)
        session = request.auth if isinstance(request.auth, SessionBase) else request.session
        made = services.subscribe(
            request.user,
            session,
            endpoint=told["endpoint"],
            server_key=told["server_key"],
            user_agent=request.headers.get("User-Agent", ""),
            **told["keys"],
        )
        return Response(PushSubscriptionSerializer(made).data, status=201)

    @extend_schema(summary="Send nothing to a device any more", request=None, responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Its browser may forget the subscription as well."""
        return self.perform(services.unsubscribe, self.get_object())

    @extend_schema(summary="Read the key to subscribe under", responses=ServerKeySerializer)
    @action(detail=False, url_path="server-key")
    def server_key(self, request: Request) -> Response:
        """The ``applicationServerKey`` for ``PushManager.subscribe``."""
        key = newest_key()
        return Response({"server_key": key.public if key else ""})


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
