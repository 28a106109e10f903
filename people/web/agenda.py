"""One's appointments in one's own calendar: a secret address that can be made anew and taken away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotFound
from people.agenda import appointments_of, as_calendar
from people.queries import calendar_owner
from people.services import end_calendar_link, new_calendar_link


@method_decorator([login_required, never_cache], name="dispatch")
class AgendaView(View):
    """``GET`` and ``POST /profiel/agenda/``: say what it is; make the address, and show it this once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show whether there is an address, and since when."""
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a new address; a former one opens nothing from now on."""
        token = new_calendar_link(request.user, by=request.user)
        return self._page(request, request.build_absolute_uri(reverse("agenda-feed", args=[token])))

    def _page(self, request: HttpRequest, address: str = "") -> HttpResponse:
        link = getattr(request.user, "calendar_link", None)
        context = {"link": link, "address": address, "webcal": f"webcal:{address.partition(':')[2]}"}
        return render(request, "people/agenda.html", context)


@require_POST
@login_required
def end_agenda(request: HttpRequest) -> HttpResponse:
    """``POST /profiel/agenda/stoppen/``: the address opens nothing any more."""
    end_calendar_link(request.user, by=request.user)
    messages.success(request, _("Your calendar reads nothing here any more."))
    return redirect("my-agenda")


@require_safe
@never_cache
def agenda_feed(request: HttpRequest, token: str) -> HttpResponse:
    """``GET /agenda/<secret>.ics``: for a calendar, which cannot sign in. Absent and ended look alike."""
    owner = calendar_owner(token)
    if owner is None:
        raise NotFound
    with override(owner.language):
        origin = request.build_absolute_uri("/").rstrip("/")
        content = as_calendar(appointments_of(owner), origin=origin, name=_("Samenkracht"))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response
