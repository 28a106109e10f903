"""Asking the resident about another part of the day, and hearing the answer: desk and resident's page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.errors import InvalidTransition, NotFound
from help_requests import queries as help_requests
from help_requests.models import HelpRequest
from matching import explanations, queries, services
from matching.models import Widening

SAID = {"ja": True, "nee": False}


def told(widening: Widening) -> dict[str, Any]:
    """A question about the day with what it asks in words."""
    words = explanations.widening_words(widening.daypart, widening.on_date)
    return {"widening": widening, "words": words}


def open_moments(request: HelpRequest) -> list[dict[str, Any]]:
    """What the resident has still to answer about the day."""
    return [told(widening) for widening in queries.open_widenings(request)]


@require_POST
@never_cache
def answer_moment(request: HttpRequest, request_id: UUID, widening_id: UUID, said: str) -> HttpResponse:
    """The resident's side says yes or no, with or without an account."""
    found = help_requests.own_request(request.user, request.session, request_id)
    by = request.user if request.user.is_authenticated else None
    if answer(found, widening_id, yes=SAID[said], by=by):
        yes, no = _("Thank you! We go on looking."), _("That is all right. We go on looking.")
        messages.success(request, yes if SAID[said] else no)
    else:
        messages.info(request, _("This question is no longer open. You do not have to do anything."))
    return redirect("my-request", request_id)


def answer(found: HelpRequest, widening_id: UUID, *, yes: bool, by: Any) -> bool:
    """Give the answer to a question of this request; return whether it was still of use.

    Raises:
        NotFound: there is no such question with this request.
    """
    widening = queries.widenings_of(found).filter(pk=widening_id).first()
    if widening is None:
        raise NotFound
    try:
        services.answer_widening(widening, yes=yes, by=by)
    except InvalidTransition:
        return False
    return True
