"""What if there were more volunteers? Asking it, watching it being reckoned, and reading what came out."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError, Forbidden, InvalidInput, NotFound
from people.enums import COORDINATING, HelpCategory, OrganisationState
from people.models import Organisation
from people.queries import standing_of
from simulation import queries, services
from simulation.models import WhatIf
from simulation.town.what_if import MOST
from simulation.web.chart import chart_of
from simulation.web.forms import OrganisationForm, WhatIfForm, hours_words
from vacancies.enums import NEAREST_HELP

LISTED = 30


def of_what_if(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call the view with the what-if of the address. Raises ``NotFound`` when it is another centre's."""

    @wraps(view)
    def guarded(request: HttpRequest, what_if_id: UUID) -> HttpResponse:
        found = queries.what_ifs_for(request.user).filter(pk=what_if_id).first()
        if found is None:
            raise NotFound
        return view(request, found)

    return never_cache(login_required(guarded))


@method_decorator([never_cache, login_required], name="dispatch")
class WhatIfsView(View):
    """``GET`` and ``POST /balie/wat-als/``: the question, and what was reckoned before."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the question, filled in as it was asked last."""
        return self._page(request, self._form(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have it reckoned. What was chosen stays when something is not right."""
        form = self._form(request, request.POST)
        if form.is_valid():
            try:
                made = services.ask_what_if(by=request.user, **form.cleaned_data)
            except InvalidInput as refusal:
                form.add_error(refusal.field, str(refusal.message))
            except Forbidden:
                raise
            except DomainError as refusal:
                form.add_error(None, str(refusal.message))
            else:
                return redirect("what-if", made.pk)
        return self._page(request, form)

    def _form(self, request: HttpRequest, sent: Any = None) -> WhatIfForm:
        centres = list(queries.centres_reckoned_by(request.user))
        if not centres:
            raise Forbidden
        last = queries.what_ifs_for(request.user).first()
        asked = ("centre", "category", "district", "goal", "hours")
        known = model_to_dict(last, asked) if last else {}
        return WhatIfForm(sent, centres=centres, initial=known)

    def _page(self, request: HttpRequest, form: WhatIfForm) -> HttpResponse:
        asked = queries.what_ifs_for(request.user)[:LISTED]
        listed = [(queries.Found(each), hours_words(each.hours)) for each in asked]
        context = {"form": form, "listed": listed}
        return render(request, "simulation/what_ifs.html", context, status=422 if form.errors else 200)


@require_safe
@of_what_if
def what_if(request: HttpRequest, found: WhatIf) -> HttpResponse:
    """``GET /balie/wat-als/<id>/``: how far it is, or what came out."""
    return render(request, "simulation/what_if.html", _context(request, found))


@require_safe
@of_what_if
def progress(request: HttpRequest, found: WhatIf) -> HttpResponse:
    """``GET /balie/wat-als/<id>/stand/``: the same without the frame, fetched again while it is reckoned.

    To who has seen all of it already nothing is said: what is read or opened then stays as it is.
    """
    if request.GET.get("gezien") == _seen(found):
        return HttpResponse(status=204)
    return render(request, "simulation/_result.html", _context(request, found))


@require_POST
@of_what_if
def stop(request: HttpRequest, found: WhatIf) -> HttpResponse:
    """``POST /balie/wat-als/<id>/stoppen/``."""
    services.stop_what_if(found, by=request.user)
    messages.success(request, _("Stopped. What was tried so far is shown below."))
    return redirect("what-if", found.pk)


@require_safe
@of_what_if
def vacancy(request: HttpRequest, found: WhatIf) -> HttpResponse:
    """``GET /balie/wat-als/<id>/vacature/?organisation=…``: on to a vacancy that has been begun."""
    form = OrganisationForm(request.GET, organisations=_organisations(request, found))
    if not form.is_valid():
        raise NotFound
    about = next((kind for kind, near in NEAREST_HELP.items() if found.category in near), "")
    words = {"title": f"{HelpCategory(found.category).label}, {found.district.name}", "category": about}
    address = reverse("new-vacancy", args=[form.cleaned_data["organisation"].pk])
    return redirect(f"{address}?{urlencode(words)}")


def _organisations(request: HttpRequest, found: WhatIf) -> QuerySet[Organisation]:
    """Those for which the reader may write a vacancy: of the centre, when they coordinate there."""
    own = found.centre_id in standing_of(request.user).centres(COORDINATING)
    approved = Organisation.objects.filter(centre=found.centre_id, state=OrganisationState.APPROVED)
    return approved.order_by("name") if own else approved.none()


def _seen(what_if: WhatIf) -> str:
    """How far it is, in one word."""
    return f"{what_if.state}-{len(what_if.lived)}"


def _context(request: HttpRequest, what_if: WhatIf) -> dict[str, Any]:
    found = queries.Found(what_if)
    organisations = _organisations(request, what_if)
    return {
        "what_if": what_if,
        "found": found,
        "seen": _seen(what_if),
        "hours": hours_words(what_if.hours),
        "chart": chart_of(found),
        "most": MOST,
        "organisations": OrganisationForm(organisations=organisations) if organisations else None,
        "coordinates": what_if.centre_id in standing_of(request.user).centres(COORDINATING),
    }
