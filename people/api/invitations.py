"""Invitations for programs: sent, sent again, taken back, accepted."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ReadViewSet
from common.errors import InvalidInput, InvalidTransition
from people import queries
from people.enums import Invited, Role
from people.errors import InvitationGone, InvitedTooOften, OtherAddress
from people.models import Centre, Invitation, Organisation
from people.services import invitations


class RoleInvitationSerializer(serializers.ModelSerializer[Invitation]):
    """Someone who was asked to take a role. The link stands in the mail and nowhere else."""

    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    state = serializers.ChoiceField(choices=Invited.choices, read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True, allow_null=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)

    class Meta:
        model = Invitation
        fields = [
            "id",
            "email",
            "role",
            "centre",
            "organisation",
            "manages",
            "state",
            "created_at",
            "sent_at",
            "expires_at",
            "answered_at",
        ]
        read_only_fields = fields


class InviteToRoleSerializer(serializers.Serializer[Any]):
    """Whom to invite, for which role, and where: a centre or an organisation."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Role.choices)
    centre = serializers.PrimaryKeyRelatedField(queryset=Centre.objects.all(), required=False)
    organisation = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.all(), required=False)
    manages = serializers.BooleanField(
        required=False, help_text="Of the organisation also its profile and members."
    )


class TokenSerializer(serializers.Serializer[Any]):
    """The secret at the end of the link."""

    token = serializers.CharField(max_length=100)


class InvitationViewSet(ReadViewSet):
    """The invitations of the centres and organisations one looks after."""

    model = Invitation
    serializer_class = RoleInvitationSerializer
    domain_errors = (InvalidInput, InvitedTooOften)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Invitation]:
        """Those one may send, or of which one may know."""
        return queries.invitations_in_scope(user)

    @extend_schema(summary="List invitations")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read an invitation")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One invitation."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Invite someone", request=InviteToRoleSerializer, responses={201: RoleInvitationSerializer}
    )
    def create(self, request: Request) -> Response:
        """Mail a link that works once, for that address, until a day."""
        return self.perform(invitations.invite, status_code=201, **self.read(InviteToRoleSerializer))

    @extend_schema(summary="Mail a new link", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition, InvitedTooOften])
    def resend(self, request: Request, id: Any) -> Response:
        """The link in the earlier mail works no more."""
        return self.perform(invitations.resend, self.get_object())

    @extend_schema(summary="Take an invitation back", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def withdraw(self, request: Request, id: Any) -> Response:
        """The link works no more."""
        return self.perform(invitations.withdraw, self.get_object())

    @extend_schema(summary="Accept an invitation", request=TokenSerializer)
    @action(detail=False, methods=["post"], domain_errors=[InvitationGone, OtherAddress])
    def accept(self, request: Request) -> Response:
        """Take the role, signed in with the address that was invited."""
        return self.perform(invitations.accept, **self.read(TokenSerializer))
