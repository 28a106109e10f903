"""What a person sees when a page cannot be shown: a plain sentence, a way back, the right status."""

import sys
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.api import problems

DATABASE_AWAY = (OperationalError, InterfaceError)
RETRY_AFTER_SECONDS = 10


@dataclass(frozen=True)
class Refusal:
    """A title and a sentence for a status."""

    status: int
    title: str | Promise
    sentence: str | Promise
    icon: str = "info"


BAD_REQUEST = Refusal(
    400,
    _("We did not understand that"),
    _("Something in the address or the form was not right. Please try again."),
)
TOO_LARGE = Refusal(
    413,
    _("That is too much at once"),
    _("A file or text that you sent is too large. Choose a smaller one and try again."),
)
FORBIDDEN = Refusal(
    403,
    _("This page is not for you"),
    _("You may not see or do this. Perhaps you have to sign in, or with another account."),
    "shield",
)
NOT_FOUND = Refusal(
    404,
    _("We cannot find this page"),
    _("Perhaps the address has a typing error, or the page is no longer there."),
    "search",
)
CONFLICT = Refusal(409, _("This is not possible now"), _("The situation has changed in the meantime."))
STALE_FORM = Refusal(
    403,
    _("Please send it once more"),
    _(
        "The page was open for too long, or your browser refuses cookies. "
        "Go back, refresh the page and try again."
    ),
    "clock",
)
BROKEN = Refusal(
    500,
    _("Something went wrong on our side"),
    _("We are sorry. We have been told about it. Please try again later."),
    "repairs",
)
BUSY = Refusal(
    503, _("It is very busy for a moment"), _("Nothing is lost. Wait a few seconds and try again."), "clock"
)
BY_STATUS = {refusal.status: refusal for refusal in (BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_LARGE)}


def refuse(request: HttpRequest, refusal: Refusal, *, frame: bool = True) -> HttpResponse:
    """Answer with the refusal: for htmx an alert at the top of the page, else a whole page.

    ``frame=False`` leaves out what needs the database (navigation, phone number): for when that is away.
    """
    if getattr(request, "htmx", False):
        response = HttpResponse(
            render_to_string("_refusal.html", {"refusal": refusal}), status=refusal.status
        )
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML show:top"
        return response
    if frame:
        return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
    return HttpResponse(render_to_string("refusal.html", {"refusal": refusal}), status=refusal.status)


def busy(request: HttpRequest) -> HttpResponse:
    """The database is locked or away: 503, with the time after which to try again."""
    response = refuse(request, BUSY, frame=False)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400; also what is too large for it comes here."""
    too_large = isinstance(exception, RequestDataTooBig)
    if problems.is_api(request):
        return problems.problem_page(request, problems.TOO_LARGE if too_large else problems.MALFORMED)
    return refuse(request, TOO_LARGE if too_large else BAD_REQUEST, frame=False)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    if problems.is_api(request):
        return problems.problem_page(request, problems.FORBIDDEN)
    return refuse(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    if problems.is_api(request):
        return problems.problem_page(request, problems.NOT_FOUND)
    return refuse(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. A database that went away outside a view ends here too."""
    away = isinstance(sys.exc_info()[1], DATABASE_AWAY)
    if problems.is_api(request):
        return problems.problem_page(request, problems.UNAVAILABLE if away else problems.SERVER_ERROR)
    return busy(request) if away else refuse(request, BROKEN, frame=False)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form that was open too long, in words."""
    if problems.is_api(request):
        return problems.problem_page(request, problems.FORBIDDEN)
    return refuse(request, STALE_FORM)


def refusal_of(error: Any) -> Refusal:
    """The refusal that says a domain error's own sentence, under the title of its status."""
    known = BY_STATUS.get(error.status, CONFLICT)
    return Refusal(error.status, known.title, error.message, known.icon)
