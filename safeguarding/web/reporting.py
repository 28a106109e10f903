"""The page on which anybody reports a concern, with or without a name, with or without an account."""

from typing import Any
from uuid import uuid4

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput
from safeguarding.models import Concern
from safeguarding.queries import centre_for_concern
from safeguarding.services import report_concern
from safeguarding.web.concern_forms import ReportForm
from safeguarding.web.concern_token import read_token
from safeguarding.web.fields import error_of


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """``GET`` and ``POST /zorg-melden/?over=<token>``: tell, and hear what happens next.

    The answer to sending is the confirmation itself: nothing about it stays in the session or the history
    of a browser that others may use too.
    """
    if request.method != "POST":
        return _page(request, ReportForm(initial={"key": uuid4(), "over": request.GET.get("over", "")}))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not ratelimit.consume(request, action="report_concern"):
        form.add_error(None, _("Many concerns came from this computer. Please call us, or wait an hour."))
        return _page(request, form, status=429)
    concern = _reported(request, form)
    if concern is None:
        return _page(request, form, status=422)
    context = {"reference": concern.reference, "centre": concern.centre, "urgent": concern.urgent}
    return render(request, "safeguarding/concerns/sent.html", context)


def _reported(request: HttpRequest, form: ReportForm) -> Concern | None:
    about = read_token(form.cleaned_data["over"])
    told = form.told()
    centre = centre_for_concern(request.user, told["postcode"], about.centre_id if about else None)
    try:
        return report_concern(centre, help_request=about.help_request if about else None, **told)
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, error_of(refusal))
        return None


def _page(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "linked": read_token(str(form["over"].value() or ""))}
    return render(request, "safeguarding/concerns/report.html", context, status=status)
