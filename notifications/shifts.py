"""Who is told of shifts: volunteers of their own places, organisations of who gives one up."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from common.seating import RUNNING, CancelledBy
from events.models import EventRecord
from events.registry import on
from notifications.enums import NoticeKind
from notifications.mail_notices import mail_user
from notifications.moments import when_it_matters
from notifications.services import notify
from notifications.telling import Owner, Telling, tell_each, tell_organisation, tells
from people.models import Volunteer
from vacancies import events
from vacancies.enums import SwapState
from vacancies.models import ShiftSeat, SwapOffer
from vacancies.queries.shifts import who_may_take_over

# What a volunteer hears of their own place: the notice, and the mail beside it ("" for none).
TOLD: dict[type[events.ShiftSeatEvent], tuple[NoticeKind | None, str]] = {
    events.ShiftTaken: (None, "shift_taken"),
    events.ShiftMovedUp: (NoticeKind.SHIFT_MOVED_UP, "shift_moved_up"),
    events.ShiftReminded: (NoticeKind.SHIFT_REMINDER, "shift_reminder"),
    events.ShiftWaitLapsed: (NoticeKind.SHIFT_LAPSED, ""),
    events.ShiftPassedOn: (NoticeKind.SHIFT_PASSED_ON, "shift_passed_on"),
}

PRESSING = frozenset({NoticeKind.SHIFT_CALLED_OFF, NoticeKind.SHIFT_TAKEN_OFF})


def tell_holder(event: events.ShiftSeatEvent, record: EventRecord) -> None:
    """The volunteer whose place it is, by the table."""
    kind, mail = TOLD[type(event)]
    _tell(event.volunteer_id, event.seat_id, kind, mail, record)


for _event in TOLD:
    on(_event, name=f"notifications.tell_{_event.type.replace('.', '_')}")(tell_holder)


@on(events.ShiftSeatCancelled, name="notifications.tell_seat_cancelled")
def tell_cancelled(event: events.ShiftSeatCancelled, record: EventRecord) -> None:
    """Called off or taken off: the volunteer hears it. Given up: the organisation does."""
    if event.because == CancelledBy.EVENT:
        _tell(event.volunteer_id, event.seat_id, NoticeKind.SHIFT_CALLED_OFF, "shift_called_off", record)
    elif event.because == CancelledBy.ORGANISER:
        _tell(event.volunteer_id, event.seat_id, NoticeKind.SHIFT_TAKEN_OFF, "shift_taken_off", record)
    else:
        _tell_organisation(event, NoticeKind.SHIFT_GIVEN_UP, record, matters_at=when_it_matters(event))


@on(events.ShiftMoved, name="notifications.tell_shift_moved")
def tell_moved(event: events.ShiftMoved, record: EventRecord) -> None:
    """Everyone who has a place or waits for one: it is at another time."""
    seats = ShiftSeat.objects.filter(event=event.shift_id, state__in=RUNNING).order_by("pk")
    told = dict(seats.values_list("holder__user_id", "pk"))
    tell_each(NoticeKind.SHIFT_MOVED, told, record, matters_at=dict.fromkeys(told, when_it_matters(event)))


def _still_coming(user_id: UUID, seat_id: UUID) -> bool:
    return ShiftSeat.objects.filter(pk=seat_id, holder__user=user_id, state__in=RUNNING).exists()


tells(
    NoticeKind.SHIFT_MOVED,
    Telling(
        mail="shift_moved",
        path=lambda _user_id, seat_id: reverse("my-shift", args=[seat_id]),
        still=_still_coming,
        for_volunteer=True,
    ),
)


@on(events.SwapAsked, name="notifications.ask_swap")
def ask_swap(event: events.SwapAsked, record: EventRecord) -> None:
    """The other volunteers of the vacancy who could come: can you take over?"""
    swap = SwapOffer.objects.filter(pk=event.swap_id).select_related("seat__event__vacancy__organisation")
    found = swap.first()
    if found is not None:
        told = [volunteer.user_id for volunteer in who_may_take_over(found)]
        tell_each(NoticeKind.SWAP_ASKED, dict.fromkeys(told, found.pk), record)


tells(
    NoticeKind.SWAP_ASKED,
    Telling(
        mail="swap_asked",
        path=lambda _user_id, _swap_id: reverse("my-shifts"),
        still=lambda _user_id, swap_id: SwapOffer.objects.filter(pk=swap_id, state=SwapState.OPEN).exists(),
        for_volunteer=True,
    ),
)


@on(events.SwapTaken, name="notifications.tell_swap_taken")
def tell_swap_taken(event: events.SwapTaken, record: EventRecord) -> None:
    """The organisation: another comes. Both volunteers hear it of their own places."""
    _tell_organisation(event, NoticeKind.SWAP_TAKEN, record)


def _tell_organisation(
    event: events.ShiftEvent, kind: NoticeKind, record: EventRecord, *, matters_at: datetime | None = None
) -> None:
    owner = Owner(event.organisation_id, event.centre_id)
    tell_organisation(owner, kind, event.shift_id, record, page="shift-roster", matters_at=matters_at)


def _tell(volunteer_id: UUID, about: UUID, kind: NoticeKind | None, mail: str, record: EventRecord) -> None:
    volunteer = Volunteer.objects.select_related("user").filter(pk=volunteer_id).first()
    if volunteer is None:
        return
    if kind is not None:
        soon = when_it_matters(record.event) if kind in PRESSING else None
        notify([volunteer.user_id], kind, about, record, for_volunteer=True, matters_at=soon)
    if mail:
        mail_user(volunteer.user, mail, reverse("my-shift", args=[about]))
