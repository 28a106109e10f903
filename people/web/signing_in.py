"""The way in from a mail, and showing once more who is there by a code to one's mailbox."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.stagekit import clear_login
from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.services.mailbox import MailboxCode, shown_lately
from people.web.account_forms import ConfirmLoginCodeForm


@never_cache
@require_safe
def sign_in_afresh(request: HttpRequest) -> HttpResponse:
    """``GET /inloggen/``: to the sign-in page, leaving any half-finished sign-in or sign-up behind.

    Who signed up with an address that has an account already waits at "fill in the code" and gets a mail
    with this link instead of a code; without it, sign-in would send them back to that page.
    """
    clear_login(request)
    return redirect("account_request_login_code")


@login_required
def first_password(request: HttpRequest) -> HttpResponseBase:
    """``GET`` and ``POST /account/password/set/``: a first password, once the mailbox has been shown.

    What was filled in too late is not kept while the code is asked: it holds a password.
    """
    if request.method == "POST" and not request.user.has_usable_password() and not shown_lately(request):
        return redirect("account_set_password")
    guarded = reauthentication_required(allauth.password_set, app="allauth.account")
    response: HttpResponseBase = guarded(request)
    return response


@method_decorator([login_required, never_cache], name="dispatch")
class AgainByCodeView(allauth.BaseReauthenticateView):
    """``GET`` and ``POST /inloggen/nogmaals/``: a code to the address of the account, and on."""

    template_name = "account/again_by_code.html"

    def get_form_class(self) -> type[forms.Form]:
        """The code, once there is one."""
        return ConfirmLoginCodeForm if MailboxCode.waiting(self.request) else forms.Form

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the code that is expected."""
        waiting = MailboxCode.waiting(self.request)
        return super().get_form_kwargs() | ({"code": waiting.code} if waiting else {})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mail a (new) code, or look at the one that was filled in."""
        if request.POST.get("action") == "resend" or MailboxCode.waiting(request) is None:
            limited = ratelimit.consume_or_429(request, action="mailbox_code", user=request.user)
            if limited is not None:
                return limited
            MailboxCode.mail(request)
            if request.POST.get("code"):
                messages.warning(request, _("This code does not work any more. We have mailed a new one."))
            return redirect(self.passthrough_next_url(reverse("again-by-code")))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """It was the right code."""
        waiting = MailboxCode.waiting(self.request)
        if waiting is not None:
            waiting.finish()
        return super().form_valid(form)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """A wrong code; after the third a new one has to be asked for."""
        waiting = MailboxCode.waiting(self.request)
        if waiting is not None and not waiting.record_invalid_attempt():
            messages.warning(self.request, _("That was not right too often. Ask for a new code."))
            return redirect(self.passthrough_next_url(reverse("again-by-code")))
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The code form, where there is a code to fill in."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shown = {"action": reverse("again-by-code"), "cancel_url": reverse("profile"), "can_resend": True}
        if MailboxCode.waiting(self.request):
            shown |= {"verify_form": context["form"], "email": self.request.user.email}
        return context | shown
