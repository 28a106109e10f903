"""Signing for hours and costs of others: on the phone with one tap, or many at once."""

from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_safe

from common import clock
from common.errors import NotFound
from common.exports import ExportFormat, Table, export_response
from common.words import length_words
from recognition import queries, services
from recognition.enums import RefusalReason
from recognition.models import Claim, HourEntry
from recognition.web.access import signers_only
from recognition.web.forms import RefuseForm

SHOWN = 200
Signed = TypeVar("Signed", HourEntry, Claim)


def chosen(request: HttpRequest, waiting: QuerySet[Signed]) -> list[Signed]:
    """What was ticked, or the one whose own button was pressed; only what waits for this person."""
    pressed = request.POST.getlist("one") or request.POST.getlist("ticked")
    ids = [found for text in pressed if (found := _uuid(text)) is not None]
    return list(waiting.filter(pk__in=ids))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def by_person(things: list[Any]) -> list[tuple[Any, list[Any]]]:
    """Person by person, in the order in which they come."""
    return [(user, list(own)) for user, own in groupby(things, key=lambda each: each.user)]


@method_decorator(signers_only, name="dispatch")
class HoursView(View):
    """``GET`` and ``POST /uren/tekenen/``: the hours that wait for a signature."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Person by person, the earliest first."""
        waiting = list(queries.entries_to_sign(request.user)[:SHOWN])
        people = [
            (user, own, length_words(sum(each.minutes for each in own))) for user, own in by_person(waiting)
        ]
        costs = queries.claims_to_decide(request.user).count()
        return render(request, "recognition/signing/hours.html", {"people": people, "costs": costs})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign what was ticked, or one."""
        signed = services.approve_hours(
            chosen(request, queries.entries_to_sign(request.user)), by=request.user
        )
        if signed:
            words = ngettext("Signed: %(count)d entry.", "Signed: %(count)d entries.", signed)
            messages.success(request, words % {"count": signed})
        else:
            messages.info(request, _("Nothing was chosen, or it has been signed already."))
        return redirect("hours-to-sign")


@method_decorator(signers_only, name="dispatch")
class RefuseHoursView(View):
    """``GET`` and ``POST /uren/<id>/afwijzen/``: say why hours are not signed."""

    reasons = (
        RefusalReason.OTHER_LENGTH,
        RefusalReason.OTHER_DAY,
        RefusalReason.NOT_WITH_US,
        RefusalReason.DOUBLE,
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the entry. Raises ``NotFound`` for absent and foreign alike."""
        entry = queries.entries_in_hands_of(request.user).filter(pk=kwargs["entry_id"]).first()
        if entry is None:
            raise NotFound
        self.entry: HourEntry = entry
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, entry_id: UUID) -> HttpResponse:
        """Show the reasons."""
        return self._page(RefuseForm(reasons=self.reasons))

    def post(self, request: HttpRequest, entry_id: UUID) -> HttpResponse:
        """Say it; or ask for a reason (422)."""
        form = RefuseForm(request.POST, reasons=self.reasons)
        if not form.is_valid():
            return self._page(form, status=422)
        services.refuse_hours(self.entry, RefusalReason(form.cleaned_data["reason"]), by=request.user)
        messages.success(request, _("Not signed. The volunteer hears why, and can mend it."))
        return redirect("hours-to-sign")

    def _page(self, form: RefuseForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "entry": self.entry, "back": "hours-to-sign"}
        return render(self.request, "recognition/signing/refuse_hours.html", context, status=status)


@method_decorator(signers_only, name="dispatch")
class ClaimsView(View):
    """``GET`` and ``POST /vergoedingen/``: costs that wait for a decision, with a warning near a limit."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Person by person, the earliest first."""
        waiting = list(queries.claims_to_decide(request.user)[:SHOWN])
        warnings = queries.warnings_of(waiting)
        people = [
            (user, [(claim, warnings.get(claim.pk)) for claim in own]) for user, own in by_person(waiting)
        ]
        context = {
            "people": people,
            "years": [clock.today().year - back for back in range(3)],
            "kinds": list(ExportFormat),
            "unknown": clock.today().year not in queries.known_limits() and clock.today().year,
        }
        return render(request, "recognition/signing/claims.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Approve what was ticked, or one."""
        approved = services.approve_claims(
            chosen(request, queries.claims_to_decide(request.user)), by=request.user
        )
        if approved:
            words = ngettext("Approved: %(count)d claim.", "Approved: %(count)d claims.", approved)
            messages.success(request, words % {"count": approved})
        else:
            messages.info(request, _("Nothing was chosen, or it has been decided already."))
        return redirect("claims-to-decide")


@method_decorator(signers_only, name="dispatch")
class RefuseClaimView(View):
    """``GET`` and ``POST /vergoedingen/<id>/afwijzen/``: say why costs are not paid back."""

    reasons = (
        RefusalReason.NO_PROOF,
        RefusalReason.OTHER_LENGTH,
        RefusalReason.OTHER_DAY,
        RefusalReason.NOT_WITH_US,
        RefusalReason.DOUBLE,
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the claim. Raises ``NotFound`` for absent and foreign alike."""
        claim = queries.claims_in_hands_of(request.user).filter(pk=kwargs["claim_id"]).first()
        if claim is None:
            raise NotFound
        self.claim: Claim = claim
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, claim_id: UUID) -> HttpResponse:
        """Show the reasons."""
        return self._page(RefuseForm(reasons=self.reasons))

    def post(self, request: HttpRequest, claim_id: UUID) -> HttpResponse:
        """Say it; or ask for a reason (422)."""
        form = RefuseForm(request.POST, reasons=self.reasons)
        if not form.is_valid():
            return self._page(form, status=422)
        services.refuse_claim(self.claim, RefusalReason(form.cleaned_data["reason"]), by=request.user)
        messages.success(request, _("Not approved. The volunteer hears why."))
        return redirect("claims-to-decide")

    def _page(self, form: RefuseForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "claim": self.claim, "back": "claims-to-decide"}
        return render(self.request, "recognition/signing/refuse_claim.html", context, status=status)


@require_safe
@signers_only
def export_claims(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """``GET /vergoedingen/<year>.<kind>``: the approved claims of a year, to pay out."""
    if kind not in set(ExportFormat):
        raise NotFound
    rows = (
        (
            claim.user.name,
            claim.with_whom,
            claim.day,
            claim.get_kind_display(),
            claim.kilometres,
            claim.rate,
            claim.amount,
            claim.note,
            claim.decided_at,
        )
        for claim in queries.decided_claims(request.user, year).iterator()
    )
    heads = (
        _("Name"),
        _("Paid by"),
        _("Day"),
        _("What for"),
        _("Kilometres"),
        _("Euros per kilometre"),
        _("Euros"),
        _("Note"),
        _("Approved on"),
    )
    title = _("Reimbursements %(year)d") % {"year": year}
    return export_response(Table(title, heads, rows), ExportFormat(kind))
