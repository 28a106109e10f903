"""Telling that something is wrong, and the desk where the centre looks at it."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput, NotFound
from people.queries import accounts_in_scope, working_centre
from safeguarding.enums import CLOSED_FOR, ReportKind, ReportOutcome, ReportReason, ReportState
from safeguarding.models import Report
from safeguarding.queries import reports_at_desk, reports_of
from safeguarding.reportable import find
from safeguarding.services import file_report, settle_report, take_report
from safeguarding.services.reports import LONGEST_ANSWER, LONGEST_STORY
from safeguarding.web.fields import error_of

PAGE_SIZE = 50
SETTLED = "klaar"


class ReportForm(forms.Form):
    """What is wrong."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=ReportReason.choices, widget=forms.RadioSelect
    )
    story = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=LONGEST_STORY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Only the coordinators of the centre read this."),
    )


class SettleForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What do we tell who reported it?"),
        choices=ReportOutcome.choices,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("A word of your own to them"),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Name nobody, and tell nothing about the other person."),
    )
    note = forms.CharField(
        label=gettext_lazy("What we did, for the centre only"),
        max_length=LONGEST_STORY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@method_decorator([login_required, never_cache], name="dispatch")
class ReportView(View):
    """``GET`` and ``POST /melden/<kind>/<id>/``: tell the centre that something is wrong."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Raises ``NotFound`` for what the reader may not know of."""
        if kwargs["kind"] not in ReportKind.values:
            raise NotFound
        self.kind = ReportKind(kwargs["kind"])
        found = find(self.kind, request.user, kwargs["object_id"])
        if found is None:
            raise NotFound
        self.name = found.name
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, kind: str, object_id: UUID) -> HttpResponse:
        """Ask what is wrong; with the numbers for when it cannot wait."""
        return self._page(ReportForm())

    def post(self, request: HttpRequest, kind: str, object_id: UUID) -> HttpResponse:
        """Keep it; or say what is wrong with the form (422)."""
        limited = ratelimit.consume_or_429(request, action="report", user=request.user)
        if limited:
            return limited
        form = ReportForm(request.POST)
        if not form.is_valid() or not self._filed(form, object_id):
            return self._page(form, status=422)
        messages.success(request, _("Thank you for telling us. A coordinator looks at it."))
        return redirect("my-reports")

    def _filed(self, form: ReportForm, object_id: UUID) -> bool:
        try:
            file_report(self.kind, object_id, by=self.request.user, **form.cleaned_data)
        except InvalidInput as refusal:
            form.add_error("story", error_of(refusal))
            return False
        return True

    def _page(self, form: ReportForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "kind": self.kind, "name": self.name}
        return render(self.request, "safeguarding/reports/report.html", context, status=status)


@require_safe
@login_required
@never_cache
def my_reports(request: HttpRequest) -> HttpResponse:
    """``GET /mijn-meldingen/``: what the reader told, and what came of it."""
    return render(
        request, "safeguarding/reports/mine.html", {"reports": reports_of(request.user)[:PAGE_SIZE]}
    )


@require_safe
@login_required
@never_cache
def reports(request: HttpRequest) -> HttpResponse:
    """``GET /meldingen/?lijst=``: the queue; new ones first. Coordinators."""
    settled = request.GET.get("lijst") == SETTLED
    rows = _desk(request.user)
    rows = rows.filter(state=ReportState.SETTLED) if settled else rows.exclude(state=ReportState.SETTLED)
    rows = rows.order_by("-settled_at" if settled else "reported_at", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "safeguarding/reports/desk.html", {"page": page, "settled": settled})


@require_safe
@login_required
@never_cache
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """``GET /meldingen/<id>/``: one report. Coordinators, unless it is about or by themselves."""
    return _show(request, _found(request.user, report_id), SettleForm())


@require_POST
@login_required
def report_take(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """``POST /meldingen/<id>/oppakken/``: look at it."""
    take_report(_found(request.user, report_id), by=request.user)
    return redirect("report", report_id=report_id)


@require_POST
@login_required
def report_settle(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """``POST /meldingen/<id>/afronden/``: close it, with a word to who reported."""
    found, form = _found(request.user, report_id), SettleForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    answers = dict(form.cleaned_data)
    try:
        settle_report(found, ReportOutcome(answers.pop("outcome")), by=request.user, **answers)
    except InvalidInput as refusal:
        form.add_error(refusal.field, error_of(refusal))
        return _show(request, found, form, status=422)
    messages.success(request, _("Settled. Who reported it has been told."))
    return redirect("reports")


def _desk(user: Any) -> Any:
    if working_centre(user) is None:
        raise NotFound
    return reports_at_desk(user)


def _found(user: Any, report_id: UUID) -> Report:
    found: Report | None = _desk(user).filter(pk=report_id).first()
    if found is None:
        raise NotFound
    return found


def _may_close(user: Any, account_id: UUID) -> bool:
    account = accounts_in_scope(user).filter(pk=account_id, suspended_at=None).first()
    return account is not None and user.has_perm("people.suspend_user", account)


def _show(request: HttpRequest, found: Report, form: SettleForm, status: int = 200) -> HttpResponse:
    owner = found.volunteer or found.resident
    account_id = found.person_id or (owner.user_id if owner is not None else None)
    context = {
        "report": found,
        "form": form,
        "new": found.state == ReportState.NEW,
        "in_hand": found.state == ReportState.IN_HAND,
        "outcome": ReportOutcome(found.outcome).label if found.outcome else "",
        "account_id": account_id if account_id and _may_close(request.user, account_id) else None,
        "closed_for": CLOSED_FOR[ReportReason(found.reason)].value,
    }
    return render(request, "safeguarding/reports/one.html", context, status=status)
