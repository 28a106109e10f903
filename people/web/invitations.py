"""The way in for who was invited: from the link in the mail to the role."""

from typing import Any, cast

from allauth.account import forms as allauth
from allauth.account.internal.flows.signup import complete_signup
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.enums import Role
from people.errors import InvitationGone
from people.models import User
from people.queries import may_act
from people.services import invitations
from people.web.account_forms import Plain
from people.web.pending import KEY


class InvitedForm(Plain, allauth.SignupForm):
    """A new account for who was invited: the name; the address is that of the invitation."""

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password1"], self.fields["email"]
        self._email = email

    def clean_name(self) -> str:
        """Put the address beside the name: whatever else was sent is not looked at."""
        self.cleaned_data["email"] = self.validate_unique_email(self._email)
        return str(self.cleaned_data["name"])


@never_cache
@require_safe
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """``GET /uitnodiging/<secret>/``: remember the invitation and leave the secret out of sight.

    Programs that read mail follow links too: this changes nothing but the reader's own session.
    """
    request.session[KEY] = invitations.digest_of(token)
    return redirect("invitation")


@method_decorator(never_cache, name="dispatch")
class InvitationView(View):
    """``GET`` and ``POST /uitnodiging/``: what is offered; sign in or make an account on the way; say yes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the invitation of this session; one that does not work any more says so, whatever it was."""
        try:
            self.invitation = invitations.standing_invitation(request.session.get(KEY, ""))
        except InvitationGone:
            return render(request, "people/invitation_gone.html", status=404)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say who invites for what, with the next step for this reader."""
        return self._page(InvitedForm(email=self.invitation.email))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the role; or, for who is not signed in, make an account first."""
        if not may_act(request.user):
            return self._sign_up(request)
        accepted = invitations.accept_known(request.session[KEY], by=cast("User", request.user))
        del request.session[KEY]
        place, role = self.invitation.place.name, Role(accepted.role).label
        messages.success(
            request, _("Welcome at %(place)s. Your role: %(role)s.") % {"place": place, "role": role}
        )
        return redirect("start")

    def _sign_up(self, request: HttpRequest) -> HttpResponse:
        """Make the account, or mail who has one already; the answer is the same: fill in the code."""
        limited = ratelimit.consume_or_429(request, action="signup")
        if limited:
            return limited
        form = InvitedForm(request.POST, email=self.invitation.email)
        if not form.is_valid():
            return self._page(form, status=422)
        user, response = form.try_save(request)
        if response is not None:
            return response
        try:
            return complete_signup(request, user=user, redirect_url=reverse("invitation"))
        except ImmediateHttpResponse as ready:
            return ready.response

    def _page(self, form: InvitedForm, status: int = 200) -> HttpResponse:
        user = self.request.user
        context = {
            "invitation": self.invitation,
            "role": Role(self.invitation.role).label,
            "form": form,
            "signed_in": may_act(user),
            "is_for_reader": may_act(user) and invitations.is_for(self.invitation, cast("User", user)),
        }
        return render(self.request, "people/invitation.html", context, status=status)
