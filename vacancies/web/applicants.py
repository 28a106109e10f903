"""Answers as the organisation, and the centre with it, handles them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import DomainError, NotFound
from vacancies import services
from vacancies.enums import APPLICATION_STEPS, ApplicationState, DeclineReason
from vacancies.models import Application, ApplicationNote
from vacancies.queries.desk import applications_at_desk
from vacancies.services import lacking_steps, side_of
from vacancies.web.fields import attempt

Act = Callable[[Application, Any], Application]
A = ApplicationState
ACTS: dict[str, tuple[ApplicationState, Act]] = {
    "gesprek": (
        A.CONVERSATION,
        lambda found, by: services.move_application(found, to=A.CONVERSATION, by=by),
    ),
    "proef": (A.TRIAL, lambda found, by: services.move_application(found, to=A.TRIAL, by=by)),
    "starten": (A.STARTED, lambda found, by: services.start_application(found, by=by)),
    "gestopt": (A.ENDED, lambda found, by: services.end_application(found, by=by)),
}


class WordForm(forms.Form):
    """A word to the volunteer, or a note that stays on this side."""

    text = forms.CharField(
        label=gettext_lazy("Write something"), max_length=1500, widget=forms.Textarea(attrs={"rows": 3})
    )
    own = forms.BooleanField(label=gettext_lazy("Only for ourselves"), required=False)


class DeclineForm(forms.Form):
    """Why not. The reason is a kind sentence; a word of one's own may come with it."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why not?"), choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("A kind word"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _handled(request: HttpRequest, application_id: UUID) -> Application:
    found = applications_at_desk(request.user).filter(pk=application_id).first()
    if found is None:
        raise NotFound
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def applicant(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """``GET`` and ``POST /organisatie/aanmeldingen/<id>/``: who answered, what was said, the next step.

    Opening it marks it as read, which the volunteer sees; a look by the centre does not.
    """
    found = _handled(request, application_id)
    form = WordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = {"text": form.cleaned_data["text"], "shared": not form.cleaned_data["own"]}
        if attempt(form, lambda: services.add_note(found, by=request.user, **told)):
            return redirect("applicant", found.pk)
    services.note_read(found, by=request.user)
    return _page(request, _handled(request, application_id), form, DeclineForm())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def decline(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """``GET`` and ``POST /organisatie/aanmeldingen/<id>/afwijzen/``."""
    found = _handled(request, application_id)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = {"reason": DeclineReason(form.cleaned_data["reason"]), "note": form.cleaned_data["note"]}
        if attempt(form, lambda: services.decline_application(found, by=request.user, **told)):
            messages.success(request, _("The volunteer has been told, kindly."))
            return redirect("organisation-desk", found.organisation_id)
    context = {"application": found, "form": form}
    return render(request, "vacancies/desk/decline.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def applicant_act(request: HttpRequest, application_id: UUID, slug: str) -> HttpResponse:
    """``POST /organisatie/aanmeldingen/<id>/<act>/``: the next step."""
    found = _handled(request, application_id)
    if slug not in ACTS:
        raise NotFound
    try:
        ACTS[slug][1](found, request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("applicant", found.pk)


def _page(request: HttpRequest, found: Application, form: WordForm, declining: DeclineForm) -> HttpResponse:
    services.note_contact_read([found], by=request.user)
    steps = APPLICATION_STEPS[A(found.state)]
    context = {
        "application": found,
        "vacancy": found.vacancy,
        "notes": _notes_for(request.user, found),
        "form": form,
        "acts": [slug for slug, (to, _act) in ACTS.items() if to in steps],
        "may_decline": A.DECLINED in steps,
        "lacking": lacking_steps(found) if A.STARTED in steps and found.user_id else 0,
    }
    return render(request, "vacancies/desk/applicant.html", context, status=422 if form.errors else 200)


def _notes_for(user: Any, found: Application) -> list[ApplicationNote]:
    """What was said to each other, and what this side keeps for itself."""
    side = side_of(user, found)
    rows = found.notes.select_related("author")
    return [note for note in rows if note.shared or note.side == side]
