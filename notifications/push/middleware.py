"""A session in which messages come to a device lasts as long as it is used: whoever is asked can answer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from notifications.push.devices import stay
from notifications.queries import DEVICE_IN_SESSION
from people.queries import may_act


def keep_signed_in(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Prolong such a session once a day; a session without a device is left alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session: Any = request.session
        # A page that did not ask who reads it is not made to.
        if session.accessed and session.get(DEVICE_IN_SESSION) and may_act(request.user):
            stay(request.user, session)  # type: ignore[arg-type]
        return response

    return middleware
