"""The volunteer passport: chosen and shared by its owner, seen by who has the address."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotFound
from common.exports import attachment
from recognition import queries, services
from recognition.enums import FullName
from recognition.errors import TooManyPassports
from recognition.models import Passport
from recognition.services import Shows
from recognition.web.access import helpers_only, own_passport
from recognition.web.forms import ShareForm
from recognition.web.paper import passport_paper


def address_of(passport: Passport) -> str:
    """Where the passport is shown, as it is printed and scanned."""
    return f"{settings.BASE_URL}{reverse('passport', args=[passport.token])}"


@method_decorator(helpers_only, name="dispatch")
class MyPassportView(View):
    """``GET`` and ``POST /mijn-uren/paspoort/``: choose what to show, and see what is shared."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """What one's passport says, and where it is shared."""
        return self._page(ShareForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make an address that shows what was ticked."""
        form = ShareForm(request.POST, user=request.user)
        form.full_clean()
        try:
            services.share_passport(request.user, Shows(**form.cleaned_data), by=request.user)
        except TooManyPassports as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("Your passport is ready. Share the address, or print it."))
        return redirect("my-passport")

    def _page(self, form: ShareForm) -> HttpResponse:
        user: Any = self.request.user
        allowed = queries.full_name_of(user)
        told = Passport(user=user, full_name=allowed == FullName.USUAL)
        shared = [
            (passport, address_of(passport), queries.shows_whole_name(passport, allowed))
            for passport in queries.passports_of(user)
        ]
        context = {"form": form, "shown": queries.shown(told), "shared": shared}
        return render(self.request, "recognition/passport/mine.html", context)


@require_POST
@helpers_only
def revoke(request: HttpRequest, passport_id: UUID) -> HttpResponse:
    """``POST /mijn-uren/paspoort/<id>/intrekken/``: let the address show nothing any more."""
    services.revoke_passport(own_passport(request, passport_id), by=request.user)
    messages.success(request, _("Taken back. The address shows nothing any more."))
    return redirect("my-passport")


@require_safe
@helpers_only
def pdf(request: HttpRequest, passport_id: UUID) -> HttpResponse:
    """``GET /mijn-uren/paspoort/<id>/paspoort.pdf``: the same on paper, with the address to check it at."""
    passport = own_passport(request, passport_id)
    paper = passport_paper(queries.shown(passport), address_of(passport))
    response = HttpResponse(paper.build(), content_type="application/pdf")
    response["Content-Disposition"] = attachment(paper.title, "pdf")
    return response


@require_safe
@never_cache
def passport(request: HttpRequest, token: str) -> HttpResponse:
    """``GET /paspoort/<token>/``: what its owner chose to show, for who has the address."""
    found = queries.live_passport(token)
    if found is None:
        raise NotFound(_("This passport is not shared (any more). Ask its owner for a new address."))
    response = render(request, "recognition/passport/public.html", {"shown": queries.shown(found)})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
