"""The OpenAPI document and the page that shows it to people, both made from the code."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from common.api import problems
from common.api.problems import Kind
from common.api.schema import EnglishSchemaGenerator

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One row of the docs page."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    signed_in: bool
    parameters: list[dict[str, Any]]
    body: list[dict[str, Any]]
    answers: list[dict[str, str]]


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document; made once per process, for it follows from the code."""
    return EnglishSchemaGenerator().get_schema(request=None, public=True)


def endpoints() -> list[dict[str, str]]:
    """The addresses that can be read without knowing an id."""
    return [
        {"href": path, "summary": operations["get"].get("summary", operations["get"]["operationId"])}
        for path, operations in document()["paths"].items()
        if "get" in operations and "{" not in path
    ]


@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document for programs, readable from any origin (it is public)."""
    response = HttpResponse(orjson.dumps(document()), content_type="application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def docs_page(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document for people: one section per subject, plain HTML, no script."""
    context = {
        "subjects": subjects(),
        "kinds": _kinds(),
        "document": document(),
        "version": settings.API_VERSION,
    }
    return render(request, "common/api_docs.html", context)


def subjects() -> dict[str, list[Operation]]:
    """The operations under their subject (the first segment after ``/api/v1``), in order of address."""
    found: dict[str, list[Operation]] = {}
    for path, operations in document()["paths"].items():
        subject = path.removeprefix("/api/v1").strip("/").split("/")[0] or "api"
        for method in _METHODS:
            if method in operations:
                found.setdefault(subject, []).append(_operation(path, method, operations[method]))
    return found


def _kinds() -> list[Kind]:
    """Every kind of problem with its title in English, by status and code."""
    with translation.override("en"):
        known = problems.known_kinds().values()
        english = [Kind(kind.status, kind.code, str(kind.title)) for kind in known]
    return sorted(english, key=lambda kind: (kind.status, kind.code))


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        signed_in=bool(operation.get("security")) and {} not in operation["security"],
        parameters=[_parameter(parameter) for parameter in operation.get("parameters", [])],
        body=_fields(_json_schema(operation.get("requestBody", {}))),
        answers=[_answer(status, answer) for status, answer in operation["responses"].items()],
    )


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "type": _type_name(parameter["schema"]),
        "required": parameter.get("required", False),
        "description": parameter.get("description", ""),
    }


def _answer(status: str, answer: dict[str, Any]) -> dict[str, str]:
    schema = _json_schema(answer)
    return {"status": status, "description": answer.get("description", ""), "type": _type_name(schema)}


def _json_schema(holder: dict[str, Any]) -> dict[str, Any]:
    for media in holder.get("content", {}).values():
        return media["schema"]
    return {}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference to a component, and a wrapper around a single one."""
    for wrapper in ("allOf", "oneOf"):
        if wrapper in schema and not schema.get("properties"):
            return _resolved(schema[wrapper][0])
    if "$ref" not in schema:
        return schema
    return document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    resolved = _resolved(schema)
    required = resolved.get("required", [])
    return [
        {
            "name": name,
            "type": _type_name(inner),
            "required": name in required,
            "description": _resolved(inner).get("description", inner.get("description", "")),
        }
        for name, inner in resolved.get("properties", {}).items()
    ]


def _type_name(schema: dict[str, Any]) -> str:
    """A short word for a schema: ``string (uuid)``, ``list of HelpRequest``, ``a | b | c``."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        values = _resolved(schema).get("enum")
        return _choices(values) if values else name
    for wrapper in ("allOf", "oneOf", "anyOf"):
        if wrapper in schema:
            return " | ".join(_type_name(inner) for inner in schema[wrapper])
    if "enum" in schema:
        return _choices(schema["enum"])
    kind = schema.get("type", "")
    name = " | ".join(kind) if isinstance(kind, list) else kind
    if name == "array":
        return f"list of {_type_name(schema.get('items', {}))}"
    return f"{name} ({schema['format']})" if "format" in schema else name


def _choices(values: list[Any]) -> str:
    return " | ".join("null" if value is None else str(value) for value in values)
