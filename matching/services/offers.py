"""Putting the question, and the volunteer's answer."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from common import clock
from common.permissions import require
from events.services import cancel, record
from help_requests import queries as request_queries
from help_requests import services as help_requests
from help_requests.enums import ASKABLE
from help_requests.models import HelpRequest
from matching import events
from matching.candidates import require_eligible
from matching.engine import Candidate, Term
from matching.enums import (
    OFFER_OPEN,
    OFFER_REPEATABLE,
    OFFER_REVIVABLE,
    OFFER_UNANSWERED,
    CancelReason,
    OfferOrigin,
    OfferState,
)
from matching.errors import AlreadyAsked, AlreadyTaken, DayPassed, NotAskable, OfferGone
from matching.models import Assignment, Offer
from matching.services.agreement import (
    TAKEN,
    begin_assignment,
    fixed_start,
    require_free,
    settle_request,
    taken_slots,
)
from people.models import User, Volunteer

NEWCOMER_SEAT = "newcomer_seat"
OfferEvent = TypeVar("OfferEvent", bound=events.OfferChanged)


def send_offer(
    request: HelpRequest,
    candidate: Candidate,
    *,
    origin: OfferOrigin,
    wave: int,
    due_at: datetime,
    by: User | None,
    newcomer_seat: bool = False,
) -> Offer:
    """Put the question to one volunteer. The caller holds the lock on the request.

    Who was asked before and never got to answer is asked again in the same row; a coordinator may
    also ask again who was silent, or whose agreement was called off. A ``newcomer_seat`` is kept with the
    reasons: asked for being new, before someone with a higher score.

    Raises:
        AlreadyAsked: this volunteer has had the question before.
    """
    values = {
        "state": OfferState.SENT,
        "origin": origin,
        "wave": wave,
        "score": candidate.score,
        "reasons": {
            **{term.name.lower(): candidate.terms[term] for term in Term},
            **({NEWCOMER_SEAT: 1.0} if newcomer_seat else {}),
        },
        "due_at": due_at,
        "sent_at": clock.now(),
        "seen_at": None,
    }
    pair = {"request": request, "volunteer_id": candidate.volunteer_id}
    again = OFFER_REPEATABLE if origin == OfferOrigin.COORDINATOR else OFFER_UNANSWERED
    repeated = Offer.objects.filter(**pair, state__in=again).exclude(assignment__state__in=TAKEN)
    if request.lasts:
        repeated = repeated.exclude(assignment__cancel_reason=CancelReason.NO_CLICK)
    if Offer.objects.filter(pk__in=repeated.values("pk")).update(**values, answered_at=None):
        offer = Offer.objects.get(**pair)
        Assignment.objects.filter(offer=offer).update(offer=None)
        cancel(_timer(offer))
    else:
        offer = _new_offer(pair | values)
    record(offer_event(events.OfferSent, offer), actor=by)
    record(offer_event(events.OfferDue, offer), due_at=due_at, key=_timer(offer))
    return offer


def _new_offer(values: dict[str, Any]) -> Offer:
    try:
        with transaction.atomic():
            return Offer.objects.create(**values)
    except IntegrityError as error:
        raise AlreadyAsked() from error


@transaction.atomic
def see_offer(offer: Offer, *, by: User) -> None:
    """Note that the volunteer opened the question. Opening it again changes nothing."""
    require(by, "matching.answer_offer", offer, hide=True)
    if Offer.objects.filter(pk=offer.pk, state=OfferState.SENT).update(
        state=OfferState.SEEN, seen_at=clock.now()
    ):
        record(offer_event(events.OfferSeen, offer), actor=by)


@transaction.atomic
def accept_offer(offer: Offer, *, by: User) -> Assignment:
    """Say yes. The first wins; the others hear at once that someone else is helping.

    Also a volunteer who was too late or said "not now" may say yes while help is still needed.
    Repeating the call gives the same assignment.

    Raises:
        AlreadyTaken: enough others were first.
        OfferGone: the question cannot be answered any more.
        NotEligible: a hard rule does not hold now; all are checked in the database.
        Overlaps: the request has a fixed moment, and the volunteer something else then.
    """
    request = help_requests.lock_request(offer.request_id)
    require(by, "matching.answer_offer", offer, hide=True)
    standing = Assignment.objects.filter(offer=offer, state__in=TAKEN).first()
    if standing is not None:
        return standing
    _require_room(request)
    lock_volunteers([offer.volunteer_id])
    require_eligible(request, offer.volunteer_id, own_choice=True)
    starts_at = fixed_start(request)
    if starts_at is not None:
        require_free(request, offer.volunteer, starts_at, besides=None, by=by)
    rows = Offer.objects.filter(pk=offer.pk, state__in=OFFER_OPEN | OFFER_REVIVABLE).update(
        state=OfferState.ACCEPTED, answered_at=clock.now()
    )
    if rows != 1:
        raise OfferGone()
    cancel(_timer(offer))
    offer.refresh_from_db()
    assignment = begin_assignment(request, offer, by=by)
    record(offer_event(events.OfferAccepted, offer), actor=by)
    settle_request(request, by=by)
    if not _slots_left(request):
        close_open_offers(request, to=OfferState.SUPERSEDED, by=by)
    return assignment


@transaction.atomic
def come_forward(request: HelpRequest, volunteer: Volunteer, *, by: User) -> Assignment:
    """Say yes to a request from the list near by, without having been asked.

    Raises: as ``accept_offer``.
    """
    locked = help_requests.lock_request(request.pk)
    require(by, "matching.come_forward", volunteer)
    _require_room(locked, offered_to=volunteer)
    offer, _created = Offer.objects.get_or_create(
        request=locked,
        volunteer=volunteer,
        defaults={"origin": OfferOrigin.NEAR_ME, "state": OfferState.SEEN, "seen_at": clock.now()},
    )
    return accept_offer(offer, by=by)


@transaction.atomic
def decline_offer(offer: Offer, *, by: User | None) -> Offer:
    """Say "not now"; no reason is asked. Repeating it changes nothing.

    Raises:
        OfferGone: the question was answered or taken back before.
    """
    help_requests.lock_request(offer.request_id)
    require(by, "matching.answer_offer", offer, hide=True)
    rows = Offer.objects.filter(pk=offer.pk, state__in=OFFER_OPEN).update(
        state=OfferState.DECLINED, answered_at=clock.now()
    )
    offer.refresh_from_db()
    if rows == 1:
        cancel(_timer(offer))
        record(offer_event(events.OfferDeclined, offer), actor=by)
    elif offer.state != OfferState.DECLINED:
        raise OfferGone()
    return offer


@transaction.atomic
def expire_offer(offer_id: UUID) -> bool:
    """Close a question whose time is over; return whether it was still open."""
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        return False
    help_requests.lock_request(offer.request_id)
    rows = Offer.objects.filter(pk=offer.pk, state__in=OFFER_OPEN).update(state=OfferState.EXPIRED)
    if rows == 1:
        record(offer_event(events.OfferExpired, offer))
    return rows == 1


def close_open_offers(
    request: HelpRequest, *, to: OfferState, by: User | None, sent_before: datetime | None = None
) -> None:
    """Tell everyone who has not answered that it is no longer needed. The caller holds the lock."""
    unanswered = Offer.objects.filter(request=request, state__in=OFFER_OPEN)
    if sent_before is not None:
        unanswered = unanswered.filter(sent_at__lt=sent_before)
    for offer in unanswered.select_related("request"):
        close_offer(offer, to=to, by=by)


def close_offer(offer: Offer, *, to: OfferState, by: User | None) -> bool:
    """Close one question that is no longer needed; return whether it was open. The caller holds the lock."""
    event = events.OfferSuperseded if to == OfferState.SUPERSEDED else events.OfferCancelled
    if Offer.objects.filter(pk=offer.pk, state__in=OFFER_OPEN).update(state=to) != 1:
        return False
    cancel(_timer(offer))
    record(offer_event(event, offer), actor=by)
    return True


def lock_volunteers(volunteer_ids: Collection[UUID]) -> None:
    """Let nobody else fill these volunteers' caps meanwhile. Taken after the lock on the request."""
    list(Volunteer.objects.select_for_update().filter(pk__in=volunteer_ids).order_by("pk").values_list("pk"))


def day_has_passed(request: HelpRequest) -> bool:
    """Whether help was asked for a day that is over, or until one."""
    return request_queries.day_has_passed(request, clock.today())


def _slots_left(request: HelpRequest) -> int:
    return request.helpers_needed - len(taken_slots(request))


def _require_room(request: HelpRequest, offered_to: Volunteer | None = None) -> None:
    mine = (
        offered_to
        and Assignment.objects.filter(request=request, volunteer=offered_to, state__in=TAKEN).exists()
    )
    if mine:
        return
    if request.state not in ASKABLE:
        raise AlreadyTaken() if taken_slots(request) else NotAskable()
    if day_has_passed(request):
        raise DayPassed()
    if _slots_left(request) <= 0:
        raise AlreadyTaken()


def offer_event(kind: type[OfferEvent], offer: Offer) -> OfferEvent:
    """The event of ``kind`` about this question."""
    return kind(
        offer_id=offer.pk,
        request_id=offer.request_id,
        volunteer_id=offer.volunteer_id,
        centre_id=offer.request.centre_id,
    )


def _timer(offer: Offer) -> str:
    """Name of the timer of an offer."""
    return f"matching.offer:{offer.pk}"
