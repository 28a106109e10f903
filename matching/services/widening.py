"""Asking the resident whether another part of the day is fine too, and going on with the answer."""

from typing import TypeVar
from uuid import UUID

from django.db import transaction

from common import clock
from common.errors import InvalidTransition
from common.permissions import require
from events.services import record
from help_requests import services as help_requests
from help_requests.enums import ASKABLE
from help_requests.models import HelpRequest
from matching import events
from matching.demand import asked_dayparts
from matching.enums import DispatchState, WideningState
from matching.errors import NotWidenable
from matching.models import Dispatch, Widening
from matching.services.agreement import taken_slots
from matching.services.dispatch import continue_dispatch, retry_search
from matching.services.offers import day_has_passed
from people.enums import ALL_DAYPARTS
from people.models import User

WideningEvent = TypeVar("WideningEvent", bound=events.WideningChanged)


def can_widen(request: HelpRequest, daypart: int, *, promised: bool) -> bool:
    """Whether it makes sense to ask the resident for this part of the day; ``promised``: someone said yes.

    With a fixed day only the other parts of that day can be asked about: another day is another request of
    the resident's time, which takes a talk. A fixed time that someone has agreed to stays as it is.
    """
    asked = asked_dayparts(request)
    another = bool(asked) and bool(1 << daypart & ALL_DAYPARTS & ~asked)
    same_day = request.on_date is None or daypart // 3 == request.on_date.weekday()
    kept = promised and request.start_time is not None
    looking = request.state in ASKABLE and not day_has_passed(request)
    return looking and another and same_day and not kept


@transaction.atomic
def ask_widening(request: HelpRequest, daypart: int, *, by: User) -> Widening:
    """Ask the resident whether ``daypart`` (a bit) is fine too. Asking again gives the question that is open.

    Raises:
        NotWidenable: this part is asked for already, the resident said no to it, or the day does not allow.
    """
    locked = help_requests.lock_request(request.pk)
    require(by, "matching.dispatch", locked, hide=True)
    before = Widening.objects.filter(request=locked, daypart=daypart, on_date=locked.on_date)
    standing = before.filter(state=WideningState.ASKED).first()
    if standing is not None:
        return standing
    if not _can_widen_now(locked, daypart) or before.filter(state=WideningState.NO).exists():
        raise NotWidenable()
    lapse_widenings(locked.pk)
    widening = Widening.objects.create(request=locked, daypart=daypart, on_date=locked.on_date, asked_by=by)
    record(_event(events.WideningAsked, widening, locked), actor=by)
    return widening


@transaction.atomic
def answer_widening(widening: Widening, *, yes: bool, by: User | None) -> Widening:
    """The resident's side answers, or the centre for them by phone. Giving the same answer again is harmless.

    Yes widens the request, and the search goes on by itself; no changes nothing else. An answer to a question
    that has become of no use lapses.

    Raises:
        NotFound: neither the resident's side nor the centre.
        InvalidTransition: it was answered otherwise, or is asked no more.
    """
    request = help_requests.lock_request(widening.request_id)
    require(by, "help_requests.edit", request, hide=True)
    lapse_widenings(request.pk)
    answer = WideningState.YES if yes else WideningState.NO
    if not _swap(widening, answer):
        if widening.state != answer:
            raise InvalidTransition()
        return widening
    if yes:
        wider = asked_dayparts(request) | 1 << widening.daypart
        help_requests.widen_request(request, by=by, dayparts=wider)
    event = events.WideningAccepted if yes else events.WideningDeclined
    record(_event(event, widening, request), actor=by)
    return widening


@transaction.atomic
def lapse_widenings(request_id: UUID) -> None:
    """Take back the questions about the day that are of no use any more: it ended, or the day changed."""
    request = help_requests.lock_request(request_id)
    for widening in Widening.objects.filter(request=request, state=WideningState.ASKED):
        of_use = widening.on_date == request.on_date and _can_widen_now(request, widening.daypart)
        if not of_use and _swap(widening, WideningState.LAPSED):
            record(_event(events.WideningLapsed, widening, request))


@transaction.atomic
def search_wider(request_id: UUID) -> None:
    """More volunteers fit than before: fill the wave, or take up a search that had nobody left."""
    request = help_requests.lock_request(request_id)
    if Dispatch.objects.filter(request=request, state=DispatchState.EXHAUSTED).exists():
        retry_search(request_id)
    else:
        continue_dispatch(request_id)


def _can_widen_now(request: HelpRequest, daypart: int) -> bool:
    return can_widen(request, daypart, promised=bool(taken_slots(request)))


def _swap(widening: Widening, to: WideningState) -> bool:
    """Close an open question; the row is read again either way."""
    still_open = Widening.objects.filter(pk=widening.pk, state=WideningState.ASKED)
    rows = still_open.update(state=to, answered_at=clock.now())
    widening.refresh_from_db()
    return rows == 1


def _event(kind: type[WideningEvent], widening: Widening, request: HelpRequest) -> WideningEvent:
    return kind(widening_id=widening.pk, request_id=request.pk, centre_id=request.centre_id)
