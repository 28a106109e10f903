"""The devices that someone wants messages on, and whether they are still signed in there.

A device hears something for as long as the session in which it subscribed is there, and not a moment longer.
When that session is gone (run out, ended elsewhere, another password) the device is *asleep*: nothing is sent
to it, and it goes on by itself once the same person signs in again in that browser. Whoever signs out there,
or turns it off, ends it.
"""

import hashlib
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from common import clock
from common.devices import browser_and_system
from common.encryption import digest
from notifications.models import PushSubscription
from notifications.queries import AGAIN_IN_SESSION, DEVICE_IN_SESSION
from people.models import User
from people.services import owes_proof

DAY_IN_SESSION = "push_day"
"""Under this name a session holds the day on which it was last prolonged because of its device."""


def device_name(user_agent: str) -> str:
    """What people call the device of a browser: "Chrome, Android". Nothing of the rest is kept."""
    return ", ".join(part for part in browser_and_system(user_agent) if part) or _("A device")


def endpoint_digest(endpoint: str) -> str:
    """By what a device is found again. As it is written: two addresses may differ in a capital only."""
    return digest(hashlib.sha256(endpoint.encode()).hexdigest())


def is_signed_in(subscription: PushSubscription) -> bool:
    """Whether the session in which the device subscribed is there, and is this person's."""
    data = _store(subscription.session_key).load()
    if data.get(SESSION_KEY) != str(subscription.user_id):
        return False
    shown, known = data.get(HASH_SESSION_KEY, ""), subscription.user.get_session_auth_hash()
    return constant_time_compare(shown, known)


def _store(session_key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(session_key)


@transaction.atomic
def put_to_sleep(subscription: PushSubscription) -> None:
    """Nothing to this device until the person signs in there again; not when they just did."""
    now = clock.now()
    rows = PushSubscription.objects.select_for_update().select_related("user")
    found = rows.filter(pk=subscription.pk, signed_in_until__gt=now).first()
    if found is not None and not is_signed_in(found):
        PushSubscription.objects.filter(pk=found.pk).update(signed_in_until=now)


def end_device(user: User, session: Any) -> None:
    """Signed out here: nothing more to this device."""
    PushSubscription.objects.filter(pk=session.get(DEVICE_IN_SESSION), user=user).delete()


def end_session(user_id: UUID, session_key: str) -> None:
    """A session was ended elsewhere, or ran out and was tidied away: nothing to its device."""
    if _store().exists(session_key):
        return
    for subscription in PushSubscription.objects.filter(user_id=user_id):
        if subscription.session_key == session_key:
            put_to_sleep(subscription)


def end_others(user: User, session: Any) -> None:
    """Another password ended every other session; this one goes on under another name."""
    now = clock.now()
    others = PushSubscription.objects.filter(user=user, signed_in_until__gt=now)
    others.exclude(pk=session.get(DEVICE_IN_SESSION)).update(signed_in_until=now)
    follow(user, session)


def follow(user: User, session: Any) -> None:
    """The session of this device got another name: remember it by that."""
    mine = PushSubscription.objects.filter(user=user, pk=session.get(DEVICE_IN_SESSION))
    mine.update(session_key=session.session_key, signed_in_until=session.get_expiry_date())


def look_for_former(user: User, session: Any) -> None:
    """Signed in: let the next page tell whether messages came to this browser before (``go_on``)."""
    others = PushSubscription.objects.filter(user=user).exclude(pk=session.get(DEVICE_IN_SESSION))
    if others.exists():
        session[AGAIN_IN_SESSION] = True


@transaction.atomic
def go_on(user: User, session: Any, *, endpoint: str) -> bool:
    """Messages go on to this browser if they came to it before, for the same person; return whether.

    Nothing happens for the address of another's browser, or of one that was signed out.
    """
    session.pop(AGAIN_IN_SESSION, None)
    rows = PushSubscription.objects.select_for_update().filter(user=user)
    found = rows.filter(endpoint_digest=endpoint_digest(endpoint)).first()
    if found is not None:
        rows.filter(pk=session.get(DEVICE_IN_SESSION)).exclude(pk=found.pk).delete()
        session[DEVICE_IN_SESSION] = str(found.pk)
        follow(user, session)
    session.save()
    return found is not None


def stay(user: User, session: Any) -> None:
    """Once a day: a session that has a device lasts for ``PUSH_SESSION_DAYS`` from the day it was last used.

    For who has to show a second factor, and once the device is gone, it lasts no longer than another does.
    """
    today = clock.today().isoformat()
    if session.get(DAY_IN_SESSION) == today:
        return
    has_device = PushSubscription.objects.filter(user=user, pk=session.get(DEVICE_IN_SESSION)).exists()
    session[DAY_IN_SESSION] = today
    session.set_expiry(_longer() if has_device and not owes_proof(user) else settings.SESSION_COOKIE_AGE)
    if has_device:
        follow(user, session)
    else:
        del session[DEVICE_IN_SESSION]


def _longer() -> int:
    return max(settings.SESSION_COOKIE_AGE, int(timedelta(days=settings.PUSH_SESSION_DAYS).total_seconds()))


def forget_sleeping() -> int:
    """Delete the devices that have been asleep for ``PUSH_ASLEEP_DAYS``; return how many."""
    long_ago = clock.now() - timedelta(days=settings.PUSH_ASLEEP_DAYS)
    return PushSubscription.objects.filter(signed_in_until__lt=long_ago).delete()[0]
