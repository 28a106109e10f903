"""Dates of a vacancy: planning them, alone or in a series, changing, moving and calling them off."""

from datetime import date, datetime, time, timedelta
from typing import TypedDict, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.ids import new_id
from common.permissions import require
from common.seating import RUNNING, SeatState
from events.services import cancel, record
from people.enums import OrganisationState
from people.models import User
from safeguarding.queries import refused_steps
from vacancies import events
from vacancies.enums import APPROVED, Repeat, SwapState
from vacancies.errors import VacancyGone
from vacancies.models import Shift, ShiftSeat, SwapOffer, Vacancy
from vacancies.queries.eligibility import fitness_of
from vacancies.services.rhythm import MOST_DATES, dates_of
from vacancies.services.seats import SHIFTS, day_of, shift_ids

REMINDED_AT = time(9)
LONGEST = timedelta(hours=16)
MOST_PLACES = 500
ShiftEvent = TypeVar("ShiftEvent", bound=events.ShiftEvent)


class Moment(TypedDict):
    """A day and two times on the clock in town; an end before the beginning is on the next day."""

    day: date
    begins: time
    ends: time


@transaction.atomic
def plan_shifts(
    vacancy: Vacancy,
    moment: Moment,
    *,
    capacity: int,
    by: User | None,
    repeat: Repeat = Repeat.ONCE,
    until: date | None = None,
    note: str = "",
) -> list[Shift]:
    """Add one date, or a series by a rule up to and including ``until``; the clock time stays the same.

    Raises:
        VacancyGone: the centre has not approved the vacancy, or it has ended.
        InvalidInput: a date has passed, there are too many, or times or places make no sense.
    """
    require(by, "vacancies.keep_shifts", vacancy)
    if vacancy.state not in APPROVED:
        raise VacancyGone
    if not 1 <= capacity <= MOST_PLACES:
        raise InvalidInput(_("Choose a number of places from 1 to 500."), field="capacity")
    days = dates_of(moment["day"], repeat, until or moment["day"])
    if not days or len(days) > MOST_DATES:
        raise InvalidInput(
            _("A series has 1 to %(most)d dates. Choose an earlier last day.") % {"most": MOST_DATES}
            if days
            else _("The last day lies before the first."),
            field="until",
        )
    series = new_id() if len(days) > 1 else None
    shifts = []
    for day in days:
        starts_at, ends_at = span_of(moment | {"day": day})
        shifts.append(
            Shift(
                vacancy=vacancy,
                series=series,
                starts_at=starts_at,
                ends_at=ends_at,
                capacity=capacity,
                note=note.strip(),
                created_by=by,
            )
        )
    Shift.objects.bulk_create(shifts)
    for shift in shifts:
        record(shift_event(events.ShiftPlanned, shift), actor=by)
        _set_timers(shift)
    return shifts


@transaction.atomic
def change_shift(shift: Shift, *, capacity: int, note: str, by: User | None) -> Shift:
    """Change the number of places and the note; when there are more places, the waiting list moves up.

    Raises:
        InvalidInput: more people have a place than there would be.
        InvalidTransition: it is over or was called off.
    """
    require(by, "vacancies.keep_shifts", shift.vacancy)
    locked = SHIFTS.lock(shift)
    _require_ahead(locked)
    if capacity > MOST_PLACES:
        raise InvalidInput(_("Choose a number of places from 1 to 500."), field="capacity")
    Shift.objects.filter(pk=locked.pk).update(note=note.strip())
    record(shift_event(events.ShiftChanged, locked), actor=by)
    return SHIFTS.change_capacity(locked, capacity, by=by)


@transaction.atomic
def move_shift(shift: Shift, moment: Moment, *, by: User | None) -> Shift:
    """Hold it at another time. Everyone who has a place or waits is told, and can give it up.

    Raises:
        InvalidTransition: it has begun or was called off.
        InvalidInput: the new time has passed or makes no sense.
    """
    require(by, "vacancies.keep_shifts", shift.vacancy)
    locked = SHIFTS.lock(shift)
    _require_ahead(locked)
    starts_at, ends_at = span_of(moment)
    if (starts_at, ends_at) == (locked.starts_at, locked.ends_at):
        return locked
    for kind in _TIMERS:
        cancel(_timer(kind, locked))
    Shift.objects.filter(pk=locked.pk).update(starts_at=starts_at, ends_at=ends_at, moved=locked.moved + 1)
    was_at = int(locked.starts_at.timestamp())
    locked.refresh_from_db()
    record(shift_event(events.ShiftMoved, locked, was_at=was_at), actor=by)
    _set_timers(locked)
    return locked


@transaction.atomic
def cancel_shift(shift: Shift, *, by: User | None) -> Shift:
    """Call it off: everyone who has a place or waits for one is told. Repeating it changes nothing.

    Raises:
        InvalidTransition: it is over.
    """
    require(by, "vacancies.keep_shifts", shift.vacancy)
    locked = SHIFTS.lock(shift)
    if locked.cancelled_at is not None:
        return locked
    called_off = SHIFTS.call_off(locked, by=by)
    for kind in _TIMERS:
        cancel(_timer(kind, locked))
    end_swaps(called_off, by=by)
    record(shift_event(events.ShiftCancelled, called_off), actor=by)
    return called_off


def cancel_series(shift: Shift, *, by: User | None) -> int:
    """Call off this date and the later ones of its series; return how many. Each in its own transaction."""
    require(by, "vacancies.keep_shifts", shift.vacancy)
    later = Shift.objects.filter(cancelled_at=None, starts_at__gte=shift.starts_at)
    chosen = later.filter(series=shift.series) if shift.series else later.filter(pk=shift.pk)
    listed = list(chosen.select_related("vacancy__organisation"))
    for each in listed:
        cancel_shift(each, by=by)
    return len(listed)


def call_off_rest(vacancy_id: UUID) -> int:
    """The vacancy has ended: call its coming shifts off; return how many."""
    coming = Shift.objects.filter(vacancy_id=vacancy_id, cancelled_at=None, starts_at__gt=clock.now())
    listed = list(coming.order_by("pk"))
    for shift in listed:
        cancel_shift(shift, by=None)
    return len(listed)


def release_volunteer(volunteer_id: UUID) -> int:
    """A volunteer stops: their coming places go to whoever waits; return how many."""
    running = ShiftSeat.objects.filter(holder_id=volunteer_id, state__in=RUNNING)
    return _release(running)


@transaction.atomic
def release_refused(volunteer_id: UUID) -> int:
    """Two people refused steps: places on shifts that ask one go to whoever waits; return how many."""
    refused = refused_steps(volunteer_id)
    running = ShiftSeat.objects.filter(holder_id=volunteer_id, state__in=RUNNING)
    return _release(running.alias(closed=F("event__vacancy__screening").bitand(refused)).filter(closed__gt=0))


def _release(running: QuerySet[ShiftSeat]) -> int:
    seats = list(running.filter(event__starts_at__gt=clock.now()).order_by("event_id"))
    for seat in seats:
        SHIFTS.cancel(seat, by=None)
    return len(seats)


@transaction.atomic
def remind(shift_id: UUID, *, moved: int) -> int:
    """Record a reminder for everyone who has a place; return how many.

    Not of a time it no longer has, not while the organisation does not take part, and not to who lacks
    something on the day (any more).
    """
    found = Shift.objects.filter(pk=shift_id, moved=moved, cancelled_at=None)
    approved = found.filter(vacancy__organisation__state=OrganisationState.APPROVED)
    shift = approved.select_related("vacancy__organisation").first()
    if shift is None:
        return 0
    held = list(shift.seats.filter(state=SeatState.CONFIRMED).select_related("holder__user").order_by("pk"))
    fitness = fitness_of(shift.vacancy, [seat.holder for seat in held])
    seats = [seat for seat in held if fitness[seat.holder_id].holder_lack(day_of(shift)) is None]
    for seat in seats:
        ids = shift_ids(shift) | {"seat_id": seat.pk, "volunteer_id": seat.holder_id}
        record(events.ShiftReminded(**ids))
    return len(seats)


@transaction.atomic
def close_waiting_list(shift_id: UUID) -> int:
    """It has begun: tell who waited in vain, and close the questions to take over; return how many waited."""
    shift = Shift.objects.filter(pk=shift_id).first()
    if shift is None:
        return 0
    waited = SHIFTS.lapse(shift)
    if shift.starts_at <= clock.now():
        end_swaps(shift, by=None)
    return waited


def end_swaps(shift: Shift, *, by: User | None) -> None:
    """Close the open questions to take a place over. The caller holds the lock on the shift."""
    for swap in SwapOffer.objects.filter(seat__event=shift, state=SwapState.OPEN).select_related("seat"):
        SwapOffer.objects.filter(pk=swap.pk, state=SwapState.OPEN).update(
            state=SwapState.LAPSED, ended_at=clock.now()
        )
        ids = shift_ids(shift) | {"seat_id": swap.seat_id, "volunteer_id": swap.seat.holder_id}
        record(events.SwapEnded(**ids, swap_id=swap.pk), actor=by)


def span_of(moment: Moment) -> tuple[datetime, datetime]:
    """Return beginning and end as moments.

    Raises:
        InvalidInput: it has passed, lies more than two years ahead, or lasts longer than sixteen hours.
    """
    zone = timezone.get_default_timezone()
    starts_at = datetime.combine(moment["day"], moment["begins"], zone)
    over_night = moment["ends"] <= moment["begins"]
    ends_at = datetime.combine(moment["day"] + timedelta(days=over_night), moment["ends"], zone)
    if starts_at <= clock.now():
        raise InvalidInput(_("This moment has passed. Choose a later one."), field="day")
    if moment["day"] > clock.today() + timedelta(days=731):
        raise InvalidInput(_("Choose a day within two years."), field="day")
    if ends_at - starts_at > LONGEST:
        raise InvalidInput(_("It lasts sixteen hours at most."), field="ends")
    return starts_at, ends_at


def shift_event(kind: type[ShiftEvent], shift: Shift, **more: int) -> ShiftEvent:
    """The event of ``kind`` about this shift."""
    return kind(**shift_ids(shift), **more)  # type: ignore[arg-type]


def _require_ahead(shift: Shift) -> None:
    if not shift.is_open:
        raise InvalidTransition


_TIMERS = (events.ShiftReminderDue, events.ShiftBegan)


def _set_timers(shift: Shift) -> None:
    """The day before at nine, and at the beginning. A reminder whose time is past is not set."""
    day_before = timezone.localtime(shift.starts_at).date() - timedelta(days=1)
    remind_at = datetime.combine(day_before, REMINDED_AT, timezone.get_default_timezone())
    for kind, due_at in zip(_TIMERS, (remind_at, shift.starts_at), strict=True):
        if due_at > clock.now():
            event = shift_event(kind, shift, moved=shift.moved)
            record(event, due_at=due_at, key=_timer(kind, shift))


def _timer(kind: type[events.ShiftEvent], shift: Shift) -> str:
    """Name of a timer of a shift: of each time it has had another."""
    return f"{kind.type}:{shift.pk}:{shift.moved}"
