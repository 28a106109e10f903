"""The OpenAPI document: names in camelCase, and the problems each operation may answer with."""

import re
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, AllowAny

from common.api import problems
from common.api.camel import camel
from common.api.problems import Kind
from common.errors import DomainError, InvalidInput, InvalidTransition

# A time of day is the town's own, without a zone; the format "time" of JSON Schema demands one.
_TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"
_IN_PATH = re.compile(r"{\w+}")
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any unique text of 1 to 128 characters: a repeat gives the same answer and one effect.",
)


class FieldErrorSerializer(serializers.Serializer):
    """One wrong field."""

    name = serializers.CharField(allow_blank=True, help_text="Path of the field; empty for the whole body.")
    code = serializers.CharField(help_text="Stable name of what is wrong.")
    reason = serializers.CharField(help_text="A sentence for people.")


class ProblemSerializer(serializers.Serializer):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="Address that describes this kind of problem.")
    title = serializers.CharField(help_text="The same for all problems of this kind.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people about this occurrence.")
    instance = serializers.CharField(help_text="The path that was asked.")
    code = serializers.CharField(help_text="Stable name of the kind, for programs.")
    # Only ever described, never called: the name hides the property of a running serializer.
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]


class EnglishSchemaGenerator(SchemaGenerator):
    """The document is for developers: always English, whatever the language of the request or the site."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """Make the document."""
        with translation.override("en"):
            return super().get_schema(request, public)


class ProblemAutoSchema(AutoSchema):
    """Adds the standard problems of an operation and the domain errors its view declares."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """The declared answers, plus one per status of ``self.problem_kinds()``."""
        bodies = super()._get_response_bodies(direction)
        by_status: dict[int, list[Kind]] = {}
        for kind in self.problem_kinds():
            by_status.setdefault(kind.status, []).append(kind)
        for status, kinds in sorted(by_status.items()):
            bodies.setdefault(str(status), self._problem_body(kinds))
        return bodies

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """DRF forgets of a read-only choice that its column may be empty; the answer may then be ``""``."""
        if isinstance(field, serializers.ChoiceField) and field.read_only and _column_may_be_blank(field):
            field.allow_blank = True
        return super()._map_serializer_field(field, direction, bypass_extensions)

    def problem_kinds(self) -> list[Kind]:
        """The kinds of problems this operation may answer with, each once."""
        kinds = [problems.NOT_ACCEPTABLE, problems.THROTTLED, problems.UNAVAILABLE]
        if self.view.get_authenticators():
            kinds.append(problems.NOT_SIGNED_IN)
        if self._needs_sign_in() or self._is_unsafe():
            kinds.append(problems.FORBIDDEN)
        if self._names_something():
            kinds.append(problems.NOT_FOUND)
        if self._has_body():
            kinds += [problems.MALFORMED, problems.TOO_LARGE, problems.UNSUPPORTED_MEDIA_TYPE]
        if self._has_body() or any(parameter["in"] == "query" for parameter in self._get_parameters()):
            kinds.append(problems.INVALID_FIELDS)
        if self._is_unsafe():
            kinds += [problems.CONFLICT, *problems.IDEMPOTENCY_KINDS]
        kinds += [Kind(error.status, error.code, error.message) for error in self._domain_errors()]
        return list({kind.code: kind for kind in kinds}.values())

    def get_override_parameters(self) -> list[Any]:
        """Unsafe operations may be repeated safely under a key."""
        return [*super().get_override_parameters(), *([_IDEMPOTENCY_KEY] if self._is_unsafe() else [])]

    def get_summary(self) -> str | None:
        """The declared summary, else one made of the address for the usual reads."""
        subject = _IN_PATH.sub("", self.path).rstrip("/").rsplit("/", 1)[-1].replace("-", " ")
        usual = {"list": f"List {subject}", "retrieve": f"Read one of the {subject}"}
        return super().get_summary() or usual.get(getattr(self.view, "action", ""))

    def _names_something(self) -> bool:
        """Whether the address, the body or the user ("me") names a row that may be absent."""
        reads_one = hasattr(self.view, "get_object") and not self._is_list_view()
        return bool(_IN_PATH.search(self.path)) or self._is_unsafe() or reads_one

    def _is_unsafe(self) -> bool:
        return self.method not in SAFE_METHODS

    def _has_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH") and self.get_request_serializer() is not None

    def _domain_errors(self) -> list[type[DomainError]]:
        """What the view declares, and for a verb what any verb may say."""
        verbs = [InvalidTransition, InvalidInput] if self._is_unsafe() else []
        return [*getattr(self.view, "domain_errors", ()), *verbs]

    def _needs_sign_in(self) -> bool:
        return not any(isinstance(permission, AllowAny) for permission in self.view.get_permissions())

    def _problem_body(self, kinds: list[Kind]) -> dict[str, Any]:
        component = self.resolve_serializer(ProblemSerializer, "response")
        lines = [f"`{kind.code}`: {kind.title}" for kind in kinds]
        return {
            "description": "\n".join(lines),
            "content": {problems.MEDIA_TYPE: {"schema": component.ref}},
        }


def _column_may_be_blank(field: serializers.Field) -> bool:
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = {column.name: column for column in model._meta.fields} if model else {}
    return field.source in columns and columns[field.source].blank


def camelize(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Hook of drf-spectacular: properties of components and keys of the query in camelCase; times of day."""
    for component in generator.registry._components.values():
        _camelize_schema(component.schema)
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query":
                    parameter["name"] = camel(parameter["name"])
            _camelize_schema(operation)
    return result


def _camelize_schema(node: Any) -> None:
    """Rename in place, at any depth, wherever a JSON schema of an object stands."""
    if isinstance(node, list):
        for item in node:
            _camelize_schema(item)
    elif isinstance(node, dict):
        if node.get("format") == "time":
            del node["format"]
            node["pattern"] = _TIME_OF_DAY
        if isinstance(node.get("properties"), dict):
            node["properties"] = {camel(name): schema for name, schema in node["properties"].items()}
            if "required" in node:
                node["required"] = [camel(name) for name in node["required"]]
        for item in node.values():
            _camelize_schema(item)
