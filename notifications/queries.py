"""Reads of notices and preferences."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, IntegerField, QuerySet, Subquery

from common import clock
from help_requests.queries import desk_centres, sent_in_session, to_triage
from matching.queries import asked_of
from notifications.models import Notice, NotificationPreference, PushSubscription
from people.enums import Role
from people.models import User
from people.queries import roles_of

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


@dataclass(frozen=True)
class Waiting:
    """How much waits for someone: messages to read, questions to answer, requests to look at.

    ``None`` where someone is no volunteer, or works at no desk.
    """

    unread: int
    questions: int | None
    requests: int | None


def waiting_for(user: User) -> Waiting:
    """Count it all in one query, for the frame of every page."""
    rows: dict[str, QuerySet[Any]] = {"unread": Notice.objects.filter(user=user, read_at=None)}
    if Role.VOLUNTEER in roles_of(user):
        rows["questions"] = asked_of(user)
    if centres := desk_centres(user):
        rows["requests"] = to_triage(centres)
    counts = {name: Subquery(_number(each)) for name, each in rows.items()}
    told: dict[str, Any] = dict(User.objects.filter(pk=user.pk).values(**counts).first() or {})
    return Waiting(told.get("unread", 0), told.get("questions"), told.get("requests"))


def _number(rows: QuerySet[Any]) -> QuerySet[Any]:
    counted: QuerySet[Any] = rows.annotate(
        number=Func(F("pk"), function="COUNT", output_field=IntegerField())
    )
    return counted.values("number")


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
