"""One's rights: consent, a copy, who looked, erasure; for oneself, or by the centre for someone."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotFound
from common.permissions import require
from people.enums import ErasureReason, VolunteerState
from people.models import Erasure, Resident, Volunteer
from people.queries import (
    centres_of,
    deleted_by_day,
    looks_at,
    residents_in_scope,
    residents_of,
    shares_of,
    volunteer_of,
    volunteers_in_scope,
)
from people.services import (
    erase_for,
    erase_self,
    export_for,
    export_self,
    give_consent,
    withdraw_consent,
)
from people.services.retention import days_of, what_is_due

MOST_RUNS = 60


class EraseForm(forms.Form):
    """The word to type, so that nobody erases by a slip of the finger."""

    word = forms.CharField(
        label=gettext_lazy("Type the word ERASE"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "size": 12}),
    )

    def clean_word(self) -> str:
        """Compare with the word in the reader's language, in any case."""
        typed: str = self.cleaned_data["word"].strip()
        if typed.casefold() != _("ERASE").casefold():
            raise forms.ValidationError(_("Type the word exactly as it stands here."))
        return typed


class EraseForForm(EraseForm):
    """The same by the centre, with why."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[
            choice
            for choice in ErasureReason.choices
            if choice[0] not in (ErasureReason.OWN, ErasureReason.TERM)
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("reason", "word")


def _parts_of(user: Any) -> list[Volunteer | Resident]:
    """What someone consents for: their volunteer profile, their own details, those of whom they act for."""
    volunteer = volunteer_of(user)
    own: list[Volunteer | Resident] = list(residents_of(user).select_related("centre").order_by("created_at"))
    return [volunteer, *own] if volunteer is not None and volunteer.state != VolunteerState.LEFT else own


def _shown(part: Volunteer | Resident) -> dict[str, Any]:
    return {"part": part, "is_volunteer": isinstance(part, Volunteer), "history": part.consents.all()}


@require_safe
@login_required
def my_rights(request: HttpRequest) -> HttpResponse:
    """``GET /profiel/rechten/``: what one agreed to, who looked, take it along, have it erased."""
    account: Any = request.user
    parts = _parts_of(account)
    residents = [part for part in parts if isinstance(part, Resident)]
    context = {
        "parts": [_shown(part) for part in parts],
        "looks": looks_at([*parts, account]),
        "shares": [share for share in shares_of(residents) if share.running],
    }
    return render(request, "people/rights.html", context)


@require_POST
@login_required
def my_consent(request: HttpRequest, person_id: UUID, answer: str) -> HttpResponse:
    """``POST /profiel/rechten/<id>/<intrekken|geven>/``: take consent back, or give it again."""
    part = next((part for part in _parts_of(request.user) if part.pk == person_id), None)
    if part is None:
        raise NotFound
    _answer(request, part, answer)
    return redirect("my-rights")


def _answer(request: HttpRequest, part: Volunteer | Resident, answer: str) -> None:
    if answer == "intrekken":
        withdraw_consent(part, by=request.user)
        messages.success(request, _("Consent has been taken back. Nothing is asked from now on."))
    elif answer == "geven":
        give_consent(part, by=request.user)
        messages.success(request, _("Thank you. From now on it counts again."))
    else:
        raise NotFound


@require_safe
@login_required
@reauthentication_required
@never_cache
def my_export(request: HttpRequest) -> HttpResponse:
    """``GET /profiel/rechten/kopie.zip``: everything that is kept of the reader."""
    return _download(export_self(request.user))


def _download(content: bytes) -> HttpResponse:
    name = _("my-data")
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@method_decorator([login_required, reauthentication_required], name="dispatch")
class EraseView(View):
    """``GET`` and ``POST /profiel/rechten/wissen/``: erase everything of oneself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say what goes, what ends, and that it cannot be undone."""
        return render(request, "people/erase.html", {"form": EraseForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Erase; the person is signed out."""
        form = EraseForm(request.POST)
        if not form.is_valid():
            return render(request, "people/erase.html", {"form": form}, status=422)
        erase_self(request.user)
        logout(request)
        messages.success(request, _("Your data are being erased. Thank you, and all the best."))
        return redirect("home")


def _in_scope(user: Any, kind: str, person_id: UUID) -> Volunteer | Resident:
    """A person of the reader's centre whom they may help with their rights. Raises ``NotFound``."""
    rows: Any = {"inwoner": residents_in_scope, "vrijwilliger": volunteers_in_scope}.get(kind)
    found: Volunteer | Resident | None = rows(user).filter(pk=person_id).first() if rows else None
    if found is None:
        raise NotFound
    require(user, "people.erase", found, hide=True)
    return found


@method_decorator(login_required, name="dispatch")
class RightsForView(View):
    """``GET`` and ``POST /rechten/<kind>/<id>/``: consent, copy and erasure on someone's behalf."""

    def get(self, request: HttpRequest, kind: str, person_id: UUID) -> HttpResponse:
        """Show what they agreed to, who looked, and the form."""
        return self._page(_in_scope(request.user, kind, person_id), kind, EraseForForm())

    def post(self, request: HttpRequest, kind: str, person_id: UUID) -> HttpResponse:
        """Erase them, with the reason."""
        part = _in_scope(request.user, kind, person_id)
        form = EraseForForm(request.POST)
        if not form.is_valid():
            return self._page(part, kind, form, status=422)
        erase_for(part, reason=ErasureReason(form.cleaned_data["reason"]), by=request.user)
        messages.success(request, _("Everything of this person is being erased."))
        return redirect("residents" if kind == "inwoner" else "volunteers")

    def _page(
        self, part: Volunteer | Resident, kind: str, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        context = {"kind": kind, "form": form, "item": _shown(part), "looks": looks_at([part])}
        return render(self.request, "people/rights_for.html", context, status=status)


@require_POST
@login_required
def consent_for(request: HttpRequest, kind: str, person_id: UUID, answer: str) -> HttpResponse:
    """``POST /rechten/<kind>/<id>/<intrekken|geven>/``: at someone's word on the phone."""
    _answer(request, _in_scope(request.user, kind, person_id), answer)
    return redirect("rights-for", kind=kind, person_id=person_id)


@require_safe
@login_required
@never_cache
def export_of(request: HttpRequest, kind: str, person_id: UUID) -> HttpResponse:
    """``GET /rechten/<kind>/<id>/kopie.zip``: to hand to who asks for it at the desk; it leaves a row."""
    return _download(export_for(_in_scope(request.user, kind, person_id), by=request.user))


@require_safe
@login_required
def deletions(request: HttpRequest) -> HttpResponse:
    """``GET /gewist/``: how long what is kept, how much is due, what went. Staff."""
    require(request.user, "people.work_as_staff", hide=True)
    due = what_is_due()
    titles = {term.purpose: term.title for term, _count in due}
    context = {
        "terms": [(term.title, days_of(term), count) for term, count in due],
        "runs": [(day, titles.get(purpose, purpose), n) for day, purpose, n in deleted_by_day()[:MOST_RUNS]],
        "erasures": Erasure.objects.filter(centre_id__in=centres_of(request.user))[:MOST_RUNS],
    }
    return render(request, "people/deletions.html", context)
