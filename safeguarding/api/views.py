"""Screenings for programs: one's own, and those of the volunteers of one's centre."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ListViewSet
from common.errors import InvalidInput, NotFound
from people.queries import volunteers_in_scope
from safeguarding import queries, services
from safeguarding.api import serializers as shapes
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.errors import NumberNeeded
from safeguarding.models import Screening


class ScreeningFilter(django_filters.FilterSet):
    """``?volunteer=<id>``."""

    volunteer = django_filters.UUIDFilter(field_name="volunteer_id")

    class Meta:
        model = Screening
        fields = ["volunteer"]


class ScreeningViewSet(ListViewSet):
    """Steps of screening. A step that was never recorded has no row: it is required."""

    model = Screening
    serializer_class = shapes.ScreeningSerializer
    filterset_class = ScreeningFilter
    domain_errors = (InvalidInput, NumberNeeded, NotFound)

    def scope(self, user: Any) -> QuerySet[Screening]:
        """One's own, and those of one's centres."""
        return queries.screenings_visible_to(user)

    @extend_schema(summary="List screenings")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Record a screening",
        request=shapes.RecordScreeningSerializer,
        responses={200: shapes.ScreeningSerializer},
    )
    def create(self, request: Request) -> Response:
        """Record one step, over what stood there before. Coordinators; nobody screens themselves."""
        values = self.read(shapes.RecordScreeningSerializer)
        volunteer = volunteers_in_scope(request.user).filter(pk=values.pop("volunteer")).first()
        if volunteer is None:
            raise NotFound
        requirement = Requirement(values.pop("requirement"))
        state = ScreeningState(values.pop("state"))
        return self.perform(services.record_screening, volunteer, requirement, state=state, **values)
