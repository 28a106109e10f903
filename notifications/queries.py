"""Reads of notices and preferences."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from common import clock
from help_requests.queries import sent_in_session
from notifications.models import Notice, NotificationPreference, PushSubscription
from people.models import User

DEVICE_IN_SESSION = "push"
"""Under this name a session holds the id of the subscription of its device."""
AGAIN_IN_SESSION = "push_again"
"""Under this name a session holds that its browser is to tell whether messages came to it before."""


def notices_of(user: User) -> QuerySet[Notice]:
    """The person's notices, newest first."""
    return Notice.objects.filter(user=user).order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    """How many notices the person has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()


def hears_live(user: Any, session: Any) -> bool:
    """Whether pages of this reader have a live socket: signed in, or a request was sent from here."""
    return bool(getattr(user, "is_authenticated", False)) or sent_in_session(session).exists()


def wants_mail(user: User) -> bool:
    """Whether the person gets a mail beside the message in their list; yes until they say no."""
    return not NotificationPreference.objects.filter(user=user, mail_notices=False).exists()


def preference_of(user: User) -> NotificationPreference:
    """What the person wants to be told outside the platform, or the usual (unsaved)."""
    return NotificationPreference.objects.filter(user=user).first() or NotificationPreference(user=user)


def preferences_of(user_ids: Collection[UUID]) -> dict[UUID, NotificationPreference]:
    """The same of several people, in one query; none for nobody."""
    kept = NotificationPreference.objects.in_bulk(user_ids) if user_ids else {}
    return {pk: kept.get(pk) or NotificationPreference(user_id=pk) for pk in user_ids}


def devices_of(user: User) -> QuerySet[PushSubscription]:
    """The devices that the person's messages go to, the newest first; none where they are signed out."""
    awake = PushSubscription.objects.filter(user=user, signed_in_until__gt=clock.now())
    return awake.order_by("-created_at", "-id")


def device_here(user: User, session: Any) -> PushSubscription | None:
    """The one that this session is on."""
    return devices_of(user).filter(pk=session.get(DEVICE_IN_SESSION)).first()


def may_go_on(session: Any) -> bool:
    """Whether the browser of this session is to tell if messages came to it before."""
    return bool(session.get(AGAIN_IN_SESSION))
