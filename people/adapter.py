"""How allauth makes and admits our accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as here
from allauth.core.exceptions import ReauthenticationRequired
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Centre, User
from people.queries import standing_of
from people.services.going_on import place_to_go_on
from people.services.mailbox import renews_password, shown_lately
from people.web.drafts import JoinDraft
from people.web.pending import is_pending

# What is mailed after a change of how someone signs in; of an address the new one is not told to the old one.
CHANGES: dict[str, Promise] = {
    "account/email/email_changed": _("From now on we write to another e-mail address."),
    "account/email/email_deleted": _("An e-mail address was taken away."),
    "account/email/password_changed": _("The password was changed."),
    "account/email/password_reset": _("The password was changed."),
    "account/email/password_set": _("Signing in with a password was turned on."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made."),
    "mfa/email/totp_activated": _("Signing in with an app with codes was turned on."),
    "mfa/email/totp_deactivated": _("Signing in with an app with codes was turned off."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was taken away."),
    "socialaccount/email/account_connected": _("Signing in through the municipality was turned on."),
    "socialaccount/email/account_disconnected": _("Signing in through the municipality was turned off."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Keeps name and language at sign-up; leads who is joining on to the end of that.

    Mail goes through ``EMAIL_BACKEND``, which writes to the outbox: nothing is sent in a request.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address and the password do not belong together."),
        "incorrect_code": _("This is not the right code. Please look again in the last e-mail."),
        "incorrect_password": _("This is not the right password."),
        "too_many_login_attempts": _("This went wrong too often. Please wait five minutes and try again."),
        "rate_limited": _("You asked for this a moment ago. Please wait a minute and try again."),
        "same_as_current": _("This is already your e-mail address."),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the account with its name and the language in which the person signed up."""
        user.name = " ".join(form.cleaned_data.get("name", "").split())
        user.language = _language()
        return super().save_user(request, user, form, commit)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail; its links start with the site's own address, never with what the request claims."""
        links = {
            "login_url": settings.BASE_URL + reverse("sign-in-afresh"),
            "signup_url": settings.BASE_URL + reverse("account_signup"),
        }
        super().send_mail(template_prefix, email, context | links)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell someone what was changed in how they sign in, when, and whom to call if it was not them."""
        own = [centre for _role, centre in standing_of(user).grants if centre]
        centres = Centre.objects.order_by("code")
        called = (centres.filter(pk__in=own) if own else centres).first()
        told = {"change": CHANGES[template_prefix], "centre": called}
        super().send_notification_mail("account/email/change", user, told, email)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How the person shows once more who they are: by a code to their mailbox for want of else."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated:
            return methods
        by_mail = {"id": "reauthenticate:code", "description": _("Mail me a code")}
        return [by_mail | {"url": reverse("again-by-code")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """As allauth has it, which asks nothing of whoever has no password and no second factor.

        Raises:
            ReauthenticationRequired: such a person has not shown their mailbox lately.
        """
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        user = here.request.user
        if required and not super().get_reauthentication_methods(user) and not shown_lately(here.request):
            raise ReauthenticationRequired
        return required

    def set_password(self, user: User, password: str) -> None:
        """A first password opens all that asks for one: whoever is signed in shows their mailbox first.

        Who chooses a new one after a code to that mailbox has shown it.
        """
        first = here.request.user == user and not user.has_usable_password()
        if first and not renews_password(here.request):
            self.is_reauthentication_required(app="allauth.account")
        super().set_password(user, password)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who was invited or was joining as a volunteer goes on there; everyone else to their start page."""
        if is_pending(request):
            return reverse("invitation")
        if JoinDraft(request.session).complete:
            return reverse("join-finish")
        return place_to_go_on(request.session) or super().get_login_redirect_url(request)


class SsoAdapter(DefaultSocialAccountAdapter):
    """Sign-in through the municipality: for accounts that are there, and never for a new one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Roles are granted by people; an account without any would only be confusing."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Who the other side says it is: looked up by address, never written."""
        user: User = sociallogin.user
        user.email = data.get("email") or ""
        return user


def _language() -> str:
    current = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return current if current in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
