"""Reads of help requests that more than one caller needs. Every one starts from what the person may see."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from common.errors import NotFound
from help_requests.enums import TO_TRIAGE, RequestState, Urgency
from help_requests.models import HelpRequest
from people.enums import Role
from people.queries import residents_of, standing_of

DESK_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# Where a browser session keeps the ids of what was sent from it without signing in.
SESSION_KEY = "sent_requests"


def desk_centres(user: Any) -> frozenset[UUID]:
    """Ids of the centres at whose desk ``user`` works; none for who may not act."""
    return standing_of(user).centres(DESK_ROLES)


def owned_by(user: Any) -> QuerySet[HelpRequest]:
    """The requests of ``user`` and of those they represent, newest first."""
    return _with_relations().filter(resident__in=residents_of(user)).order_by("-created_at")


def at_desk_of(user: Any) -> QuerySet[HelpRequest]:
    """The requests of the centres at whose desk ``user`` works; drafts only once they have been sent."""
    return (
        _with_relations()
        .filter(centre_id__in=desk_centres(user))
        .exclude(state=RequestState.DRAFT, submitted_at=None)
    )


def visible_to(user: Any) -> QuerySet[HelpRequest]:
    """All that ``user`` may see: their own, those of people they represent, those of their desk."""
    at_desk = Q(centre_id__in=desk_centres(user)) & ~Q(state=RequestState.DRAFT, submitted_at=None)
    return _with_relations().filter(at_desk | Q(resident__in=residents_of(user)))


def sent_in_session(session: Any) -> QuerySet[HelpRequest]:
    """The requests sent from this browser session without signing in, until the resident is claimed."""
    ids = [UUID(text) for text in session.get(SESSION_KEY, [])]
    return _with_relations().filter(pk__in=ids, filed_by=None, resident__user=None).order_by("-created_at")


def own_request(user: Any, session: Any, request_id: UUID) -> HelpRequest:
    """The request for its own page: of ``user``, or sent from this session.

    Raises:
        NotFound: absent, or not theirs.
    """
    for mine in (owned_by(user), sent_in_session(session)):
        found = mine.filter(pk=request_id).first()
        if found is not None:
            return found
    raise NotFound


def own_submission(user: Any, session: Any, submission_key: str) -> HelpRequest | None:
    """The request that was sent with this key, when it is one of ``user`` or of this session."""
    try:
        key = UUID(submission_key)
    except ValueError:
        return None
    found = (mine.filter(submission_key=key).first() for mine in (owned_by(user), sent_in_session(session)))
    return next((request for request in found if request), None)


def triage_queue(centre_ids: Collection[UUID]) -> QuerySet[HelpRequest]:
    """What waits for a coordinator of these centres: urgent first, then the longest waiting."""
    waiting = _with_relations().filter(centre_id__in=centre_ids, state__in=TO_TRIAGE)
    return waiting.order_by("-urgent", "submitted_at", "pk")


def urgency(request: HelpRequest, today: date) -> Urgency:
    """How soon help is needed: on the day itself, within seven days, or later (also without a day)."""
    if request.on_date is None:
        return Urgency.LATER
    if request.on_date <= today:
        return Urgency.TODAY
    return Urgency.THIS_WEEK if request.on_date <= today + timedelta(days=7) else Urgency.LATER


def _with_relations() -> QuerySet[HelpRequest]:
    return HelpRequest.objects.select_related("resident", "district", "centre", "coordinator")
