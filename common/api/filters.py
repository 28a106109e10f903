"""Filters whose query keys are camelCase outside."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from common.api.camel import snaked_query


class CamelFilterBackend(DjangoFilterBackend):
    """``?opensAfter=…`` reaches the filter ``opens_after`` of the view's ``filterset_class``."""

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet, view: Any) -> dict[str, Any]:
        """The arguments of the filter set, with the query's keys in snake_case."""
        query = snaked_query(request.query_params)
        return super().get_filterset_kwargs(request, queryset, view) | {"data": query}
