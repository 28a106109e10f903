"""Showing once more that a mailbox is one's own: for who has neither a password nor a second factor.

A page that is left open on a computer of the library is no proof of who sits there. Before the address or
the ways to sign in change, such a person fills in a code that goes to the address of the account; a sign-in
by code counts for as long as any other proof does (``ACCOUNT_REAUTHENTICATION_TIMEOUT``).
"""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from django.http import HttpRequest

from common import clock

CODE_IN_SESSION = "mailbox_code"
# As allauth calls a code that went to the mailbox.
METHOD = "code"


def shown_lately(request: HttpRequest) -> bool:
    """Whether a code to the person's mailbox was filled in, in this session, in the last minutes."""
    user = request.user
    if not user.is_authenticated:
        return False
    since = clock.now().timestamp() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, user)
    return any(
        record.get("method") == METHOD and record.get("email") == user.email and record["at"] > since
        for record in records
    )


def renews_password(request: HttpRequest) -> bool:
    """Whether the person fills in a new password after a code to their mailbox: it is shown by that."""
    user, process = request.user, PasswordResetVerificationProcess.resume(request)
    if process is None or not user.is_authenticated or process.user != user:
        return False
    return bool(process.state.get("code_confirmed") and process.state["email"] == user.email)


class MailboxCode(AbstractCodeVerificationProcess):
    """A code that waits to be filled in: three tries, a quarter of an hour, one at a time."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
        )

    @classmethod
    def mail(cls, request: HttpRequest) -> None:
        """Mail a new code to the address of who is signed in; a former code works no more."""
        process = cls(request, cls.initial_state(request.user, request.user.email))  # type: ignore[union-attr]
        process.send()
        process.persist()

    @classmethod
    def waiting(cls, request: HttpRequest) -> "MailboxCode | None":
        """The code that was mailed to this person, in this session, and still works."""
        state = request.session.get(CODE_IN_SESSION)
        process = cls(request, state).abort_if_invalid() if state else None
        return process if process is not None and process.user == request.user else None

    def finish(self) -> None:
        """The right code was filled in. It works once."""
        self.abort()
        record_authentication(
            self.request, self.user, method=METHOD, email=self.state["email"], reauthenticated=True
        )

    def send(self) -> None:
        """Queue the mail."""
        self.state["code"] = get_adapter().generate_login_code()
        context = {"request": self.request, "code": self.code}
        get_adapter().send_mail("account/email/again_code", self.state["email"], context)

    def persist(self) -> None:
        """Keep it in the session."""
        self.request.session[CODE_IN_SESSION] = self.state

    def abort(self) -> None:
        """It works no more."""
        self.request.session.pop(CODE_IN_SESSION, None)
