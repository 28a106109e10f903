"""One effect and one answer for an API call that is repeated (``Idempotency-Key``).

Follows the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header):
a client that got no answer repeats its call with the same key, and gets the answer of the first.

The effect, the key and the answer commit in one transaction. What happens to an answer:

* below 400: kept for a day, and replayed with ``Idempotency-Replayed: true``;
* 4xx: not kept, so a repeat runs anew. A service that refuses has no effect to undo; what the view counted
  (throttles may live in the same database) stays counted, or a key would be a way around the limits;
* 5xx: everything rolls back, so a repeat runs anew;
* of a view with ``untraced``: never kept. Who reported a concern, and what was noted about it, stands in no
  table beside its own; the report has a key of its own in the body.
"""

import base64
import hashlib
import hmac
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from common.api.problems import KEY_IN_USE, KEY_MALFORMED, KEY_REUSED, is_api, problem_page
from common.encryption import digest
from common.errors import DomainError
from events.models import IdempotentCall

HEADER = "Idempotency-Key"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
LONGEST_KEY = 128
RETRY_AFTER_SECONDS = 1

Next = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Call:
    """Who calls, with which key, and a digest of what they ask."""

    scope: str
    key: str
    fingerprint: str


class IdempotencyMiddleware:
    """Replays the kept answer of unsafe API calls that carry a key. All other requests pass untouched."""

    sync_capable = True
    async_capable = True

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
    ) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer, or pass the request on."""
        if not _concerned(request):
            return self.get_response(request)
        if self.is_async:
            # One thread for the transaction and, within async_to_sync, for the synchronous view.
            return sync_to_async(_answer)(request, async_to_sync(self.get_response))  # type: ignore[arg-type]
        return _answer(request, self.get_response)  # type: ignore[arg-type]


def _concerned(request: HttpRequest) -> bool:
    return request.method not in SAFE_METHODS and is_api(request) and HEADER in request.headers


def _answer(request: HttpRequest, view: Next) -> HttpResponseBase:
    key = request.headers[HEADER]
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        return problem_page(request, KEY_MALFORMED)
    fingerprint = _fingerprint(request)
    call = Call(_scope(request, fingerprint), key, fingerprint)
    with _only_one_here(call) as alone:
        return _answer_once(request, view, call) if alone else _busy(request)


def _answer_once(request: HttpRequest, view: Next, call: Call) -> HttpResponseBase:
    with transaction.atomic():
        if not _only_one_anywhere(call):
            return _busy(request)
        kept = IdempotentCall.objects.filter(scope=call.scope, key=call.key).first()
        if kept is not None:
            same = hmac.compare_digest(kept.fingerprint, call.fingerprint)
            return _replay(kept) if same else problem_page(request, KEY_REUSED)
        response = view(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif response.status_code < 400 and isinstance(response, HttpResponse) and not _untraced(request):
            _keep(call, response)
        return response


def _busy(request: HttpRequest) -> HttpResponse:
    response = problem_page(request, KEY_IN_USE)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _keep(call: Call, response: HttpResponse) -> None:
    answer: Any = {"headers": dict(response.items()), "body": base64.b64encode(response.content).decode()}
    IdempotentCall.objects.create(
        scope=call.scope,
        key=call.key,
        fingerprint=call.fingerprint,
        status=response.status_code,
        answer=answer,
    )


def _untraced(request: HttpRequest) -> bool:
    """Whether the view that answered wants nothing of its calls kept."""
    view = request.resolver_match.func if request.resolver_match else None
    return getattr(getattr(view, "cls", None), "untraced", False)


def _replay(kept: IdempotentCall) -> HttpResponse:
    body = base64.b64decode(kept.answer["body"])
    response = HttpResponse(body, status=kept.status, headers=kept.answer["headers"])
    response["Idempotency-Replayed"] = "true"
    return response


def _scope(request: HttpRequest, fingerprint: str) -> str:
    """Return whose key it is: the account's, else the session's, else that of exactly this request.

    A caller without account and session has nothing to be told apart by (an address is shared by many), so
    such a key can neither clash with nor reveal the answer to anything but the very same request.
    """
    user = _user_id(request)
    if user:
        return digest(f"user:{user}")
    session = request.session.session_key
    return digest(f"session:{session}" if session else f"request:{fingerprint}")


def _user_id(request: HttpRequest) -> str:
    """Return the account the API takes this request for, ``""`` for none.

    Asks the API's own authentication, cookies and tokens alike: an ended session gets no replay.
    """
    view, known = APIView(), getattr(request, "user", None)
    try:
        # With parsers: the check of the CSRF token looks into the body of a call that came with a cookie.
        user = Request(request, parsers=view.get_parsers(), authenticators=view.get_authenticators()).user
    except (APIException, DomainError):  # the view will say what is wrong with these credentials
        return ""
    finally:
        # Who is refused here is made a stranger on the request itself; the view judges for itself.
        request.user = known  # type: ignore[assignment]
    return str(user.pk) if user.is_authenticated else ""


def _fingerprint(request: HttpRequest) -> str:
    """Return a keyed digest of method, path with query, and body (without a form's random boundary)."""
    boundary = (request.content_params or {}).get("boundary", "").encode()
    body = request.body.replace(boundary, b"") if boundary else request.body
    head = f"{request.method} {request.get_full_path()} {request.content_type}\n".encode()
    return hmac.new(settings.DIGEST_KEY.encode(), head + body, hashlib.sha256).hexdigest()


_running: set[tuple[str, str]] = set()
_running_guard = threading.Lock()


@contextmanager
def _only_one_here(call: Call) -> Iterator[bool]:
    """Whether no other thread of this process answers the same call. SQLite has one process."""
    mark = (call.scope, call.key)
    with _running_guard:
        alone = mark not in _running
        _running.add(mark)
    try:
        yield alone
    finally:
        if alone:
            with _running_guard:
                _running.discard(mark)


def _only_one_anywhere(call: Call) -> bool:
    """Whether no other process answers the same call: an advisory lock until the end of the transaction.

    The unique constraint would hold without it, but by waiting, with a connection of the pool in hand.
    """
    if connection.vendor != "postgresql":
        return True
    number = int.from_bytes(hashlib.sha256(f"{call.scope} {call.key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
