"""What a device is told: a sentence of ours, where it leads, for how long. No name, no address.

Whether it is told at all is judged here again, at the last moment: what was taken back meanwhile, what
someone is no longer screened for, and what they have read already, goes to no phone.
"""

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.encryption import digest
from help_requests.models import HelpRequest
from help_requests.queries import visible_to
from matching.models import Assignment, Offer
from matching.queries import offers_to, open_offers_to
from notifications.enums import NoticeKind
from notifications.models import Notice
from notifications.queries import unread_count
from safeguarding.queries import closed_categories
from vacancies.queries.shifts import stands, swaps_visible_to

KEPT = timedelta(days=3)
"""What has no deadline of its own is not told to a phone that was off for longer."""
OFFERS = frozenset({NoticeKind.OFFER, NoticeKind.OFFER_TAKEN, NoticeKind.OFFER_CANCELLED})
# Told without a sound, in the place of the question itself.
SILENT = OFFERS - {NoticeKind.OFFER}
# Also to who is not screened (any more): they would stand at a door that nobody opens.
CALLED_OFF = frozenset({NoticeKind.CANCELLED_VOLUNTEER, NoticeKind.ENDED_VOLUNTEER})
# Of a place on a shift, to who may come that day.
TO_COME = frozenset({NoticeKind.SHIFT_REMINDER, NoticeKind.SHIFT_MOVED_UP})
URGENT = CALLED_OFF | {
    NoticeKind.OFFER,
    NoticeKind.CANCELLED_RESIDENT,
    NoticeKind.SHIFT_CALLED_OFF,
    NoticeKind.TASK_CALLED_OFF,
    NoticeKind.TASK_DROPPED,
    NoticeKind.ORGANISATION_PAUSED,
    NoticeKind.MEETING_CANCELLED,
    NoticeKind.REPORT_FILED,
}
# Whoever hears them a day later would come on the wrong day.
SAYS_TOMORROW = frozenset(
    {
        NoticeKind.SHIFT_REMINDER,
        NoticeKind.TASK_REMINDER,
        NoticeKind.MEETING_TOMORROW,
        NoticeKind.TRAINING_TOMORROW,
    }
)
# Not for who looks over a shoulder: that someone reported something, and how it stands with their screening.
DISCREET = frozenset(
    {NoticeKind.REPORT_SETTLED} | {kind for kind in NoticeKind if kind.value.startswith("screening_")}
)
TOPIC_SIGNS = 32


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is sealed, and what the push service needs to know of it."""

    content: bytes
    expires_at: datetime
    urgency: str
    topic: str
    matters_at: datetime | None = None


def message_for(notice: Notice) -> Message | None:
    """Return what the devices of the reader of ``notice`` are to be told now; ``None`` when nothing is."""
    user, kind = notice.user, NoticeKind(notice.kind)
    if notice.read_at is not None or not user.is_active or user.suspended_at is not None:
        return None
    offer = open_offers_to(user).filter(pk=notice.object_id).first() if kind == NoticeKind.OFFER else None
    if not _still_concerns(notice, kind, offer):
        return None
    # Of each reader another: who are told of the same thing have nothing to do with each other elsewhere.
    topic = digest(f"{user.pk} {notice.object_id}")[:TOPIC_SIGNS]
    with translation.override(user.language):
        content = _content(notice, kind, offer) | {"tag": topic}
    return Message(
        content=json.dumps(content, ensure_ascii=False).encode(),
        expires_at=(offer.due_at if offer else None) or _told_until(notice, kind),
        urgency="high" if kind in URGENT else "normal",
        topic=topic,
        matters_at=notice.matters_at,
    )


def _told_until(notice: Notice, kind: NoticeKind) -> datetime:
    if kind not in SAYS_TOMORROW:
        return notice.created_at + KEPT
    next_day = timezone.localdate(notice.created_at) + timedelta(days=1)
    return datetime.combine(next_day, time(), timezone.get_default_timezone())


def _still_concerns(notice: Notice, kind: NoticeKind, offer: Offer | None) -> bool:
    """Whether it may (still) reach the reader: what they see on their pages is the measure."""
    user, about = notice.user, notice.object_id
    if kind == NoticeKind.OFFER:
        return offer is not None
    if kind in OFFERS:
        return offers_to(user).filter(pk=about).exists()
    if kind in TO_COME:
        return stands(user, about)
    if kind == NoticeKind.SWAP_ASKED:
        return swaps_visible_to(user).filter(pk=about).exists()
    agreement = Assignment.objects.select_related("request", "volunteer").filter(pk=about).first()
    if agreement is not None:
        mine = agreement.volunteer.user_id == user.pk
        closed = closed_categories(agreement.volunteer)
        return mine and (kind in CALLED_OFF or agreement.request.category not in closed)
    asked = HelpRequest.objects.filter(pk=about).exists()
    return not asked or visible_to(user).filter(pk=about).exists()


def _content(notice: Notice, kind: NoticeKind, offer: Offer | None) -> dict[str, Any]:
    """The message as the service worker reads it (``sw_push.js``), in the active language."""
    content: dict[str, Any] = {
        "kind": kind.value,
        "title": "Samenkracht",
        "body": _("There is a message for you.") if kind in DISCREET else str(kind.label),
        "lang": notice.user.language,
        "url": reverse("notice", args=[notice.pk]),
        "silent": kind in SILENT,
        "badge": unread_count(notice.user),
    }
    if offer is not None:
        words = render_to_string("notifications/push/question.txt", {"wanted": offer.request})
        content |= {
            "title": " ".join(words.split()),
            "body": _("Can you help?"),
            "offer": str(offer.pk),
            "actions": [
                {"action": "yes", "title": _("Yes, I help")},
                {"action": "no", "title": _("Not now")},
            ],
            "later": _("You have no connection. We pass your answer on as soon as you do."),
        }
    return content
