"""Who may see which pages of matching, and what htmx asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from common.errors import Forbidden, NotFound
from help_requests import queries as help_requests
from help_requests.models import HelpRequest
from matching import queries
from matching.models import Assignment, Offer
from people import queries as people

View = Callable[..., HttpResponse]


def volunteers_only(view: View) -> View:
    """Call the view with the volunteer as second argument; others are invited to join."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        volunteer = people.volunteer_of(request.user)
        if volunteer is None:
            return redirect("join")
        return view(request, volunteer, *args, **kwargs)

    return never_cache(login_required(guarded))


def coordinators_only(view: View) -> View:
    """Call the view with the request at this person's desk as second argument.

    Raises ``Forbidden`` for who works at no desk, ``NotFound`` for another centre's request.
    """

    @wraps(view)
    def guarded(request: HttpRequest, request_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if not help_requests.desk_centres(request.user):
            raise Forbidden
        found = help_requests.at_desk_of(request.user).filter(pk=request_id).first()
        if found is None:
            raise NotFound
        return view(request, found, *args, **kwargs)

    return never_cache(login_required(guarded))


def desk_only(view: View) -> View:
    """Let only people in who work at a desk; visitors sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not help_requests.desk_centres(request.user):
            raise Forbidden
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


def own_offer(request: HttpRequest, offer_id: UUID) -> Offer:
    """The question put to this person. Raises ``NotFound`` for absent and foreign alike."""
    offer = queries.offers_to(request.user).filter(pk=offer_id).first()
    if offer is None:
        raise NotFound(str(_("We cannot find this question. It may be for someone else.")))
    return offer


def own_assignment(request: HttpRequest, assignment_id: UUID) -> Assignment:
    """The agreement of this person as a volunteer. Raises ``NotFound`` for absent and foreign alike."""
    found = queries.assignments_of_volunteer(request.user).filter(pk=assignment_id)
    assignment = found.first()
    if assignment is None:
        raise NotFound
    return assignment


def match_of(request: HttpRequest, request_id: UUID) -> tuple[HelpRequest, list[Assignment]]:
    """The person's own request with its agreements. Raises ``NotFound`` when it is not theirs."""
    found = help_requests.own_request(request.user, request.session, request_id)
    return found, list(queries.assignments_for(found))


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in history asks for the whole of it."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request
