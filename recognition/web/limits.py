"""What is free of tax for volunteers, by year: to read, and to fill in when a new year has come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from recognition import queries, services
from recognition.limits import SOURCE, Limits
from recognition.models import YearLimits
from recognition.web.access import explain, signers_only
from recognition.web.forms import LimitsForm


@method_decorator(signers_only, name="dispatch")
class LimitsView(View):
    """``GET`` and ``POST /vergoedingen/grenzen/``: the limits by year."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The table; with a form for administrators, for this year or else the next."""
        this_year = clock.today().year
        known = queries.known_limits()
        wanted = this_year if this_year not in known else this_year + 1
        return self._page(LimitsForm(initial={"year": wanted}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep a year; or say what is wrong (422). Raises ``Forbidden`` for who administers nowhere."""
        require(request.user, "recognition.set_limits")
        form = LimitsForm(request.POST)
        if form.is_valid():
            told = dict(form.cleaned_data)
            source = told.pop("source")
            try:
                services.set_limits(Limits(**told), source, by=request.user)
            except InvalidInput as refusal:
                explain(form, refusal)
            else:
                messages.success(request, _("Kept. From now on we count with it."))
                return redirect("claim-limits")
        return self._page(form, status=422)

    def _page(self, form: LimitsForm, status: int = 200) -> HttpResponse:
        known = queries.known_limits()
        sources = dict(YearLimits.objects.values_list("year", "source"))
        context = {
            "form": form if self.request.user.has_perm("recognition.set_limits") else None,
            "rows": [(limits, sources.get(year, "")) for year, limits in known.items()],
            "missing": None if clock.today().year in known else clock.today().year,
            "address": SOURCE,
        }
        return render(self.request, "recognition/signing/limits.html", context, status=status)
