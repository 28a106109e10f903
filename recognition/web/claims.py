"""The volunteer's own reimbursements."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import DomainError
from recognition import queries, services
from recognition.enums import ClaimKind
from recognition.limits import SOURCE
from recognition.services import ClaimDetails
from recognition.web.access import explain, helpers_only, own_claim
from recognition.web.forms import ClaimForm

PER_PAGE = 25


@require_safe
@helpers_only
def my_claims(request: HttpRequest) -> HttpResponse:
    """``GET /mijn-vergoedingen/``: the year (``?jaar=``) beside its limits, by month, and all claims."""
    today = clock.today()
    wanted = request.GET.get("jaar", "")
    year = int(wanted) if wanted.isdecimal() and 2000 <= int(wanted) <= today.year else today.year
    totals = queries.totals_of(request.user, year)
    context = {
        "totals": totals,
        "address": SOURCE,
        "months": [
            (MONTHS[month], totals.months[month], totals.full_months.get(month))
            for month in sorted(totals.months)
        ],
        "years": [today.year - back for back in range(3)],
        "page": Paginator(queries.claims_of(request.user), PER_PAGE).get_page(request.GET.get("pagina")),
    }
    return render(request, "recognition/claims/mine.html", context)


@method_decorator(helpers_only, name="dispatch")
class AddClaimView(View):
    """``GET`` and ``POST /mijn-vergoedingen/toevoegen/``: ask costs back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self._page(ClaimForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask; or say what is wrong (422)."""
        form = ClaimForm(request.POST, user=request.user)
        if form.is_valid():
            given = form.cleaned_data
            details = ClaimDetails(**{**given, "kind": ClaimKind(given["kind"])})
            try:
                services.submit_claim(request.user, details, by=request.user)
            except DomainError as refusal:
                explain(form, refusal)
            else:
                messages.success(request, _("Sent. You hear from us when it has been decided."))
                return redirect("my-claims")
        return self._page(form, status=422)

    def _page(self, form: ClaimForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "rate": settings.KILOMETRE_RATE}
        return render(self.request, "recognition/claims/add.html", context, status=status)


@require_POST
@helpers_only
def withdraw_claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """``POST /mijn-vergoedingen/<id>/intrekken/``: take back what was not decided."""
    services.withdraw_claim(own_claim(request, claim_id), by=request.user)
    messages.success(request, _("Taken back."))
    return redirect("my-claims")
