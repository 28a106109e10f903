"""Telling people: notices in their list."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from common import clock
from events.models import EventRecord
from notifications.enums import NoticeKind
from notifications.live.groups import person
from notifications.live.signals import Signal, send_signals
from notifications.models import Notice, NotificationPreference
from people.models import User

INBOX = "inbox"


def notify(
    user_ids: Iterable[UUID],
    kind: NoticeKind,
    object_id: UUID,
    record: EventRecord,
    *,
    for_volunteer: bool = False,
) -> None:
    """Put a notice in the list of each person, once per event, and tell their open pages."""
    receivers = list(dict.fromkeys(user_ids))
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=user_id,
                kind=kind,
                object_id=object_id,
                for_volunteer=for_volunteer,
                event_id=record.pk,
            )
            for user_id in receivers
        ],
        ignore_conflicts=True,
    )
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
