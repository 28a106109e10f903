"""A small API over organisations, to test the plumbing apart from any app's own rules."""

from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import QuerySet
from django.urls import include, path, re_path
from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from common.api.meta import unknown_address
from common.api.pagination import WholeList
from common.api.router import ApiRouter
from common.api.views import ReadViewSet
from common.errors import DomainError, InvalidInput
from people.models import Organisation, User

handler500 = "backend.refusals.server_error"


class Sold(DomainError):
    code = "sold"
    message = "This one is sold."


class LineSerializer(serializers.Serializer):
    house_number = serializers.IntegerField(min_value=1)


class NoteSerializer(serializers.Serializer):
    first_line = serializers.CharField(max_length=10)
    other_lines = LineSerializer(many=True, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["first_line"] == "nonsense":
            raise serializers.ValidationError("This makes no sense.", code="no_sense")
        return data


class OrganisationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organisation
        fields = ["id", "name", "created_at"]


class OrganisationFilter(FilterSet):
    name_starts = CharFilter(field_name="name", lookup_expr="startswith")


def rename(organisation: Organisation, *, by: User, first_line: str, **_more: Any) -> Organisation:
    organisation.name = f"{first_line} by {by.name}"
    return organisation


def forget(organisation: Organisation, *, by: User) -> None:
    assert by.is_authenticated


RAISED = {
    "sold": Sold(),
    "field": InvalidInput("Not this street.", field="house_number"),
    "integrity": IntegrityError("UNIQUE constraint failed: people_user.email"),
    "operational": OperationalError("server closed the connection"),
    "interface": InterfaceError("connection already closed"),
    "bug": ZeroDivisionError("secret"),
}


class OrganisationViewSet(ReadViewSet):
    model = Organisation
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter

    def scope(self, user: User) -> QuerySet[Organisation]:
        return Organisation.objects.filter(centre__in=user.role_grants.values("centre"))

    @extend_schema(request=NoteSerializer)
    @action(detail=True, methods=["post"])
    def give_name(self, request: Any, id: Any) -> Response:
        return self.perform(rename, self.get_object(), **self.read(NoteSerializer))

    @action(detail=True, methods=["delete"])
    def memory(self, request: Any, id: Any) -> Response:
        return self.perform(forget, self.get_object())

    @action(detail=False, pagination_class=WholeList)
    def shortest(self, request: Any) -> Response:
        return self.listed(self.get_queryset()[:2])


class ByNameViewSet(OrganisationViewSet):
    """Ordered by a field that is not unique."""

    ordering = "name"


class RaisingViewSet(ReadViewSet):
    """Raises the error of the address."""

    permission_classes = (AllowAny,)
    lookup_value_converter = "slug"

    def retrieve(self, request: Any, id: str) -> Response:
        raise RAISED[id]


router = ApiRouter()
router.register("organisations", OrganisationViewSet, basename="organisation")
router.register("by-name", ByNameViewSet, basename="by-name")
router.register("raising", RaisingViewSet, basename="raising")
urlpatterns = [path("api/v1/", include(router.urls)), re_path("^api/", unknown_address)]
