"""Pages of "ask for help": the questions, the check and what happens next."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput
from help_requests.models import HelpRequest
from help_requests.queries import SESSION_KEY, own_request, own_submission
from help_requests.services import urgent_words
from help_requests.web.asking.draft import Draft
from help_requests.web.asking.examples import EXAMPLES
from help_requests.web.asking.forms import ConsentQuestion, Question
from help_requests.web.asking.screens import (
    BY_SLUG,
    SCREENS,
    STEPS,
    Screen,
    before,
    first_open,
    known_resident,
    route,
    screen_of_field,
)
from help_requests.web.asking.sending import details_of, send
from help_requests.web.fields import LONGEST_TEXT, DescriptionMixin, PlainWords
from people.models import Resident
from people.services import Address, shown_phone

MOST_KEPT_IDS = 20


@require_safe
@never_cache
def ask_help(request: HttpRequest) -> HttpResponse:
    """Begin, or go on where the person was."""
    draft = Draft(request.session)
    if "opnieuw" in request.GET:
        draft.forget()
        return redirect("ask-help-screen", SCREENS[0].slug)
    return _to(first_open(draft, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_screen(request: HttpRequest, slug: str) -> HttpResponse:
    """One question. An answer is kept at once; nothing is lost by going back, reloading or waiting."""
    screen = BY_SLUG.get(slug)
    if screen is None:
        raise Http404
    draft = Draft(request.session)
    if request.method != "POST":
        return _show(request, screen, screen.form(draft=draft, user=request.user))
    form = screen.form(request.POST, draft=draft, user=request.user)
    if not form.is_valid():
        return _show(request, screen, form, status=422)
    if isinstance(form, DescriptionMixin) and form.must_warn:
        return _show(request, screen, form)
    draft.keep(screen.slug, form.answers())
    return _to(first_open(draft, request.user))


@require_POST
def ask_hints(request: HttpRequest) -> HttpResponse:
    """Read along while someone types: the urgent numbers, and what had better be left out.

    Who types on and on from one address is no longer read along with (204, which changes nothing on the
    page); after "Next" the same is told anyhow: a hint comes late or unseen, and never counts as read.
    """
    if not ratelimit.consume(request, action="ask_help_hints"):
        return HttpResponse(status=204)
    reading = PlainWords(request.POST.get("description", "")[:LONGEST_TEXT])
    context = {"reading": reading, "typing": True, "warned": request.POST.get("warned")}
    return render(request, "help_requests/_reading.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_check(request: HttpRequest) -> HttpResponse:
    """Everything once more, and send."""
    draft = Draft(request.session)
    if request.method == "POST":
        sent = _already_sent(request, draft)
        if sent is not None:
            return redirect("ask-help-sent", sent.pk)
    missing = first_open(draft, request.user)
    if missing is not None:
        return _to(missing)
    resident = known_resident(draft, request.user)
    posted = request.POST if request.method == "POST" else None
    form = ConsentQuestion(posted, draft=draft, user=request.user, resident=resident)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="ask_help"):
            form.add_error(None, _("Many requests came from this computer. Wait a while, or call us."))
            return _show_check(request, form, resident, status=429)
        return _send(request, draft, form.cleaned_data["any_screened_volunteer"])
    return _show_check(request, form, resident, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def ask_sent(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What happens next, in plain words."""
    found = own_request(request.user, request.session, request_id)
    return render(request, "help_requests/asking/sent.html", {"help_request": found})


def _to(screen: Screen | None) -> HttpResponse:
    return redirect("ask-help-check") if screen is None else redirect("ask-help-screen", screen.slug)


def _show(request: HttpRequest, screen: Screen, form: Question, status: int = 200) -> HttpResponse:
    earlier = before(screen, form.draft, request.user)
    context = {
        "screen": screen,
        "steps": STEPS,
        "form": form,
        "reading": getattr(form, "reading", None),
        "back": earlier.slug if earlier else None,
        "examples": EXAMPLES.get(form.draft["category"], ()),
    }
    templates = [f"help_requests/asking/{screen.slug}.html", "help_requests/asking/question.html"]
    return render(request, templates, context, status=status)


def _show_check(
    request: HttpRequest, form: ConsentQuestion, resident: Resident | None, status: int = 200
) -> HttpResponse:
    draft = form.draft
    context: dict[str, Any] = {
        "draft": draft,
        "answers": draft.answers,
        "help_request": HelpRequest(**details_of(draft)),
        "resident": resident,
        "form": form,
        "steps": STEPS,
        "urgent": urgent_words(draft["description"]),
        "phone": shown_phone(draft["phone"]),
        "address": Address("", draft["house_number"], draft["postcode"]).lines,
        "filer_phone": shown_phone(draft["filer_phone"]),
        "back": route(draft, request.user)[-1].slug,
    }
    return render(request, "help_requests/asking/check.html", context, status=status)


def _send(request: HttpRequest, draft: Draft, any_screened_volunteer: bool) -> HttpResponse:
    try:
        sent = send(draft, request.user, any_screened_volunteer=any_screened_volunteer)
    except InvalidInput as error:
        messages.error(request, str(error.message))
        return _to(screen_of_field(error.field) or SCREENS[0])
    draft.forget()
    if not request.user.is_authenticated:
        kept = [str(sent.pk), *request.session.get(SESSION_KEY, [])]
        request.session[SESSION_KEY] = list(dict.fromkeys(kept))[:MOST_KEPT_IDS]
    return redirect("ask-help-sent", sent.pk)


def _already_sent(request: HttpRequest, draft: Draft) -> HelpRequest | None:
    """The request that a second press of "send" is about: its draft is gone from the session by now."""
    key = request.POST.get("key", "")
    if not key or key == str(draft.key):
        return None
    return own_submission(request.user, request.session, key)
