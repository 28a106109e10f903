"""Closing accounts at once, and opening them again, for programs of a centre."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ReadViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from people import queries, services
from people.enums import SuspensionReason
from people.models import Suspension
from people.services.accounts import LONGEST_NOTE


class SuspensionSerializer(serializers.ModelSerializer[Suspension]):
    """Whose account was closed, why, and why it was opened again."""

    user = serializers.UUIDField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    reason = serializers.ChoiceField(choices=SuspensionReason.choices, read_only=True)

    class Meta:
        model = Suspension
        fields = ["id", "user", "name", "reason", "note", "at", "lifted_at", "lifted_why"]
        read_only_fields = fields


class SuspendSerializer(serializers.Serializer[Any]):
    """Whose account, and why."""

    user = serializers.UUIDField(help_text="The account.")
    reason = serializers.ChoiceField(choices=SuspensionReason.choices)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True)


class LiftSerializer(serializers.Serializer[Any]):
    """Why it is opened again."""

    note = serializers.CharField(max_length=LONGEST_NOTE)


class SuspensionViewSet(ReadViewSet):
    """Closed accounts of the centres where the signed-in member of staff works."""

    model = Suspension
    serializer_class = SuspensionSerializer
    domain_errors = (InvalidInput, InvalidTransition)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Suspension]:
        """Of people of one's centres."""
        return queries.suspensions_in_scope(user)

    @extend_schema(summary="List closed accounts")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, those that were opened again too."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        services.note_closed_out(page or [], by=request.user)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="Read why an account was closed")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them."""
        found = self.get_object()
        services.note_closed_out([found], by=request.user)
        return Response(self.get_serializer(found).data)

    @extend_schema(
        summary="Close an account at once", request=SuspendSerializer, responses={201: SuspensionSerializer}
    )
    def create(self, request: Request) -> Response:
        """Signed out everywhere, no addresses, no questions, no messages."""
        values = self.read(SuspendSerializer)
        account = queries.accounts_in_scope(request.user).filter(pk=values.pop("user")).first()
        if account is None:
            raise NotFound
        services.suspend_user(account, by=request.user, **values)
        return Response(self.get_serializer(account.suspensions.latest("at")).data, status=201)

    @extend_schema(summary="Open an account again", request=LiftSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, id: Any) -> Response:
        """With the reason. The person signs in again."""
        found = self.get_object()
        services.reinstate_user(found.user, by=request.user, **self.read(LiftSerializer))
        found.refresh_from_db()
        return Response(self.get_serializer(found).data)
