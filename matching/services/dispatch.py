"""Asking volunteers in waves: the best few first, whoever refuses is replaced at once.

Published: alerting a few and replacing each refuser beats larger alerts (PLOS ONE 2026, 29,307
alert rows). Everything runs on due events, so a restart continues where it was.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID

from django.db import transaction

from common import clock
from common.errors import InvalidTransition
from common.permissions import require
from events.services import record
from help_requests import queries as request_queries
from help_requests import services as help_requests
from help_requests.enums import ASKABLE, RequestState, Urgency
from help_requests.models import HelpRequest
from matching import events
from matching.candidates import best_candidates, require_eligible
from matching.engine import Candidate
from matching.enums import OFFER_OPEN, DispatchState, OfferOrigin, OfferState
from matching.errors import AskingHalted, DayPassed, NotAskable, NotEligible, OfferGone, SomeoneSaidYes
from matching.models import Assignment, Dispatch, Offer
from matching.queries import listed_until, policy_of
from matching.quiet import deadline, end_of_quiet
from matching.services.agreement import fixed_start, settle_request, taken_slots
from matching.services.offers import (
    close_offer,
    close_open_offers,
    day_has_passed,
    lock_volunteers,
    send_offer,
)
from matching.services.waves import Wave, best_wave
from people.enums import HelpCategory
from people.models import User, Volunteer

DispatchEvent = TypeVar("DispatchEvent", bound=events.DispatchChanged)
# States that wait for the first question.
_WAITING = frozenset({RequestState.OPEN, RequestState.WAITLISTED, RequestState.REMATCHING})


@transaction.atomic
def start_dispatch(request: HelpRequest, *, by: User | None) -> Dispatch:
    """Start, or start again, asking the best volunteers. Asking that runs already goes on.

    In quiet hours the first are asked when these are over; at once only when a person starts it and help is
    needed today. What starts by itself first hangs on the list near by as long as the centre wants.

    Raises:
        NotAskable: the request is not looking for volunteers.
        DayPassed: the day of the request is over.
        AskingHalted: the emergency brake is on.
    """
    locked = help_requests.lock_request(request.pk)
    require(by, "matching.dispatch", locked, hide=True)
    _require_askable(locked, by)
    dispatch, created = Dispatch.objects.get_or_create(request=locked, defaults={"started_by": by})
    if not created and dispatch.state == DispatchState.RUNNING:
        return dispatch
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state=DispatchState.RUNNING, ended_at=None, started_by=by, started_at=clock.now(), halted=False
    )
    dispatch.refresh_from_db()
    record(_event(events.DispatchStarted, dispatch, locked), actor=by)
    _ask_when_awake(dispatch, locked, by=by)
    return dispatch


@transaction.atomic
def stop_dispatch(request: HelpRequest, *, by: User | None) -> Dispatch | None:
    """Stop asking; whoever has not answered hears that it is no longer needed."""
    locked = help_requests.lock_request(request.pk)
    require(by, "matching.dispatch", locked, hide=True)
    dispatch = Dispatch.objects.filter(request=locked).first()
    if dispatch is not None:
        Dispatch.objects.filter(pk=dispatch.pk).update(halted=False)
        end_asking(dispatch, locked, by=by)
    return dispatch


def end_asking(dispatch: Dispatch, request: HelpRequest, *, by: User | None, halted: bool = False) -> bool:
    """Stop asking that runs; return whether it did. The caller holds the lock on the request."""
    if not _end(dispatch, DispatchState.STOPPED, halted=halted):
        return False
    take_back_questions(request, by=by)
    record(_event(events.DispatchStopped, dispatch, request), actor=by)
    return True


def take_back_questions(request: HelpRequest, *, by: User | None) -> None:
    """Close what nobody has answered yet; the request waits for the desk. The caller holds the lock."""
    close_open_offers(request, to=OfferState.CANCELLED, by=by)
    if request.state == RequestState.OFFERED:
        help_requests.move_request(request.pk, frm={RequestState.OFFERED}, to=RequestState.OPEN, by=by)
        request.state = RequestState.OPEN


@transaction.atomic
def take_back_question(offer: Offer, *, by: User) -> Offer:
    """Take one open question back; asking that runs goes on with the next. Repeating it changes nothing.

    Raises:
        OfferGone: the volunteer has answered, or the time is over.
    """
    locked = help_requests.lock_request(offer.request_id)
    require(by, "matching.dispatch", locked, hide=True)
    offer.refresh_from_db()
    if offer.state == OfferState.CANCELLED:
        return offer
    if not close_offer(offer, to=OfferState.CANCELLED, by=by):
        raise OfferGone()
    continue_dispatch(locked.pk)
    offer.refresh_from_db()
    return offer


@transaction.atomic
def take_back_approval(request: HelpRequest, *, by: User) -> HelpRequest:
    """Put an approved request back on the desk, as before the approval. Repeating it changes nothing.

    Whoever was asked meanwhile hears that it is no longer needed.

    Raises:
        SomeoneSaidYes: there is, or was, an agreement.
        InvalidTransition: the request is not looking for volunteers.
    """
    locked = help_requests.lock_request(request.pk)
    require(by, "matching.dispatch", locked, hide=True)
    if locked.state == RequestState.INTAKE:
        return locked
    let_go(locked, by)
    return help_requests.move_request(
        locked.pk, frm=ASKABLE, to=RequestState.INTAKE, by=by, coordinator=by, opened_at=None
    )


def let_go(request: HelpRequest, by: User | None) -> None:
    """Stop asking for a request that goes back to the desk. The caller holds the lock.

    Raises:
        SomeoneSaidYes: there is, or was, an agreement.
    """
    if Assignment.objects.filter(request=request).exists():
        raise SomeoneSaidYes()
    for dispatch in Dispatch.objects.filter(request=request):
        end_asking(dispatch, request, by=by)
    close_open_offers(request, to=OfferState.CANCELLED, by=by)


@transaction.atomic
def ask_now(request: HelpRequest, *, by: User) -> Dispatch:
    """Start what stood still and fill the wave now, also in quiet hours: a coordinator decides.

    Raises: as ``start_dispatch``.
    """
    dispatch = start_dispatch(request, by=by)
    locked = help_requests.lock_request(request.pk)
    dispatch.refresh_from_db()
    if dispatch.state == DispatchState.RUNNING and locked.state in ASKABLE:
        _fill_wave(dispatch, locked, by=by)
        dispatch.refresh_from_db()
    return dispatch


@transaction.atomic
def ask_volunteer(request: HelpRequest, volunteer: Volunteer, *, by: User) -> Offer:
    """A coordinator asks one volunteer by name, beside or without the waves.

    Raises:
        NotAskable: the request is not looking for volunteers.
        NotEligible: a hard rule fails for this volunteer.
        AlreadyAsked: asked before.
        AskingHalted: the emergency brake is on.
    """
    locked = help_requests.lock_request(request.pk)
    require(by, "matching.dispatch", locked, hide=True)
    _require_askable(locked, by)
    lock_volunteers([volunteer.pk])
    candidate = require_eligible(locked, volunteer.pk, own_choice=False, ask_again=True)
    dispatch = Dispatch.objects.filter(request=locked).first()
    offer = send_offer(
        locked,
        candidate,
        origin=OfferOrigin.COORDINATOR,
        wave=dispatch.wave if dispatch else 0,
        due_at=_answer_deadline(locked),
        by=by,
    )
    _note_asking(locked, by)
    return offer


def start_by_policy(request_id: UUID) -> None:
    """Start asking for a request that has just been approved, when the centre's policy says so."""
    request = help_requests.lock_request(request_id)
    bit = 1 << HelpCategory(request.category).bit
    if request.state in ASKABLE and policy_of(request.centre_id).auto_start_categories & bit:
        start_dispatch(request, by=None)


@transaction.atomic
def continue_dispatch(request_id: UUID) -> None:
    """Replace whoever refused or was silent. Where no asking runs, the request waits for the desk."""
    request = help_requests.lock_request(request_id)
    dispatch = Dispatch.objects.filter(request=request, state=DispatchState.RUNNING).first()
    if dispatch is None:
        _note_silence(request)
        return
    if len(taken_slots(request)) >= request.helpers_needed or request.state not in ASKABLE:
        _end(dispatch, DispatchState.FINISHED)
        return
    _ask_when_awake(dispatch, request, by=None)


@transaction.atomic
def resume_dispatch(request_id: UUID) -> None:
    """A volunteer stopped: go on asking when asking had been started for this request."""
    request = help_requests.lock_request(request_id)
    ended = Dispatch.objects.filter(
        request=request, state__in=[DispatchState.FINISHED, DispatchState.EXHAUSTED, DispatchState.RUNNING]
    )
    if request.state not in ASKABLE or day_has_passed(request):
        return
    if ended.update(state=DispatchState.RUNNING, ended_at=None):
        continue_dispatch(request_id)


@transaction.atomic
def end_dispatch(request_id: UUID, *, by: User | None, before: datetime | None = None) -> None:
    """Stop asking and tell everyone who has not answered; with ``before`` only what began earlier."""
    request = help_requests.lock_request(request_id)
    running = Dispatch.objects.filter(request=request)
    for dispatch in running if before is None else running.filter(started_at__lt=before):
        _end(dispatch, DispatchState.FINISHED)
    close_open_offers(request, to=OfferState.CANCELLED, by=by, sent_before=before)


@transaction.atomic
def retry_search(request_id: UUID) -> None:
    """Look again for a request that waits: someone may have joined, come back or been screened."""
    request = help_requests.lock_request(request_id)
    waiting = Dispatch.objects.filter(request=request, state=DispatchState.EXHAUSTED)
    if request.state not in ASKABLE or day_has_passed(request) or not best_candidates(request, 1):
        return
    if waiting.update(state=DispatchState.RUNNING, ended_at=None):
        continue_dispatch(request_id)


@transaction.atomic
def give_up_passed_day(request_id: UUID) -> None:
    """The day is over and nobody came: stop asking and put the request before the desk."""
    request = help_requests.lock_request(request_id)
    if request.state not in ASKABLE or not day_has_passed(request):
        return
    close_open_offers(request, to=OfferState.CANCELLED, by=None)
    dispatch, _created = Dispatch.objects.get_or_create(request=request)
    _exhaust(dispatch, request, None)


@transaction.atomic
def enough_helpers(request: HelpRequest, *, by: User) -> HelpRequest:
    """The helpers who said yes are enough: nobody else is asked.

    Raises:
        InvalidTransition: nobody has said yes.
    """
    locked = help_requests.lock_request(request.pk)
    require(by, "matching.dispatch", locked, hide=True)
    if not taken_slots(locked) or locked.state not in ASKABLE:
        raise InvalidTransition()
    help_requests.set_helpers_needed(locked, len(taken_slots(locked)), by=by)
    for dispatch in Dispatch.objects.filter(request=locked):
        _end(dispatch, DispatchState.FINISHED)
    close_open_offers(locked, to=OfferState.SUPERSEDED, by=by)
    settle_request(locked, by=by)
    return locked


def _require_askable(request: HelpRequest, by: User | None) -> None:
    if request.state not in ASKABLE:
        raise NotAskable()
    if day_has_passed(request):
        raise DayPassed()
    # What starts by itself meanwhile is kept for the release, see ``_ask_when_awake``.
    if by is not None and policy_of(request.centre_id).halted_at:
        raise AskingHalted()


def _ask_when_awake(dispatch: Dispatch, request: HelpRequest, *, by: User | None) -> None:
    """Fill the wave now, or set the timer for when list and quiet hours are over; with the brake on stop."""
    policy = policy_of(request.centre_id)
    if policy.halted_at:
        end_asking(dispatch, request, by=by, halted=True)
        return
    begins = listed_until(dispatch, request, policy) or clock.now()
    awake = end_of_quiet(begins, policy.quiet_from, policy.quiet_until)
    urgent = by is not None and request_queries.urgency(request, clock.today()) == Urgency.TODAY
    if awake > clock.now() and not urgent:
        key = f"matching.dispatch:{dispatch.pk}:{awake:%Y%m%d%H%M}"
        record(_event(events.DispatchDue, dispatch, request), due_at=awake, key=key)
    elif day_has_passed(request):
        _exhaust(dispatch, request, by)
    else:
        _fill_wave(dispatch, request, by=by)


def _note_silence(request: HelpRequest) -> None:
    """Who was asked by name said no or nothing, and no asking runs: the request is open again."""
    asked = Offer.objects.filter(request=request, state__in=OFFER_OPEN)
    if request.state == RequestState.OFFERED and not asked.exists():
        help_requests.move_request(request.pk, frm={RequestState.OFFERED}, to=RequestState.OPEN, by=None)


def _fill_wave(dispatch: Dispatch, request: HelpRequest, *, by: User | None) -> None:
    """Ask until as many questions are open as the policy wants; the lock is held."""
    asked_now = list(
        Offer.objects.filter(request=request, state__in=OFFER_OPEN).values_list("volunteer", flat=True)
    )
    policy = policy_of(request.centre_id)
    # As many questions at a time as the centre chose, and never fewer than the helpers still looked for.
    free = request.helpers_needed - len(taken_slots(request))
    places = max(policy.places(request_queries.urgency(request, clock.today())), free)
    wanted = places - len(asked_now)
    # A wave of one keeps no seat: it would ask nobody but newcomers.
    seat = policy.newcomer_seat and places > 1
    wave = best_wave(request, wanted, asked_now, newcomer_seat=seat) if wanted > 0 else Wave([])
    candidates = _still_eligible(request, wave.candidates)
    if candidates:
        Dispatch.objects.filter(pk=dispatch.pk).update(wave=dispatch.wave + 1)
        dispatch.refresh_from_db()
    due_at = _answer_deadline(request)
    for candidate in candidates:
        send_offer(
            request,
            candidate,
            origin=OfferOrigin.WAVE,
            wave=dispatch.wave,
            due_at=due_at,
            by=by,
            newcomer_seat=wave.newcomer is not None and candidate.volunteer_id == wave.newcomer.volunteer_id,
        )
    if candidates or asked_now:
        _note_asking(request, by)
    else:
        _exhaust(dispatch, request, by)


def _still_eligible(request: HelpRequest, found: Sequence[Candidate]) -> list[Candidate]:
    """Judge the index's proposals in the database, with the volunteers' rows locked."""
    lock_volunteers([cast("UUID", candidate.volunteer_id) for candidate in found])
    judged = []
    for candidate in found:
        with suppress(NotEligible):
            judged.append(require_eligible(request, cast("UUID", candidate.volunteer_id), own_choice=False))
    return judged


def _note_asking(request: HelpRequest, by: User | None) -> None:
    if request.state in _WAITING:
        help_requests.move_request(request.pk, frm=_WAITING, to=RequestState.OFFERED, by=by)


def _exhaust(dispatch: Dispatch, request: HelpRequest, by: User | None) -> None:
    _end(dispatch, DispatchState.EXHAUSTED)
    if request.state != RequestState.WAITLISTED:
        help_requests.move_request(request.pk, frm=ASKABLE, to=RequestState.WAITLISTED, by=by)
    record(_event(events.DispatchExhausted, dispatch, request), actor=by)


def _end(dispatch: Dispatch, state: DispatchState, *, halted: bool = False) -> bool:
    rows = Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.RUNNING).update(
        state=state, ended_at=clock.now(), halted=halted
    )
    return rows == 1


def _answer_deadline(request: HelpRequest) -> datetime:
    policy = policy_of(request.centre_id)
    minutes = policy.minutes(request_queries.urgency(request, clock.today()))
    due = deadline(clock.now(), minutes, policy.quiet_from, policy.quiet_until)
    start = fixed_start(request)
    # Nobody is still asked for a visit that has begun.
    return min(due, start) if start is not None and start > clock.now() else due


def _event(kind: type[DispatchEvent], dispatch: Dispatch, request: HelpRequest) -> DispatchEvent:
    return kind(dispatch_id=dispatch.pk, request_id=request.pk, centre_id=request.centre_id)
