"""The forms of signing in and of one's account: allauth's, with our words.

Labels stand above the fields, so placeholders (which vanish while typing) are taken out.
"""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HELP = _("At least 10 characters. A short sentence is easy to remember.")


class Plain(forms.BaseForm):
    """Takes out placeholders and gives the fields our labels and help."""

    words: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class CodeForm(Plain):
    """A code of six digits from an e-mail."""

    words = {"code": _("Code from the e-mail")}
    hints = {"code": _("Six digits")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 10, "size": 8}
        self.fields["code"].widget.attrs |= attributes


class SignupForm(Plain, allauth.SignupForm):
    """Name, e-mail address and, for who wants one, a password."""

    field_order = ["name", "email", "password1"]
    words = {"email": _("E-mail address"), "password1": _("Password")}
    hints = {
        "email": _("We send you a code, to be sure that it is yours."),
        "password1": _(
            "Without a password we mail you a code each time you sign in. That works just as well."
        ),
    }


class LoginForm(Plain, allauth.LoginForm):
    """E-mail address and password."""

    words = {"login": _("E-mail address"), "password": _("Your password")}

    @property
    def by_code(self) -> forms.Form:
        """The other way to sign in, which the same page offers first."""
        return RequestLoginCodeForm(auto_id="code_%s")


class RequestLoginCodeForm(Plain, allauth.RequestLoginCodeForm):
    """The e-mail address that a sign-in code goes to."""

    words = {"email": _("E-mail address")}
    hints = {"email": _("We mail you a code of six digits. You do not need a password.")}


class ConfirmLoginCodeForm(CodeForm, allauth.ConfirmLoginCodeForm):
    """The code to sign in with."""


class ConfirmEmailCodeForm(CodeForm, allauth.ConfirmEmailVerificationCodeForm):
    """The code that shows that the address is the person's own."""


class ConfirmResetCodeForm(CodeForm, allauth.ConfirmPasswordResetCodeForm):
    """The code to choose a new password with."""


class ChangeEmailForm(Plain, allauth.AddEmailForm):
    """Another e-mail address."""

    words = {"email": _("New e-mail address")}
    hints = {"email": _("We send a code to the new address. Until then the old one stays.")}


class ResetPasswordForm(Plain, allauth.ResetPasswordForm):
    """The address of an account whose password is forgotten."""

    words = {"email": _("E-mail address")}
    hints = {"email": _("We mail you a code with which you choose a new password.")}


class NewPasswordForm(Plain, allauth.ResetPasswordKeyForm):
    """A new password, after the code."""

    words = {"password1": _("New password"), "password2": _("The same password again")}
    hints = {"password1": PASSWORD_HELP}


class SetPasswordForm(Plain, allauth.SetPasswordForm):
    """A first password, for who signed in by code until now."""

    words = {"password1": _("New password"), "password2": _("The same password again")}
    hints = {"password1": PASSWORD_HELP}


class ChangePasswordForm(Plain, allauth.ChangePasswordForm):
    """Another password."""

    words = {
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _("The same password again"),
    }
    hints = {"password1": PASSWORD_HELP}


class ReauthenticateForm(Plain, allauth.ReauthenticateForm):
    """The password once more, before something important."""

    words = {"password": _("Your password")}


class AppCodeForm(CodeForm):
    """A code of the authenticator app."""

    words = {"code": _("Code from your app")}
    hints = {"code": _("Six digits that the app shows now")}


class AuthenticatorForm(AppCodeForm, mfa.AuthenticateForm):
    """The second step of signing in."""

    hints = {"code": _("Six digits that the app shows now, or one of your recovery codes.")}


class AuthenticatorAgainForm(AppCodeForm, mfa.ReauthenticateForm):
    """The second step once more, before something important."""

    hints = AuthenticatorForm.hints


class ActivateAuthenticatorForm(AppCodeForm, totp.ActivateTOTPForm):
    """The first code of a new app."""


class AddPasskeyForm(Plain, webauthn.AddWebAuthnForm):
    """A name for a new passkey, and whether it is enough by itself."""

    words = {"name": _("Name of the passkey"), "passwordless": _("Sign in with this passkey alone")}
    hints = {
        "name": _("For example: my phone"),
        "passwordless": _("Then you need no code by e-mail and no password any more."),
    }


class RenamePasskeyForm(Plain, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    words = AddPasskeyForm.words
    hints = AddPasskeyForm.hints
