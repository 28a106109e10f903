"""Pages of a list by cursor: stable while rows are added, equally fast at any depth."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import pagination
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

PAGE_SIZE = 25
MAX_PAGE_SIZE = 100


class CursorPagination(pagination.CursorPagination):
    """``{"items": […], "next": url | null, "previous": url | null}``, newest first.

    Ids are UUIDv7, so ordering by id is ordering by age. A viewset may set ``ordering`` to
    another field that is never null (for example ``due_at``).
    """

    ordering = "-id"
    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "pageSize"
    cursor_query_description = "The place in the list where this page starts; taken from next or previous."
    page_size_query_description = "The number of items on a page."

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        """The view's ``ordering`` when it has one, else newest first; among equals always newest first.

        Without that last word PostgreSQL gives equal rows in any order, another on each page.
        """
        return tuple(dict.fromkeys([getattr(view, "ordering", self.ordering), self.ordering]))

    def get_page_size(self, request: Request) -> int:
        """The asked page size. Raises ``ValidationError`` outside 1…100."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        # isascii: int() also reads other scripts' digits.
        if asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= self.max_page_size:
            return int(asked)
        reason = _("Choose a number from 1 to {most}.").format(most=self.max_page_size)
        raise ValidationError({self.page_size_query_param: reason})

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """Return the rows of the page. Raises ``ValidationError`` for a cursor that is not ours."""
        self._check_cursor(queryset, request, view)
        return super().paginate_queryset(queryset, request, view)

    def _check_cursor(self, queryset: QuerySet, request: Request, view: Any) -> None:
        """A cursor comes from the client: refuse here what the database would choke on."""
        try:
            cursor = self.decode_cursor(request)
            if cursor is None or cursor.position is None:
                return
            name = self.get_ordering(request, queryset, view)[0].lstrip("-")
            _require_value_of(queryset.model._meta.get_field(name), cursor.position)
        except FieldDoesNotExist:
            return  # an annotation: the view that orders by one answers for its type
        except (NotFound, ValueError, DjangoValidationError) as error:
            raise ValidationError(
                {self.cursor_query_param: _("This is not a cursor of this list.")}
            ) from error

    def get_paginated_response(self, data: Any) -> Response:
        """The body of a page."""
        return Response({"items": data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The body of a page, for the OpenAPI document."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["items", "next", "previous"],
            "properties": {"items": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The query parameters, for the OpenAPI document."""
        cursor, page_size = super().get_schema_operation_parameters(view)
        page_size["schema"] = {
            "type": "integer",
            "minimum": 1,
            "maximum": self.max_page_size,
            "default": self.page_size,
        }
        return [cursor, page_size]


class WholeList(pagination.BasePagination):
    """A short list that is always given whole, in the same shape as a page."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """All rows, in their own order."""
        return list(queryset)

    def get_paginated_response(self, data: Any) -> Response:
        """The body: no next, no previous."""
        return Response({"items": data, "next": None, "previous": None})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The body, for the OpenAPI document."""
        return CursorPagination().get_paginated_response_schema(schema)


def _require_value_of(field: Any, position: str) -> None:
    """Raise ``ValueError`` or Django's ``ValidationError`` unless ``field`` takes ``position``."""
    if "\x00" in position:
        raise ValueError("PostgreSQL takes no null character")
    field.to_python(position)
