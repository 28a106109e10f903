"""Filters whose query keys are camelCase outside, and one for moments."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters import IsoDateTimeFilter
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from common.api.camel import snaked_query


class CamelFilterBackend(DjangoFilterBackend):
    """``?opensAfter=…`` reaches the filter ``opens_after`` of the view's ``filterset_class``."""

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet, view: Any) -> dict[str, Any]:
        """The arguments of the filter set, with the query's keys in snake_case."""
        query = snaked_query(request.query_params)
        return super().get_filterset_kwargs(request, queryset, view) | {"data": query}


class MomentField(IsoDateTimeField):
    """A moment given in any zone, as one in UTC: PostgreSQL refuses offsets of sixteen hours and more."""

    def to_python(self, value: Any) -> datetime | None:
        """The moment. Raises ``ValidationError`` where UTC has no year for it."""
        moment = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(IsoDateTimeFilter):
    """Compares with a moment."""

    field_class = MomentField
