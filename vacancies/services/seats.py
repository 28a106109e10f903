"""Places on shifts: signing up, giving up, being there, and letting another come instead."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import clock
from common.checkin import CodeNotValid, read_token
from common.errors import InvalidTransition, NotFound
from common.permissions import require
from common.seating import CancelledBy, Change, SeatBook, SeatState
from common.words import moment_words
from events.services import record
from people.models import User, Volunteer
from vacancies import events
from vacancies.enums import SwapState
from vacancies.errors import (
    NotForThisAge,
    ScreeningLacking,
    SomeoneWaits,
    TrainingLacking,
    VacancyGone,
    VolunteerStopped,
)
from vacancies.models import Shift, ShiftSeat, SwapOffer
from vacancies.queries.eligibility import Lack, fitness_of, lack_of

CHECK_IN = "vacancies.shift"
_KINDS: dict[Change, type[events.ShiftSeatEvent]] = {
    Change.TAKEN: events.ShiftTaken,
    Change.QUEUED: events.ShiftQueued,
    Change.MOVED_UP: events.ShiftMovedUp,
    Change.CANCELLED: events.ShiftSeatCancelled,
    Change.PASSED_ON: events.ShiftPassedOn,
    Change.LAPSED: events.ShiftWaitLapsed,
    Change.CHECKED_IN: events.ShiftAttended,
    Change.MISSED: events.ShiftMissed,
    Change.REOPENED: events.ShiftReopened,
}
_REFUSALS = {
    Lack.CLOSED: VacancyGone,
    Lack.LEFT: VolunteerStopped,
    Lack.BLOCKED: VolunteerStopped,
    Lack.AGE: NotForThisAge,
    Lack.SCREENING: ScreeningLacking,
    Lack.TRAINING: TrainingLacking,
}


def shift_ids(shift: Shift) -> dict[str, UUID]:
    """The ids that every event of a shift has."""
    vacancy = shift.vacancy
    return {
        "shift_id": shift.pk,
        "vacancy_id": vacancy.pk,
        "organisation_id": vacancy.organisation_id,
        "centre_id": vacancy.centre_id,
    }


def _record(change: Change, seat: ShiftSeat, by: User | None) -> None:
    ids = shift_ids(seat.event) | {"seat_id": seat.pk, "volunteer_id": seat.holder_id}
    if change == Change.CANCELLED:
        record(events.ShiftSeatCancelled(**ids, because=seat.cancelled_by), actor=by)
    else:
        record(_KINDS[change](**ids), actor=by)
    if change in (Change.CANCELLED, Change.PASSED_ON):
        _end_swap(seat, SwapState.TAKEN if change == Change.PASSED_ON else SwapState.LAPSED)


def _end_swap(seat: ShiftSeat, to: SwapState) -> None:
    SwapOffer.objects.filter(seat=seat, state=SwapState.OPEN).update(state=to, ended_at=clock.now())


def _words(shift: Shift) -> str:
    return f"{shift.vacancy.title}, {moment_words(shift.starts_at)}"


def _allows(shift: Shift, volunteer: Volunteer) -> bool:
    return lack_of(shift.vacancy, volunteer, day_of(shift)) is None


SHIFTS: SeatBook[Shift, ShiftSeat] = SeatBook(
    ShiftSeat,
    name="vacancies.shifts",
    account="holder__user_id",
    words=_words,
    told=_record,
    allows=_allows,
)


@transaction.atomic
def sign_up(shift: Shift, volunteer: Volunteer, *, by: User | None) -> ShiftSeat:
    """Take a place, or one on the waiting list when there is none. Repeating it gives the same seat.

    Raises:
        VacancyGone, VolunteerStopped, NotForThisAge, ScreeningLacking, TrainingLacking: not for this
            volunteer on that day.
        NotOpen: it has begun or was called off.
        Overlaps: the volunteer has something else at that time.
    """
    require(by, "vacancies.sign_up", volunteer)
    _require_fit(shift, volunteer)
    return SHIFTS.take(shift, volunteer, by=by)


@transaction.atomic
def give_up(seat: ShiftSeat, *, by: User) -> ShiftSeat:
    """A volunteer cannot come after all, or the organiser takes them off; the next in line moves up.

    Raises:
        NotOpen: it has begun (only the organiser may then).
        InvalidTransition: it is known already whether the volunteer was there.
    """
    require(by, "vacancies.change_seat", seat, hide=True)
    own = seat.holder.user_id == by.pk
    return SHIFTS.cancel(seat, by=by, because=CancelledBy.HOLDER if own else CancelledBy.ORGANISER)


@transaction.atomic
def check_in(seat: ShiftSeat, *, by: User) -> ShiftSeat:
    """The organiser ticks that a volunteer is there. What the vacancy asks for must hold today.

    Raises:
        OutsideCheckIn: it is not the time for it.
        ScreeningLacking, TrainingLacking, VolunteerStopped: something has lapsed since.
    """
    require(by, "vacancies.keep_shifts", seat.event.vacancy)
    _require_fit_at_door(seat.event, seat.holder)
    return SHIFTS.check_in(seat, by=by)


@transaction.atomic
def check_in_by_code(token: str, volunteer: Volunteer, *, by: User) -> ShiftSeat:
    """A volunteer scans the code at the door.

    Raises:
        CodeNotValid: the code is not ours, or its time is over.
        NotFound: the volunteer has no place on this shift.
        Others: as ``check_in``.
    """
    shift = shift_of_code(token)
    require(by, "vacancies.sign_up", volunteer)
    seat = SHIFTS.seat_of(shift, volunteer)
    if seat is None or seat.waits:
        raise NotFound(_("You have no place on this shift. Ask the organiser."))
    _require_fit_at_door(shift, volunteer)
    return SHIFTS.check_in(seat, by=by)


def shift_of_code(token: str) -> Shift:
    """Return the shift that the code at the door is of. Raises ``CodeNotValid`` and ``NotFound``."""
    found = Shift.objects.select_related("vacancy__organisation").filter(pk=read_token(CHECK_IN, token))
    shift = found.first()
    if shift is None:
        raise NotFound
    if clock.now() >= shift.code_until:  # it was moved to an earlier moment after the code was printed
        raise CodeNotValid
    return shift


@transaction.atomic
def mark_missed(seat: ShiftSeat, *, by: User) -> ShiftSeat:
    """The organiser notes that a volunteer did not come. Raises ``NotBegun`` before the beginning."""
    require(by, "vacancies.keep_shifts", seat.event.vacancy)
    return SHIFTS.mark_missed(seat, by=by)


@transaction.atomic
def reopen_seat(seat: ShiftSeat, *, by: User) -> ShiftSeat:
    """The organiser takes a tick back."""
    require(by, "vacancies.keep_shifts", seat.event.vacancy)
    return SHIFTS.reopen(seat, by=by)


@transaction.atomic
def ask_swap(seat: ShiftSeat, *, by: User) -> SwapOffer:
    """Ask the other volunteers of the vacancy to come instead. Repeating it gives the same question.

    Raises:
        InvalidTransition: the volunteer has no place, or it has begun.
        SomeoneWaits: there is a waiting list: giving up is enough, and fairer.
    """
    require(by, "vacancies.swap", seat, hide=True)
    shift = SHIFTS.lock(seat.event_id)
    seat.refresh_from_db()
    if seat.state != SeatState.CONFIRMED or not shift.is_open:
        raise InvalidTransition
    if any(_allows(shift, waiting.holder) for waiting in SHIFTS.waiting(shift)):
        raise SomeoneWaits
    swap, made = SwapOffer.objects.get_or_create(seat=seat, state=SwapState.OPEN)
    if made:
        record(events.SwapAsked(**_swap_ids(swap, shift)), actor=by)
    return swap


@transaction.atomic
def withdraw_swap(swap: SwapOffer, *, by: User) -> SwapOffer:
    """The volunteer comes after all; repeating it changes nothing.

    Raises:
        InvalidTransition: another has taken over.
    """
    require(by, "vacancies.swap", swap.seat, hide=True)
    shift = SHIFTS.lock(swap.seat.event_id)
    rows = SwapOffer.objects.filter(pk=swap.pk, state=SwapState.OPEN).update(
        state=SwapState.WITHDRAWN, ended_at=clock.now()
    )
    swap.refresh_from_db()
    if rows:
        record(events.SwapEnded(**_swap_ids(swap, shift)), actor=by)
    elif swap.state != SwapState.WITHDRAWN:
        raise InvalidTransition
    return swap


@transaction.atomic
def take_over(swap: SwapOffer, volunteer: Volunteer, *, by: User) -> ShiftSeat:
    """Come instead of another. The same is asked of this volunteer as at signing up; the first wins.

    Raises:
        InvalidTransition: someone else did, or it is no longer needed.
        Others: as ``sign_up``.
    """
    require(by, "vacancies.sign_up", volunteer)
    seat = swap.seat
    shift = SHIFTS.lock(seat.event_id)
    _require_fit(shift, volunteer)
    rows = SwapOffer.objects.filter(pk=swap.pk, state=SwapState.OPEN).update(
        state=SwapState.TAKEN, taken_by=volunteer, ended_at=clock.now()
    )
    if rows != 1:
        raise InvalidTransition
    taken = SHIFTS.pass_on(seat, volunteer, by=by)
    record(events.SwapTaken(**_swap_ids(swap, shift), taker_id=volunteer.pk), actor=by)
    return taken


def _require_fit(shift: Shift, volunteer: Volunteer) -> None:
    _refuse(lack_of(shift.vacancy, volunteer, day_of(shift)))


def _require_fit_at_door(shift: Shift, volunteer: Volunteer) -> None:
    _refuse(fitness_of(shift.vacancy, [volunteer])[volunteer.pk].holder_lack(day_of(shift)))


def _refuse(lack: Lack | None) -> None:
    if lack is not None:
        raise _REFUSALS[lack]


def day_of(shift: Shift) -> date:
    """The day of a shift in Europe/Amsterdam."""
    return timezone.localdate(shift.starts_at)


def _swap_ids(swap: SwapOffer, shift: Shift) -> dict[str, UUID]:
    ids = {"seat_id": swap.seat_id, "volunteer_id": swap.seat.holder_id, "swap_id": swap.pk}
    return shift_ids(shift) | ids
