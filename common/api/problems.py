"""Every error of the API as one shape: ``application/problem+json`` (RFC 9457)."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from common.api.camel import CamelJSONRenderer, camel
from common.errors import DomainError, InvalidInput

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
API_PREFIX = "/api/"
TYPE_PREFIX = "/api/v1/problems/"
RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True)
class Kind:
    """A kind of problem: ``code`` is stable, for programs; ``title`` is the same for all of a kind."""

    status: int
    code: str
    title: Any


INVALID_FIELDS = Kind(400, "invalid-fields", _("Some fields are not right."))
MALFORMED = Kind(400, "malformed", _("We cannot read this request."))
NOT_SIGNED_IN = Kind(401, "not-signed-in", _("Please sign in first."))
FORBIDDEN = Kind(403, "forbidden", _("You may not do this."))
NOT_FOUND = Kind(404, "not-found", _("We cannot find this."))
METHOD_NOT_ALLOWED = Kind(405, "method-not-allowed", _("This address does not know that method."))
NOT_ACCEPTABLE = Kind(406, "not-acceptable", _("We cannot answer in that format."))
CONFLICT = Kind(409, "conflict", _("This clashes with something that is already there."))
TOO_LARGE = Kind(413, "too-large", _("This is too large."))
UNSUPPORTED_MEDIA_TYPE = Kind(415, "unsupported-media-type", _("We cannot read that format."))
THROTTLED = Kind(429, "too-many-requests", _("That is a lot at once. Please wait a moment."))
SERVER_ERROR = Kind(500, "server-error", _("Something went wrong on our side."))
KEY_MALFORMED = Kind(
    400, "idempotency-key-malformed", _("The Idempotency-Key is not 1 to 128 visible characters.")
)
KEY_IN_USE = Kind(409, "idempotency-key-in-use", _("The first call with this key is still running."))
KEY_REUSED = Kind(422, "idempotency-key-reused", _("This key was used for another call."))
UNAVAILABLE = Kind(503, "unavailable", _("We are busy for a moment. Please try again."))

_BY_EXCEPTION: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Kind], ...] = (
    (exceptions.ValidationError, INVALID_FIELDS),
    (exceptions.ParseError, MALFORMED),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), NOT_SIGNED_IN),
    ((exceptions.PermissionDenied, PermissionDenied), FORBIDDEN),
    ((exceptions.NotFound, Http404), NOT_FOUND),
    (exceptions.MethodNotAllowed, METHOD_NOT_ALLOWED),
    (exceptions.NotAcceptable, NOT_ACCEPTABLE),
    (exceptions.UnsupportedMediaType, UNSUPPORTED_MEDIA_TYPE),
    (exceptions.Throttled, THROTTLED),
    (RequestDataTooBig, TOO_LARGE),
    (SuspiciousOperation, MALFORMED),
    (IntegrityError, CONFLICT),
    ((OperationalError, InterfaceError), UNAVAILABLE),
)
IDEMPOTENCY_KINDS = (KEY_MALFORMED, KEY_IN_USE, KEY_REUSED)
GENERAL_KINDS: tuple[Kind, ...] = (
    *dict.fromkeys(kind for _exception, kind in _BY_EXCEPTION),
    *IDEMPOTENCY_KINDS,
    SERVER_ERROR,
)


@dataclass(frozen=True)
class Problem:
    """One occurrence of a kind of problem."""

    kind: Kind
    detail: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, instance: str) -> dict[str, Any]:
        """The members of RFC 9457 plus ``code`` and ``errors``; ``instance`` is the path without query."""
        return {
            "type": TYPE_PREFIX + self.kind.code,
            "title": str(self.kind.title),
            "status": self.kind.status,
            "detail": self.detail or str(self.kind.title),
            "instance": instance,
            "code": self.kind.code,
            "errors": self.errors,
        }


def problem_of(error: BaseException) -> Problem | None:
    """Return the problem that ``error`` stands for, or ``None`` for an error nobody foresaw."""
    if isinstance(error, DomainError):
        return _domain_problem(error)
    for classes, kind in _BY_EXCEPTION:
        if isinstance(error, classes):
            return Problem(kind, _detail(error), _field_errors(error), _headers(error, kind))
    if isinstance(error, exceptions.APIException):
        kind = Kind(error.status_code, error.default_code.replace("_", "-"), error.default_detail)
        return Problem(kind, _detail(error))
    return None


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. ``None`` leaves an unforeseen error to Django (logged, status 500)."""
    problem = problem_of(error)
    if problem is None:
        return None
    if isinstance(error, IntegrityError | OperationalError | InterfaceError):
        logger.warning("database refused", extra={"kind": type(error).__name__})
    set_rollback()
    body = problem.body(context["request"].path)
    return Response(body, status=problem.kind.status, headers=problem.headers, content_type=MEDIA_TYPE)


def problem_page(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The same answer outside DRF, for Django's own error handlers."""
    body = CamelJSONRenderer().render(Problem(kind).body(request.path))
    return HttpResponse(body, status=kind.status, content_type=MEDIA_TYPE)


def is_api(request: HttpRequest) -> bool:
    """Whether errors of this request are for a program."""
    return request.path.startswith(API_PREFIX)


def known_kinds() -> dict[str, Kind]:
    """Every kind of problem by its code: the general ones and the domain errors of the loaded apps."""
    domain = [Kind(error.status, error.code, error.message) for error in _subclasses(DomainError)]
    return {kind.code: kind for kind in (*domain, *GENERAL_KINDS)}


def _subclasses(base: type[DomainError]) -> Iterator[type[DomainError]]:
    yield base
    for child in base.__subclasses__():
        yield from _subclasses(child)


def _domain_problem(error: DomainError) -> Problem:
    errors = []
    if isinstance(error, InvalidInput) and error.field:
        errors = [{"name": camel(error.field), "code": error.code, "reason": str(error.message)}]
    return Problem(Kind(error.status, error.code, type(error).message), str(error.message), errors)


def _detail(error: BaseException) -> str:
    """The sentence of a DRF error; Django's and the database's own words stay inside."""
    if isinstance(error, exceptions.Throttled):
        return ""  # DRF's own is half translated; the header says how long to wait
    detail = getattr(error, "detail", "")
    return str(detail) if isinstance(detail, str) else ""


def _headers(error: BaseException, kind: Kind) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = f"{wait:.0f}"
    elif kind is UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return headers


def _field_errors(error: BaseException) -> list[dict[str, str]]:
    """All field errors of a validation error; an error of the whole body has the name ``""``."""
    if not isinstance(error, exceptions.ValidationError):
        return []
    return list(_flat(error.get_full_details(), ""))


def _flat(details: Any, path: str) -> Iterator[dict[str, str]]:
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        code = str(details["code"]).replace("_", "-")
        yield {"name": path, "code": code, "reason": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            yield from _flat(inner, path if name == "non_field_errors" else _joined(path, camel(str(name))))
    else:
        for index, inner in enumerate(details):
            # A list of messages belongs to the field itself; a list of dicts to its items.
            leaf = set(inner) == {"message", "code"} if isinstance(inner, Mapping) else False
            yield from _flat(inner, path if leaf else _joined(path, str(index)))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
