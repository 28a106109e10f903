"""Errors and sign-in redirects of pages, told in the way the browser's request can show them.

Both classes run under WSGI and ASGI without a thread hop: what they do costs nothing unless it is needed.
"""

from collections.abc import Awaitable
from typing import cast
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin
from django_htmx.http import HttpResponseClientRedirect

from backend.refusals import DATABASE_AWAY, busy, refusal_of, refuse
from common.api.problems import is_api
from common.errors import DomainError


class DomainErrorMiddleware(MiddlewareMixin):
    """A domain error in a page becomes its plain sentence, a database that is away a 503.

    The API speaks for itself (``common.api.problems``) and is left alone.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook for an exception that a view did not catch."""
        if is_api(request):
            return None
        if isinstance(exception, DomainError):
            return refuse(request, refusal_of(exception))
        return busy(request) if isinstance(exception, DATABASE_AWAY) else None


class HtmxSignInMiddleware(MiddlewareMixin):
    """Someone whose session has ended goes to the sign-in page, not the sign-in page into a fragment."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """As ``__call__``, without the thread the mixin would take."""
        return redirect_whole_page(
            request, await cast("Awaitable[HttpResponseBase]", self.get_response(request))
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer, and turn a redirect to the sign-in page into one of the whole page."""
        if self.async_mode:
            return self.__acall__(request)
        return redirect_whole_page(request, cast("HttpResponseBase", self.get_response(request)))


def redirect_whole_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """For an htmx request: make a redirect to the sign-in page one that the browser itself follows."""
    htmx = getattr(request, "htmx", None)
    if not htmx or not isinstance(response, HttpResponseRedirect):
        return response
    login = resolve_url(settings.LOGIN_URL)
    if not response.url.startswith(login):
        return response
    # Back to the page the person looks at, not to the fragment that was asked for.
    here = quote(htmx.current_url_abs_path or "/")
    return HttpResponseClientRedirect(f"{login}?next={here}")
