"""Addresses for machines: is it alive, is it ready, what are its figures."""

import hmac
import ipaddress

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from backend.refusals import DATABASE_AWAY
from events.queries import queue_age_seconds

# Above this the worker stands still: the oldest ready event has waited too long.
QUEUE_AGE_LIMIT_SECONDS = 120


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """``GET /healthz``: the process answers. Touches nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """``GET /readyz``: 200 when the database answers and the worker keeps up, else 503.

    Body: ``{"database": "ok"|"away", "worker": "ok"|"late"|"unknown", "queueAgeSeconds": 0.0|null}``.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        age = queue_age_seconds()
    except DATABASE_AWAY:
        return JsonResponse({"database": "away", "worker": "unknown", "queueAgeSeconds": None}, status=503)
    late = age > QUEUE_AGE_LIMIT_SECONDS
    body = {"database": "ok", "worker": "late" if late else "ok", "queueAgeSeconds": round(age, 1)}
    return JsonResponse(body, status=503 if late else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """``GET /metrics``: Prometheus' text format, for this machine itself or with the bearer token.

    Behind a proxy (``settings.TRUSTED_PROXIES``) only with the token.
    """
    if _from_this_machine(request) or _has_token(request):
        return ExportToDjangoView(request)
    return HttpResponseForbidden("Only for this machine or with the token.", content_type="text/plain")


def _from_this_machine(request: HttpRequest) -> bool:
    """Behind a proxy on the same machine everyone seems local, so a forwarded request is not.

    Where a proxy is told of in the settings nobody is: it may forget to say for whom it asks.
    """
    if (
        settings.TRUSTED_PROXIES > 0
        or "HTTP_X_FORWARDED_FOR" in request.META
        or "HTTP_FORWARDED" in request.META
    ):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(
        given.encode(), settings.METRICS_TOKEN.encode()
    )
