"""Telling people: notices in their list, and what they want to hear beside it, on which device."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Forbidden, InvalidInput
from common.outbound import OutboundRefused
from events.models import EventRecord
from notifications.enums import NoticeKind
from notifications.live.groups import person
from notifications.live.signals import Signal, send_signals
from notifications.models import Notice, NotificationPreference, PushSubscription
from notifications.push.delivery import guard, plan_pushes
from notifications.push.devices import device_name, endpoint_digest, stay
from notifications.push.sealing import check_keys
from notifications.push.vapid import key_of
from notifications.queries import DEVICE_IN_SESSION
from people.models import User
from people.queries import not_erased

INBOX = "inbox"
MOST_DEVICES = 10
LONGEST_ENDPOINT = 1000


def notify(
    user_ids: Iterable[UUID],
    kind: NoticeKind,
    object_id: UUID,
    record: EventRecord,
    *,
    for_volunteer: bool = False,
    matters_at: datetime | None = None,
) -> None:
    """Put a notice in the list of each person, once per event; tell their pages and devices.

    Whoever was erased in the meantime is told nothing, and nothing is kept of it. With ``matters_at`` (UTC)
    also at night, when it comes before the night is well over.
    """
    receivers = not_erased(user_ids)
    notices = [
        Notice(
            user_id=user_id,
            kind=kind,
            object_id=object_id,
            for_volunteer=for_volunteer,
            event_id=record.pk,
            matters_at=matters_at,
        )
        for user_id in receivers
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    plan_pushes(notices)
    send_signals(Signal(person(user_id), INBOX) for user_id in receivers)


@transaction.atomic
def mark_read(user: User, notice_ids: Iterable[UUID] | None = None) -> int:
    """Mark the person's own notices as read (all of them without ids); return how many were unread."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    rows = unread.update(read_at=clock.now())
    if rows:
        send_signals([Signal(person(user.pk), INBOX)])
    return rows


@transaction.atomic
def choose_mail(user: User, *, wanted: bool) -> NotificationPreference:
    """Keep whether the person wants a mail beside the messages in their list."""
    return NotificationPreference.objects.update_or_create(user=user, defaults={"mail_notices": wanted})[0]


@transaction.atomic
def choose_quiet(user: User, *, quiet_from: time, quiet_until: time) -> NotificationPreference:
    """Keep between which hours (Europe/Amsterdam) nothing goes to the person's devices; equal: always."""
    hours = {"quiet_from": quiet_from, "quiet_until": quiet_until}
    return NotificationPreference.objects.update_or_create(user=user, defaults=hours)[0]


@transaction.atomic
def subscribe(
    user: User,
    session: Any,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    server_key: str,
    user_agent: str = "",
) -> PushSubscription:
    """Send messages to the device that this session is on, for as long as the person is signed in there.

    A device has one subscription: the former one makes place, also when it was another person's. Of more than
    ``MOST_DEVICES`` the one goes that was silent for longest.

    Raises:
        InvalidInput: the address is of no push service that we know, or the keys are not those of a browser.
    """
    _check_subscription(endpoint, p256dh, auth, server_key)
    User.objects.select_for_update().get(pk=user.pk)
    if session.session_key is None:
        session.create()
    made, _new = PushSubscription.objects.update_or_create(
        endpoint_digest=endpoint_digest(endpoint),
        defaults={
            "user": user,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "server_key": server_key,
            "device": device_name(user_agent),
            "session_key": session.session_key,
            "signed_in_until": session.get_expiry_date(),
            "created_at": clock.now(),
            "used_at": None,
            "failures": 0,
            "rests_until": None,
        },
    )
    others = PushSubscription.objects.filter(user=user).exclude(pk=made.pk)
    others.filter(pk=session.get(DEVICE_IN_SESSION)).delete()
    for silent in sorted(others.all(), key=_last_heard)[: 1 - MOST_DEVICES]:
        silent.delete()
    session[DEVICE_IN_SESSION] = str(made.pk)
    stay(user, session)
    session.save()
    return made


@transaction.atomic
def unsubscribe(subscription: PushSubscription, *, by: User | None) -> None:
    """Send nothing to this device any more. Raises ``Forbidden`` for another's."""
    if by is not None and subscription.user_id != by.pk:
        raise Forbidden
    subscription.delete()


def _last_heard(subscription: PushSubscription) -> datetime:
    return subscription.used_at or subscription.created_at


def _check_subscription(endpoint: str, p256dh: str, auth: str, server_key: str) -> None:
    try:
        guard().check(endpoint)
        check_keys(p256dh, auth)
    except (OutboundRefused, ValueError):
        raise InvalidInput(_("This browser cannot receive messages from us."), field="endpoint") from None
    if len(endpoint) > LONGEST_ENDPOINT or key_of(server_key) is None:
        raise InvalidInput(_("Something went wrong. Please open this page again."), field="server_key")
