"""Base viewsets. An app's ``api/views.py`` says whose rows, which serializer, which service."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from common.api.etag import EtagMixin
from common.errors import DomainError, NotFound


class ScopedViewSet(GenericViewSet):
    """Every read starts from the rows this user may know of; absent and foreign look alike (404).

    A subclass sets ``model`` and ``serializer_class`` and implements ``scope``. ``domain_errors``
    names the domain errors its operations may answer with, for the OpenAPI document; an
    ``@action(…, domain_errors=[…])`` names its own.
    """

    model: ClassVar[type[Model]]
    domain_errors: Iterable[type[DomainError]] = ()
    # Answers that no browser or proxy may keep, such as who lives where; also ``@action(…, no_store=True)``.
    no_store = False
    # Nothing of a call is kept for a repeat with its ``Idempotency-Key``, not even who called.
    untraced = False
    # No OPTIONS: DRF's answer to it describes serializers; the OpenAPI document does that.
    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    lookup_field = "id"
    lookup_value_converter = "uuid"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say when the answer may not be kept."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.no_store:
            response.headers["Cache-Control"] = "no-store"
        return response

    def scope(self, user: Any) -> QuerySet:
        """The rows that ``user`` may know of. Put the query in the app's ``queries.py``."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        """The scoped rows; nothing while the OpenAPI document is made (there is no user then)."""
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.scope(self.request.user)

    def get_object(self) -> Any:
        """The row of the address. Raises ``NotFound`` for absent and foreign alike."""
        found = self.get_queryset().filter(**{self.lookup_field: self.kwargs["id"]}).first()
        if found is None:
            raise NotFound
        return found

    def read(self, serializer_class: type[BaseSerializer] | None = None) -> dict[str, Any]:
        """The checked body of the request. Raises ``ValidationError`` with all field errors."""
        serializer = (serializer_class or self.get_serializer_class())(
            data=self.request.data, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def listed(self, rows: Any, serializer_class: type[BaseSerializer] | None = None) -> Response:
        """Answer with rows made elsewhere: a page of a queryset, or all of a list (``WholeList``)."""
        serializer_class = serializer_class or self.get_serializer_class()
        page = self.paginate_queryset(rows)
        serializer = serializer_class(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(serializer.data)

    def perform(
        self,
        service: Callable[..., Any],
        *args: Any,
        answer: type[BaseSerializer] | None = None,
        status_code: int = status.HTTP_200_OK,
        **kwargs: Any,
    ) -> Response:
        """Call ``service(*args, by=<the user>, **kwargs)`` and answer with what it returns.

        ``answer`` is the serializer of the result (default: the viewset's own); a service that
        returns ``None`` gives 204. Domain errors pass through to ``common.api.problems``.
        """
        result = service(*args, by=self.request.user, **kwargs)
        if result is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        serializer_class = answer or self.get_serializer_class()
        serializer = serializer_class(result, context=self.get_serializer_context())
        return Response(serializer.data, status=status_code)


class ReadViewSet(EtagMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """List and detail with ETags; the usual base. Add a ``create`` or ``@action`` for each verb."""


class ListViewSet(EtagMixin, mixins.ListModelMixin, ScopedViewSet):
    """List only."""
