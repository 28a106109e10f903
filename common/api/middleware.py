"""Headers that every answer of the API has, whoever gave the answer."""

from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

PREFIX = "/api/v1"


@sync_and_async_middleware
def api_headers(get_response: Any) -> Any:
    """Add ``API-Version`` and caching rules to answers under ``/api/v1``."""

    async def in_loop(request: HttpRequest) -> HttpResponse:
        return _marked(request, await get_response(request))

    def in_thread(request: HttpRequest) -> HttpResponse:
        return _marked(request, get_response(request))

    return in_loop if iscoroutinefunction(get_response) else in_thread


def _marked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.path.startswith(PREFIX):
        return response
    response.headers["API-Version"] = settings.API_VERSION
    # no-cache, not no-store: a client may keep a list and ask by its ETag whether it is still fresh.
    if "Cache-Control" not in response.headers:
        patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Accept-Language", "Cookie", "X-Session-Token"])
    return response
