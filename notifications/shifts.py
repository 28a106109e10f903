"""Who is told of shifts: volunteers of their own places, organisations of who gives one up."""

from uuid import UUID

from django.urls import reverse

from common.seating import CancelledBy
from events.models import EventRecord
from events.registry import on
from notifications.enums import NoticeKind
from notifications.mail_notices import mail_user
from notifications.services import notify
from people.models import Volunteer
from people.queries import members_of
from vacancies import events
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
        notify(_contacts(event.organisation_id), NoticeKind.SHIFT_GIVEN_UP, event.shift_id, record)


@on(events.ShiftMoved, name="notifications.tell_shift_moved")
def tell_moved(event: events.ShiftMoved, record: EventRecord) -> None:
    """Everyone who has a place or waits for one: it is at another time."""
    seats = ShiftSeat.objects.filter(event=event.shift_id, state__in=["confirmed", "waitlisted"])
    for seat in seats.order_by("pk"):
        _tell(seat.holder_id, seat.pk, NoticeKind.SHIFT_MOVED, "shift_moved", record)


@on(events.SwapAsked, name="notifications.ask_swap")
def ask_swap(event: events.SwapAsked, record: EventRecord) -> None:
    """The other volunteers of the vacancy who could come: can you take over?"""
    swap = SwapOffer.objects.filter(pk=event.swap_id).select_related("seat__event__vacancy__organisation")
    found = swap.first()
    if found is not None:
        for volunteer in who_may_take_over(found):
            _tell(volunteer.pk, found.pk, NoticeKind.SWAP_ASKED, "swap_asked", record)


@on(events.SwapTaken, name="notifications.tell_swap_taken")
def tell_swap_taken(event: events.SwapTaken, record: EventRecord) -> None:
    """The organisation: another comes. Both volunteers hear it of their own places."""
    notify(_contacts(event.organisation_id), NoticeKind.SWAP_TAKEN, event.shift_id, record)


def _contacts(organisation_id: UUID) -> list[UUID]:
    return list(members_of(organisation_id).values_list("pk", flat=True))


def _tell(volunteer_id: UUID, about: UUID, kind: NoticeKind | None, mail: str, record: EventRecord) -> None:
    volunteer = Volunteer.objects.select_related("user").filter(pk=volunteer_id).first()
    if volunteer is None:
        return
    if kind is not None:
        notify([volunteer.user_id], kind, about, record, for_volunteer=True)
    if mail:
        path = reverse("my-shifts") if kind == NoticeKind.SWAP_ASKED else reverse("my-shift", args=[about])
        mail_user(volunteer.user, mail, path)
