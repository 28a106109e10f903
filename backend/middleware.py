"""Errors and sign-in redirects of pages, told in the way the browser's request can show them.

All run under WSGI and ASGI; what they do costs nothing unless it is needed.
"""

from collections.abc import Awaitable
from typing import cast
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django_htmx.http import HttpResponseClientRedirect

from backend.refusals import DATABASE_AWAY, busy, refusal_of, refuse
from common.api import problems
from common.api.problems import is_api
from common.errors import DomainError
from people.errors import SecondFactorNeeded
from people.models import User
from people.services import has_factor, lacks_proof, note_session

# Signing in, out and setting the factor up; what everybody sees, and may report; what the machine asks.
OPEN_WITHOUT_FACTOR = (
    "/account/", "/_allauth/", "/inloggen/", "/static/", "/taal/", "/weergave/", "/privacy/",
    "/toegankelijkheid/",
    "/manifest.webmanifest", "/sw.js", "/robots.txt", "/favicon.ico", "/.well-known/",
    "/zorg-melden/", "/api/v1/concern-reports",
    "/healthz", "/readyz", "/metrics",
)  # fmt: skip
SECOND_FACTOR_NEEDED = problems.Kind(
    SecondFactorNeeded.status, SecondFactorNeeded.code, SecondFactorNeeded.message
)


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


class AddressMiddleware(CommonMiddleware):
    """Django's care for addresses; those of the API end without a slash, and are not looked up twice."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Whether the address only lacks the slash at its end."""
        return not is_api(request) and super().should_redirect_with_slash(request)


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


class PersonalPagesMiddleware(MiddlewareMixin):
    """Pages of who has a session are kept by no browser and no cache, unless they say so.

    Computers are shared: nobody reads with the back button what another saw before signing out.
    """

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """As ``__call__``, without the thread the mixin would take."""
        return kept_nowhere(request, await cast("Awaitable[HttpResponseBase]", self.get_response(request)))

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer, and say that it is not to be kept."""
        if self.async_mode:
            return self.__acall__(request)
        return kept_nowhere(request, cast("HttpResponseBase", self.get_response(request)))


def kept_nowhere(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Mark a page that may be someone's own, where its view has not said what may be kept of it."""
    personal = settings.SESSION_COOKIE_NAME in request.COOKIES and not is_api(request)
    if personal and "Cache-Control" not in response.headers:
        add_never_cache_headers(response)
    return response


class SecondFactorMiddleware(MiddlewareMixin):
    """Staff who have not shown a second factor in this session are led to where they can do so."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """As ``__call__``; reading who it is takes a thread, for those who are signed in only."""
        refused = await sync_to_async(_without_factor)(request) if _is_known(request) else None
        return refused or await cast("Awaitable[HttpResponseBase]", self.get_response(request))

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer, or lead to the second factor."""
        if self.async_mode:
            return self.__acall__(request)
        refused = _without_factor(request) if _is_known(request) else None
        return refused or cast("HttpResponseBase", self.get_response(request))


def _is_known(request: HttpRequest) -> bool:
    return settings.STAFF_SECOND_FACTOR and settings.SESSION_COOKIE_NAME in request.COOKIES


def _without_factor(request: HttpRequest) -> HttpResponse | None:
    user = cast("User", note_session(request.user, request.session))
    if request.path.startswith(OPEN_WITHOUT_FACTOR) or not lacks_proof(user):
        return None
    if is_api(request):
        return problems.problem_page(request, SECOND_FACTOR_NEEDED)
    here = quote(request.get_full_path() if request.method == "GET" else "/")
    way = f"{reverse('mfa_reauthenticate')}?next={here}" if has_factor(user) else reverse("mfa_index")
    return HttpResponseClientRedirect(way) if request.headers.get("HX-Request") else redirect(way)


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
