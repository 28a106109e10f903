"""Calls with an effect, for the tests of idempotency."""

import threading
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.services import record
from tests.events.samples import Effect


class Things(APIView):
    """Makes a row and answers with its number; ``status`` in the body asks for another answer."""

    permission_classes = [AllowAny]
    throttle_classes: list[Any] = []

    @transaction.atomic
    def post(self, request: Request) -> Response:
        made = record(Effect(1)).pk
        status = int(request.data.get("status", 201))
        return Response({"made": made}, status=status, headers={"Location": f"/api/v1/things/{made}"})


class Untraced(Things):
    """The same, and nothing of a call may be kept."""

    untraced = True


def page(request: HttpRequest) -> HttpResponse:
    """A page outside the API."""
    with transaction.atomic():
        return HttpResponse(str(record(Effect(1)).pk))


def crash(request: HttpRequest) -> HttpResponse:
    """Has its effect, then falls over."""
    with transaction.atomic():
        record(Effect(1))
    raise ZeroDivisionError


def upload(request: HttpRequest) -> HttpResponse:
    """Takes a form with a file; answers with the size."""
    return HttpResponse(str(request.FILES["photo"].size))


class Gate:
    """Holds a call inside its view until the test lets it go."""

    entered = threading.Event()
    leave = threading.Event()


def slow(request: HttpRequest) -> HttpResponse:
    """Has its effect, then waits at the gate."""
    with transaction.atomic():
        record(Effect(1))
    Gate.entered.set()
    Gate.leave.wait(60)
    return HttpResponse("done")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """An answer that cannot be kept."""
    with transaction.atomic():
        record(Effect(1))
    return StreamingHttpResponse([b"a", b"b"])


async def async_page(request: HttpRequest) -> HttpResponse:
    """An asynchronous view."""
    return JsonResponse({"asynchronous": True})


def set_cookie(request: HttpRequest) -> HttpResponse:
    """Answers with a cookie, which belongs to the first caller's connection only."""
    response = HttpResponse("ok")
    response.set_cookie("secret", "1")
    return response


urlpatterns = [
    path("api/v1/things", Things.as_view()),
    path("api/v1/others", Things.as_view()),
    path("api/v1/untraced", Untraced.as_view()),
    path("api/v1/crash", crash),
    path("api/v1/stream", stream),
    path("api/v1/upload", upload),
    path("api/v1/slow", slow),
    path("api/v1/async", async_page),
    path("api/v1/cookie", set_cookie),
    path("page", page),
]
