"""Signing in and out, as Django and allauth tell it: a device where nobody is signed in hears nothing."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest

from notifications.push import devices
from people.models import User


@receiver(user_logged_out, dispatch_uid="notifications.signed_out_here")
def signed_out_here(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """``user`` is ``None`` for who was not signed in."""
    if user is not None:
        devices.end_device(user, request.session)


@receiver(user_logged_in, dispatch_uid="notifications.signed_in_again")
def signed_in_again(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Perhaps once more, in the same browser: then the session has another name, or is another."""
    devices.follow(user, request.session)
    devices.look_for_former(user, request.session)


@receiver((password_changed, password_reset, password_set), dispatch_uid="notifications.another_password")
def another_password(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """It ends every other session, also the first password of who signed in by code or passkey so far."""
    devices.end_others(user, request.session)


@receiver(post_delete, sender=UserSession, dispatch_uid="notifications.signed_out_elsewhere")
def signed_out_elsewhere(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """Ended from another device, by the centre, or with the account."""
    devices.end_session(instance.user_id, instance.session_key)
