"""How a centre asks, for programs of its coordinators; the id is that of the centre."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ScopedViewSet
from common.errors import InvalidInput
from help_requests import queries as help_requests
from matching import queries, services
from matching.models import DispatchPolicy
from matching.services.policy import LIMITS
from people.enums import HelpCategory
from people.models import Centre


def _number(name: str) -> serializers.IntegerField:
    least, most = LIMITS[name]
    return serializers.IntegerField(min_value=least, max_value=most, required=False)


def _kinds() -> serializers.ListField:
    kind = serializers.ChoiceField(choices=HelpCategory.choices)
    return serializers.ListField(child=kind, required=False, max_length=len(HelpCategory))


class PolicyChangesSerializer(serializers.Serializer[Any]):
    """What to change; what is left out stays."""

    wave_size = _number("wave_size")
    wave_size_today = _number("wave_size_today")
    minutes_today = _number("minutes_today")
    minutes_this_week = _number("minutes_this_week")
    minutes_later = _number("minutes_later")
    minutes_listed = _number("minutes_listed")
    quiet_from = serializers.TimeField(required=False)
    quiet_until = serializers.TimeField(required=False)
    newcomer_seat = serializers.BooleanField(required=False)
    auto_start_categories = _kinds()
    auto_open_categories = _kinds()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Turn lists of kinds of help into masks."""
        masks = {
            name: HelpCategory.to_mask(attrs[name])
            for name in ("auto_start_categories", "auto_open_categories")
            if name in attrs
        }
        return attrs | masks


class PolicySerializer(serializers.Serializer[DispatchPolicy]):
    """How a centre asks. While ``halted_at`` is set the emergency brake is on: nobody is asked."""

    centre_id = serializers.UUIDField()
    wave_size = serializers.IntegerField()
    wave_size_today = serializers.IntegerField()
    minutes_today = serializers.IntegerField()
    minutes_this_week = serializers.IntegerField()
    minutes_later = serializers.IntegerField()
    minutes_listed = serializers.IntegerField()
    quiet_from = serializers.TimeField()
    quiet_until = serializers.TimeField()
    newcomer_seat = serializers.BooleanField()
    auto_start_categories = serializers.SerializerMethodField()
    auto_open_categories = serializers.SerializerMethodField()
    halted_at = serializers.DateTimeField(allow_null=True)

    def get_auto_start_categories(self, policy: DispatchPolicy) -> list[HelpCategory]:
        """Kinds of help for which asking starts as soon as a request is approved."""
        return HelpCategory.from_mask(policy.auto_start_categories)

    def get_auto_open_categories(self, policy: DispatchPolicy) -> list[HelpCategory]:
        """Kinds of help that open by themselves when the automatic check finds nothing."""
        return HelpCategory.from_mask(policy.auto_open_categories)


class PolicyViewSet(ScopedViewSet):
    """How the centres of the signed-in coordinator ask volunteers."""

    model = Centre
    serializer_class = PolicySerializer
    pagination_class = WholeList
    domain_errors = (InvalidInput,)

    def scope(self, user: Any) -> QuerySet[Centre]:
        """The centres at whose desk the person works."""
        return Centre.objects.filter(pk__in=help_requests.desk_centres(user)).order_by("code")

    @extend_schema(summary="List policies", responses=PolicySerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """One for each centre at whose desk the person works."""
        return self.listed([queries.policy_of(centre.pk) for centre in self.get_queryset()], PolicySerializer)

    @extend_schema(summary="Read a policy", responses=PolicySerializer)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """How one centre asks."""
        return Response(PolicySerializer(queries.policy_of(self.get_object().pk)).data)

    @extend_schema(
        summary="Change a policy",
        request=PolicyChangesSerializer(partial=True),
        responses=PolicySerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change some of it; every change is recorded with who made it."""
        return self.perform(services.change_policy, self.get_object(), **self.read(PolicyChangesSerializer))

    @extend_schema(summary="Pull the emergency brake", request=None, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def halt(self, request: Request, id: UUID) -> Response:
        """Stop everything the centre asks; nobody is asked until the release."""
        return self.perform(services.halt_asking, self.get_object())

    @extend_schema(summary="Release the emergency brake", request=None, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, id: UUID) -> Response:
        """What was stopped goes on."""
        return self.perform(services.release_asking, self.get_object())
