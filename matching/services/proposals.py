"""Answering the daily proposal: ask, choose someone else, reject, take back. Each pair stands on its own."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from common import clock
from common.errors import DomainError, InvalidTransition
from common.permissions import require
from events.services import record
from help_requests import services as help_requests
from help_requests.enums import ASKABLE
from help_requests.models import HelpRequest
from matching import events
from matching.candidates import require_eligible
from matching.demand import demand_of
from matching.enums import (
    OFFER_UNANSWERED,
    PAIR_ANSWERED,
    PAIR_TRANSITIONS,
    DispatchState,
    OfferState,
    PairState,
    ProposalState,
    RejectReason,
)
from matching.errors import (
    AlreadyAsked,
    AlreadyProposed,
    DayPassed,
    NoPlaceLeft,
    NotAskable,
    NotEligible,
)
from matching.models import DailyProposal, Dispatch, Offer, ProposedPair
from matching.services.dispatch import ask_volunteer, continue_dispatch
from matching.services.offers import close_offer
from matching.services.proposing import places_left, reasons_of
from people.models import User, Volunteer

PairEvent = TypeVar("PairEvent", bound=events.PairChanged)
# What makes a pair stale when it turns up while asking; anything else stops the asking.
_OVERTAKEN = (NotEligible, NotAskable, AlreadyAsked, DayPassed, NoPlaceLeft)
QUESTION_CLOSED = "question-closed"


@transaction.atomic
def confirm_pair(pair: ProposedPair, *, by: User) -> ProposedPair:
    """Ask the proposed volunteer, with every hard rule checked again in the database.

    A pair that is no longer possible comes back stale, with the reason. Repeating it changes nothing.

    Raises:
        InvalidTransition: the pair has another answer.
        AskingHalted: the emergency brake of the centre is on; the pair stays proposed.
    """
    request = _locked(pair, by)
    if pair.state == PairState.CONFIRMED:
        return pair
    _require_step(pair, PairState.CONFIRMED)
    try:
        with transaction.atomic():
            if places_left([request])[request.pk] < 1:
                raise NoPlaceLeft()
            offer = ask_volunteer(request, pair.volunteer, by=by)
    except _OVERTAKEN as error:
        _note_stale(pair, _codes(error), by=by)
        return pair
    _move(pair, PairState.CONFIRMED, by=by, offer=offer, answered_at=offer.sent_at)
    record(_event(events.PairConfirmed, pair), actor=by)
    return pair


def confirm_all(proposal: DailyProposal, *, by: User) -> list[ProposedPair]:
    """Ask everyone who is still proposed, each on its own; return the pairs as they are now.

    Raises:
        AskingHalted: as ``confirm_pair``; who was asked before that stays asked.
    """
    require(by, "matching.answer_proposal", proposal, hide=True)
    proposed = proposal.pairs.filter(state=PairState.PROPOSED).order_by("pk").values_list("pk", flat=True)
    return [pair for pair_id in list(proposed) if (pair := _confirmed(pair_id, by))]


def _confirmed(pair_id: UUID, by: User) -> ProposedPair | None:
    """The pair after confirming, or as someone else answered it in the meantime; gone: nothing."""
    found = ProposedPair.objects.filter(pk=pair_id).select_related("proposal", "request", "volunteer")
    pair = found.first()
    if pair is None:
        return None
    try:
        return confirm_pair(pair, by=by)
    except InvalidTransition:
        return found.first()


@transaction.atomic
def change_pair(pair: ProposedPair, volunteer: Volunteer, *, by: User) -> ProposedPair:
    """Propose another volunteer for the request; return the new pair. Repeating it gives the same pair.

    Raises:
        NotEligible: a hard rule fails for this volunteer.
        AlreadyProposed: this volunteer is proposed or asked for this request already.
        InvalidTransition: the pair has another answer.
    """
    request = _locked(pair, by)
    if pair.state == PairState.CHANGED:
        standing = pair.replacements.filter(volunteer=volunteer, state=PairState.PROPOSED).first()
        if standing is not None:
            return standing
    _require_step(pair, PairState.CHANGED)
    candidate = require_eligible(request, volunteer.pk, own_choice=False)
    demand = demand_of(request)
    assert demand is not None  # noqa: S101 (just judged)
    try:
        with transaction.atomic():
            chosen = ProposedPair.objects.create(
                proposal=pair.proposal,
                request=request,
                volunteer=volunteer,
                score=candidate.score,
                distance_m=candidate.distance_m,
                reasons=reasons_of(candidate, demand),
                instead_of=pair,
            )
    except IntegrityError as error:
        raise AlreadyProposed() from error
    _move(pair, PairState.CHANGED, by=by)
    record(_event(events.PairReplaced, chosen), actor=by)
    return chosen


@transaction.atomic
def reject_pair(pair: ProposedPair, reason: RejectReason, *, by: User) -> ProposedPair:
    """Say that these two are not to be asked together. Repeating it changes nothing.

    Raises:
        InvalidTransition: the pair has another answer.
    """
    _locked(pair, by)
    if pair.state == PairState.REJECTED:
        return pair
    _move(pair, PairState.REJECTED, by=by, reject_reason=reason)
    record(_event(events.PairRejected, pair), actor=by)
    return pair


@transaction.atomic
def take_back_answer(pair: ProposedPair, *, by: User) -> ProposedPair:
    """Take the answer to a pair back: a question that is still open is cancelled, a replacement goes.

    Repeating it changes nothing.

    Raises:
        InvalidTransition: the question of this pair is no longer open, the replacement has an answer of
            its own, or the day of the proposal is over.
    """
    _locked(pair, by)
    if pair.state == PairState.PROPOSED:
        return pair
    if pair.proposal.state != ProposalState.RUNNING:
        raise InvalidTransition()
    undo = {PairState.CONFIRMED: _cancel_question, PairState.CHANGED: _withdraw_replacement}
    if pair.state in undo:
        undo[PairState(pair.state)](pair, by)
    try:
        with transaction.atomic():
            _move(pair, PairState.PROPOSED, by=None, offer=None, reject_reason="")
    except IntegrityError as error:  # the two have been put together anew
        raise InvalidTransition() from error
    record(_event(events.PairTakenBack, pair), actor=by)
    return pair


def drop_overtaken(request_id: UUID) -> None:
    """The request went its own way: what is still proposed for it and not possible any more becomes stale."""
    with transaction.atomic():
        request = help_requests.lock_request(request_id)
        proposed = ProposedPair.objects.filter(request=request, state=PairState.PROPOSED)
        why = _overtaken_by(request) if proposed.exists() else None
        if why is None:
            return
        for pair in proposed.select_for_update(of=("self",)).select_related("proposal").order_by("pk"):
            _note_stale(pair, [why.code], by=None)


def drop_closed(offer_id: UUID) -> None:
    """A question was taken back: its pair asks nobody any more, and someone else can be chosen instead."""
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        return
    with transaction.atomic():
        help_requests.lock_request(offer.request_id)
        running = ProposedPair.objects.filter(proposal__state=ProposalState.RUNNING)
        asked = running.filter(offer=offer, state=PairState.CONFIRMED).select_related("proposal", "offer")
        for pair in asked.select_for_update(of=("self",)).order_by("pk"):
            if pair.own_offer is None or OfferState(pair.own_offer.state) in OFFER_UNANSWERED:
                _note_stale(pair, [QUESTION_CLOSED], by=None)


def _overtaken_by(request: HelpRequest) -> DomainError | None:
    if request.state not in ASKABLE:
        return NotAskable()
    running = Dispatch.objects.filter(request=request, state=DispatchState.RUNNING).exists()
    return NoPlaceLeft() if running or places_left([request])[request.pk] < 1 else None


def _locked(pair: ProposedPair, by: User) -> HelpRequest:
    """Lock the request and then the pair, and ask whether this person may answer."""
    request = help_requests.lock_request(pair.request_id)
    require(by, "matching.answer_proposal", pair.proposal, hide=True)
    try:
        pair.refresh_from_db(from_queryset=ProposedPair.objects.select_for_update())
    except ProposedPair.DoesNotExist:  # a new proposal was made meanwhile
        raise InvalidTransition() from None
    return request


def _cancel_question(pair: ProposedPair, by: User) -> None:
    if pair.question is None:
        raise InvalidTransition()
    close_offer(pair.question, to=OfferState.CANCELLED, by=by)
    continue_dispatch(pair.request_id)


def _withdraw_replacement(pair: ProposedPair, by: User) -> None:
    """Take out who was proposed instead, if a new proposal has not done so."""
    if pair.replacements.filter(state__in=PAIR_ANSWERED).exists():
        raise InvalidTransition()
    pair.replacements.filter(state=PairState.PROPOSED).delete()


def _require_step(pair: ProposedPair, to: PairState) -> None:
    if to not in PAIR_TRANSITIONS[PairState(pair.state)]:
        raise InvalidTransition()


def _move(pair: ProposedPair, to: PairState, *, by: User | None, **changes: Any) -> None:
    """Compare and swap against the table of steps. Back to proposed there is no answer any more."""
    sources = [state for state, targets in PAIR_TRANSITIONS.items() if to in targets]
    changes.setdefault("answered_at", None if to == PairState.PROPOSED else clock.now())
    rows = ProposedPair.objects.filter(pk=pair.pk, state__in=sources).update(
        state=to, answered_by=by, **changes
    )
    if rows != 1:
        raise InvalidTransition()
    pair.refresh_from_db()


def _note_stale(pair: ProposedPair, why: list[str], *, by: User | None) -> None:
    _move(pair, PairState.STALE, by=by, stale_why=why)
    record(_event(events.PairStale, pair), actor=by)


def _codes(error: DomainError) -> list[str]:
    """Why it is no longer possible: names of hard rules, else the code of the error."""
    return list(error.failed) if isinstance(error, NotEligible) and error.failed else [error.code]


def _event(kind: type[PairEvent], pair: ProposedPair) -> PairEvent:
    return kind(
        pair_id=pair.pk,
        proposal_id=pair.proposal_id,
        request_id=pair.request_id,
        volunteer_id=pair.volunteer_id,
        centre_id=pair.proposal.centre_id,
    )
