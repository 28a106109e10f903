"""The one way in which a request changes state: lock, table, compare and swap."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction

from common import clock
from common.errors import InvalidTransition, NotFound
from events.services import record
from help_requests.enums import ENDED, TRANSITIONS, RequestKind, RequestState
from help_requests.events import RequestEdited, RequestStateChanged
from help_requests.models import HelpRequest
from people.models import User

# The moment that is kept when a state is entered, unless the caller gives another one.
STAMPS: dict[RequestState, str] = {
    RequestState.MATCHED: "matched_at",
    RequestState.DONE: "done_at",
    RequestState.ENDED: "done_at",
    **dict.fromkeys(ENDED, "ended_at"),
}


def lock_request(request_id: UUID) -> HelpRequest:
    """Return the request, fresh and locked until the transaction ends.

    Every change of a request or of its offers and assignments takes this lock first.

    Raises:
        NotFound: there is no such request.
    """
    try:
        return HelpRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    except HelpRequest.DoesNotExist:
        raise NotFound() from None


@transaction.atomic
def move_request(
    request_id: UUID,
    *,
    frm: Collection[RequestState],
    to: RequestState,
    by: User | None,
    **timestamps: Any,
) -> HelpRequest:
    """Move a request on for matching, in the caller's transaction, and record ``RequestStateChanged``.

    ``matched_at``, ``done_at`` and ``ended_at`` are set by themselves on entering their state; other fields
    (or other moments) are given in ``timestamps``. Permission is the caller's to ask.

    Args:
        request_id: which request.
        frm: the states the caller knows how to handle.
        to: the new state.
        by: the acting user, ``None`` for the system.
        timestamps: further columns to set in the same statement.

    Returns:
        The request as it now is.

    Raises:
        NotFound: there is no such request.
        InvalidTransition: the request is in none of ``frm``, or the step is not in the table.
    """
    request = lock_request(request_id)
    if request.state not in frm:
        raise InvalidTransition()
    swap_state(request, to, **timestamps)
    record(RequestStateChanged(request_id=request.pk, centre_id=request.centre_id, state=to.value), actor=by)
    return request


def set_helpers_needed(request: HelpRequest, count: int, *, by: User | None) -> None:
    """Change how many helpers a request asks for, in the caller's transaction. Permission is the caller's."""
    HelpRequest.objects.filter(pk=request.pk).update(helpers_needed=count)
    request.helpers_needed = count
    record(RequestEdited(request_id=request.pk, centre_id=request.centre_id), actor=by)


def swap_state(request: HelpRequest, to: RequestState, **changes: Any) -> None:
    """Change the state if the row still is in the state that ``request`` tells; other fields go with it.

    Records no event: the calling verb does.

    Raises:
        InvalidTransition: the step is not in the table of the request's kind, or someone was first.
    """
    frm = RequestState(request.state)
    if to not in TRANSITIONS.get(RequestKind(request.kind), {}).get(frm, frozenset()):
        raise InvalidTransition()
    changes = {"state": to, **_stamp(to), **changes}
    if HelpRequest.objects.filter(pk=request.pk, state=frm).update(**changes) != 1:
        raise InvalidTransition()
    for name, value in changes.items():
        setattr(request, name, value)


def _stamp(to: RequestState) -> dict[str, Any]:
    return {STAMPS[to]: clock.now()} if to in STAMPS else {}
