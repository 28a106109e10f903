"""What follows from signing in and out. Django's and allauth's signals, each to one service."""

from typing import Any

from allauth.account.signals import email_confirmed, password_changed, password_reset, password_set
from allauth.account.signals import user_logged_in as signed_in_on_a_page
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from people.models import User
from people.services import claim_residents
from people.services.accounts import note_session_ended
from people.services.second_factor import note_set_up
from people.web.speaking import speak


@receiver(user_logged_in, dispatch_uid="people.claim_at_sign_in")
def claim_at_sign_in(sender: Any, user: User, **kwargs: Any) -> None:
    """Link the records that a coordinator made for this address before there was an account."""
    claim_residents(user)


@receiver(signed_in_on_a_page, dispatch_uid="people.speak_at_sign_in")
def speak_at_sign_in(
    sender: Any, request: HttpRequest, response: HttpResponse, user: User, **kwargs: Any
) -> None:
    """Speak the person's own language, unless another was chosen in this browser."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        speak(response, user.language)


@receiver(email_confirmed, dispatch_uid="people.claim_at_confirmation")
def claim_at_confirmation(sender: Any, email_address: Any, **kwargs: Any) -> None:
    """An address has just been shown to be the person's own."""
    claim_residents(email_address.user)


@receiver(user_logged_out, dispatch_uid="people.session_ended_by_sign_out")
def session_ended_by_sign_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    """Signed out here. ``user`` is ``None`` for who was not signed in."""
    if user is not None:
        note_session_ended(user)


@receiver((password_changed, password_reset, password_set), dispatch_uid="people.sessions_ended_by_password")
def sessions_ended_by_password(sender: Any, user: User, **kwargs: Any) -> None:
    """Another password, or the first one, ends every other session."""
    note_session_ended(user)


@receiver(post_delete, sender=UserSession, dispatch_uid="people.session_ended_elsewhere")
def session_ended_elsewhere(sender: Any, instance: UserSession, origin: Any, **kwargs: Any) -> None:
    """A session was ended elsewhere or by the centre. Nothing to tell when the account itself goes."""
    if not isinstance(origin, User):
        note_session_ended(instance.user)


@receiver(authenticator_added, dispatch_uid="people.factor_set_up")
def factor_set_up(sender: Any, request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever has just set up a second factor has used it."""
    note_set_up(request, authenticator)
