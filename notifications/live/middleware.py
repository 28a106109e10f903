"""When a request began: a page knows nothing of what happens later, so from there its socket replays."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from common import clock


def note_beginning(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set ``request.began_at`` (UTC) before anything is read for the answer. Costs no query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.began_at = clock.now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
