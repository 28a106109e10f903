"""The coordinator's desk: live lists on the left, the opened request on the right."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.htmx import toast
from help_requests.enums import AGREED, ASKABLE, DONE_WITH
from help_requests.models import HelpRequest
from help_requests.queries import history_of, same_resident, urgency
from help_requests.services import urgent_words
from help_requests.web.desk.access import desk_only, desk_request_of
from help_requests.web.desk.acts import BY_SLUG, Act, choices_for
from help_requests.web.desk.history import told
from help_requests.web.desk.lists import Queue, list_of, queue_of
from help_requests.web.fields import show_refusal
from help_requests.web.fragments import wants_fragment
from people.enums import Need, Why
from people.services import Address, note_read, shown_phone

MOST_SIMILAR = 5
# An act whose form had errors, with that form.
Tried = tuple[Act, forms.Form] | None


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def desk(request: HttpRequest) -> HttpResponse:
    """The desk with no request opened. A search is posted: names do not belong in an address."""
    return render(request, "help_requests/desk/desk.html", {"queue": _queue(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def desk_queue(request: HttpRequest) -> HttpResponse:
    """The list alone, fetched again when something changes and while one searches."""
    return render(request, "help_requests/desk/_queue.html", {"queue": _queue(request), "live": True})


@require_safe
@desk_only
def desk_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request with everything a coordinator needs. With htmx only the panel."""
    return _show(request, desk_request_of(request.user, request_id))


@require_POST
@desk_only
def desk_act(request: HttpRequest, request_id: UUID, slug: str) -> HttpResponse:
    """Do something with a request: approve, send back, hand over. What was typed stays if it fails."""
    found = desk_request_of(request.user, request_id)
    act = BY_SLUG[slug]
    if found.state not in act.states:
        raise InvalidTransition
    form = act.form(request.POST, help_request=found)
    if not form.is_valid():
        return _show(request, found, tried=(act, form))
    try:
        act.verb(found, by=request.user, **form.cleaned_data)
    except InvalidInput as error:
        show_refusal(form, error)
        return _show(request, found, tried=(act, form))
    return _done(request, act, request_id)


def _done(request: HttpRequest, act: Act, request_id: UUID) -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, str(act.said))
        return redirect("desk-request", request_id)
    response = _show(request, desk_request_of(request.user, request_id))
    undo = reverse(act.undo, args=[request_id]) if act.undo else None
    return trigger_client_event(toast(response, str(act.said), undo=undo), "sk:desk")


def _show(request: HttpRequest, found: HelpRequest, tried: Tried = None) -> HttpResponse:
    note_read(found.resident, by=request.user, why=Why.REQUEST)
    context: dict[str, Any] = _panel(found, tried)
    template = "help_requests/desk/_panel.html"
    if not wants_fragment(request):
        template = "help_requests/desk/desk.html"
        context |= {"queue": _queue(request, list_of(found)), "opened": found.pk}
    return render(request, template, context, status=422 if tried else 200)


def _panel(found: HelpRequest, tried: Tried) -> dict[str, Any]:
    resident = found.resident
    return {
        "help_request": found,
        "resident": resident,
        "address": Address(**resident.address).lines if resident.address else (),
        "needs": [need.label for need in Need.from_mask(resident.needs)],
        "phone": shown_phone(resident.phone),
        "filer_phone": shown_phone((found.filer or {}).get("phone", "")),
        "urgency": urgency(found, clock.today()),
        "urgent_words": urgent_words(found.description),
        "choices": choices_for(found, tried),
        "list_slug": list_of(found),
        "history": told(history_of(found)),
        "similar": same_resident(found)[:MOST_SIMILAR],
        "has_candidates": found.state in ASKABLE | AGREED | DONE_WITH,
    }


def _queue(request: HttpRequest, default: str = "") -> Queue:
    page = request.GET.get("pagina", "1")
    return queue_of(
        request.user,
        request.POST.get("lijst") or request.GET.get("lijst", default),
        request.POST.get("q", ""),
        int(page) if page.isdecimal() and len(page) < 5 else 1,
    )
