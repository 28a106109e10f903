"""The devices that someone wants messages on, and whether they are still signed in there."""

from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from common import clock
from common.devices import browser_and_system
from notifications.models import PushSubscription
from notifications.queries import DEVICE_IN_SESSION
from people.models import User


def device_name(user_agent: str) -> str:
    """What people call the device of a browser: "Chrome, Android". Nothing of the rest is kept."""
    return ", ".join(part for part in browser_and_system(user_agent) if part) or _("A device")


def is_signed_in(subscription: PushSubscription) -> bool:
    """Whether the session in which the device subscribed has not been ended by anybody.

    A session that ran out by itself keeps the messages coming: the buttons then lead to the page to sign in.
    One that was gone before its time was ended: signed out here or elsewhere, suspended, another password.
    """
    data = _store(subscription.session_key).load()
    if data.get(SESSION_KEY) == str(subscription.user_id):
        shown, known = data.get(HASH_SESSION_KEY, ""), subscription.user.get_session_auth_hash()
        return constant_time_compare(shown, known)
    return clock.now() >= subscription.signed_in_until


def _store(session_key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(session_key)


def end_device(user: User, session: Any, user_agent: str) -> None:
    """Signed out here: nothing more to this device.

    One of the same name whose session ran out by itself may be this one, under the session before: it goes
    along.
    """
    before = Q(signed_in_until__lte=clock.now(), device=device_name(user_agent))
    here = Q(pk=session.get(DEVICE_IN_SESSION)) | before
    PushSubscription.objects.filter(here, user=user).delete()


def end_session(user_id: UUID, session_key: str) -> None:
    """A session was ended elsewhere: nothing more to its device.

    Whoever ends sessions wants to be out: devices whose session had run out by itself go along. A session
    that is only tidied away because it ran out ends nothing; its row is still there.
    """
    if _store().exists(session_key):
        return
    now = clock.now()
    for subscription in PushSubscription.objects.filter(user_id=user_id):
        if subscription.session_key == session_key or subscription.signed_in_until <= now:
            subscription.delete()


def end_others(user: User, session: Any) -> None:
    """Another password ended every other session; this one goes on under another name."""
    PushSubscription.objects.filter(user=user).exclude(pk=session.get(DEVICE_IN_SESSION)).delete()
    follow(user, session)


def follow(user: User, session: Any) -> None:
    """The session of this device got another name: remember it by that."""
    mine = PushSubscription.objects.filter(user=user, pk=session.get(DEVICE_IN_SESSION))
    mine.update(session_key=session.session_key, signed_in_until=session.get_expiry_date())
