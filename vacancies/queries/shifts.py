"""Reads of shifts, places on them, and questions to take one over."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from common import clock
from common.seating import HOLDING, RUNNING, SeatState
from people.enums import COORDINATING, OrganisationState
from people.models import Volunteer
from people.queries import may_act, organisations_of, standing_of, volunteer_of
from vacancies.enums import SwapState
from vacancies.models import Shift, ShiftSeat, SwapOffer, Vacancy
from vacancies.queries.eligibility import OPEN_FOR_SHIFTS, Fitness, fitness_at, fitness_of
from vacancies.queries.lines import with_line

_TOLD_WITH = ("vacancy__organisation", "vacancy__centre")


def _kept_by(user: Any, path: str = "") -> Q:
    """The vacancies whose shifts someone keeps: of their organisations, of the centres they coordinate."""
    own = {f"{path}organisation_id__in": organisations_of(user)}
    desk = {f"{path}centre_id__in": standing_of(user).centres(COORDINATING)}
    return Q(**own, **{f"{path}organisation__state": OrganisationState.APPROVED}) | Q(**desk)


def vacancies_with_roster(user: Any) -> QuerySet[Vacancy]:
    """Return the vacancies whose shifts this person keeps."""
    return Vacancy.objects.filter(_kept_by(user)).select_related("organisation", "centre")


def shifts_kept_by(user: Any) -> QuerySet[Shift]:
    """Return the shifts that this person keeps, the first first."""
    return Shift.objects.filter(_kept_by(user, "vacancy__")).select_related(*_TOLD_WITH)


def shifts_soon(user: Any, *, within: timedelta) -> QuerySet[Shift]:
    """Return the shifts that this person keeps and that are under way or begin soon, the first first."""
    now = clock.now()
    return shifts_kept_by(user).filter(cancelled_at=None, ends_at__gt=now, starts_at__lt=now + within)


def shifts_visible_to(user: Any) -> QuerySet[Shift]:
    """Return the shifts that anyone may see, and those that this person keeps."""
    public = Q(
        vacancy__state__in=OPEN_FOR_SHIFTS,
        vacancy__organisation__state=OrganisationState.APPROVED,
        cancelled_at=None,
    )
    return Shift.objects.filter(public | _kept_by(user, "vacancy__")).select_related(*_TOLD_WITH)


def coming_shifts(vacancy: Vacancy) -> QuerySet[Shift]:
    """Return the dates of a vacancy that have not begun and go on, the first first."""
    found = Shift.objects.filter(vacancy=vacancy, cancelled_at=None, starts_at__gt=clock.now())
    return found.select_related(*_TOLD_WITH)


def past_shifts(vacancy: Vacancy) -> QuerySet[Shift]:
    """Return the dates of a vacancy that have begun, the last first; those called off too."""
    found = Shift.objects.filter(vacancy=vacancy, starts_at__lte=clock.now())
    return found.select_related(*_TOLD_WITH).order_by("-starts_at", "-pk")


def seats_of(user: Any) -> QuerySet[ShiftSeat]:
    """Return this person's own places on shifts, and their waits for one."""
    if not may_act(user):
        return ShiftSeat._default_manager.none()
    found = with_line(ShiftSeat._default_manager.filter(holder__user_id=user.pk))
    return found.select_related("holder", *(f"event__{path}" for path in _TOLD_WITH))


def standing_seats(volunteer: Volunteer, seats: Iterable[ShiftSeat]) -> list[ShiftSeat]:
    """Return those of the volunteer's places for which they may come on the day itself.

    The others stay theirs, for what lapsed may be renewed tomorrow; until then nothing tells them to come.
    """
    listed = list(seats)
    fitness = fitness_at(volunteer, (seat.event.vacancy for seat in listed))
    return [
        seat for seat in listed if fitness[seat.event.vacancy_id].holder_lack(_day_of(seat.event)) is None
    ]


def stands(user: Any, seat_id: UUID) -> bool:
    """Whether this person has this place (still), and may come."""
    volunteer = volunteer_of(user)
    held = seats_of(user).filter(pk=seat_id, state__in=HOLDING)
    return volunteer is not None and bool(standing_seats(volunteer, held))


def seats_visible_to(user: Any) -> QuerySet[ShiftSeat]:
    """Return one's own places, and those on the shifts that one keeps."""
    if not may_act(user):
        return ShiftSeat._default_manager.none()
    mine = Q(holder__user_id=user.pk) | _kept_by(user, "event__vacancy__")
    found = with_line(ShiftSeat._default_manager.filter(mine)).select_related(
        "holder__user", *(f"event__{path}" for path in _TOLD_WITH)
    )
    return found.order_by("-event__starts_at", "-pk")


def standing_by_shift(user: Any, shifts: Iterable[Shift]) -> dict[UUID, ShiftSeat]:
    """Return this person's running places by shift, in one query."""
    wanted = [shift.pk for shift in shifts]
    found = seats_of(user).filter(event__in=wanted).exclude(state__in=[SeatState.CANCELLED, SeatState.LAPSED])
    return {seat.event_id: seat for seat in found}


def roster_of(shift: Shift) -> list[ShiftSeat]:
    """Return who is on a shift: those with a place by name, then the waiting list in its order."""
    seats = shift.seats.exclude(state__in=[SeatState.CANCELLED, SeatState.LAPSED])
    listed = list(seats.select_related("holder__user", *(f"event__{path}" for path in _TOLD_WITH)))
    return sorted(listed, key=lambda seat: (seat.position or 0, seat.holder.user.name.lower(), seat.pk))


def open_swaps_for(volunteer: Volunteer) -> list[SwapOffer]:
    """Return the questions of others to take a shift over that this volunteer can answer with yes.

    Those of vacancies where the volunteer has had a place or waited for one, and may help on the day.
    """
    known = ShiftSeat._default_manager.filter(holder=volunteer).values("event__vacancy")
    rows = SwapOffer.objects.filter(
        state=SwapState.OPEN,
        seat__event__vacancy__in=known,
        seat__event__starts_at__gt=clock.now(),
        seat__event__cancelled_at=None,
    ).exclude(seat__holder=volunteer)
    mine = ShiftSeat._default_manager.filter(holder=volunteer, state__in=RUNNING).values("event")
    found = rows.exclude(seat__event__in=mine).select_related(
        "seat__holder__user", *(f"seat__event__{path}" for path in _TOLD_WITH)
    )
    swaps = list(found.order_by("seat__event__starts_at", "pk"))
    fitness = fitness_at(volunteer, (swap.seat.event.vacancy for swap in swaps))
    return [swap for swap in swaps if _can(swap, fitness)]


def swaps_visible_to(user: Any) -> QuerySet[SwapOffer]:
    """Return the open questions of this volunteer, and those that this volunteer can answer with yes."""
    volunteer = volunteer_of(user)
    if volunteer is None:
        return SwapOffer.objects.none()
    askable = [swap.pk for swap in open_swaps_for(volunteer)]
    mine = Q(seat__holder=volunteer, state=SwapState.OPEN) | Q(pk__in=askable)
    found = SwapOffer.objects.filter(mine).select_related("seat__holder__user", "seat__event")
    return found.order_by("-asked_at", "-pk")


def looking_for_another(seats: Iterable[ShiftSeat]) -> frozenset[UUID]:
    """Return of which of these places, by id, the volunteer asks the others to come instead."""
    found = SwapOffer.objects.filter(seat__in=list(seats), state=SwapState.OPEN)
    return frozenset(found.values_list("seat_id", flat=True))


def _can(swap: SwapOffer, fitness: Mapping[UUID, Fitness]) -> bool:
    shift = swap.seat.event
    return fitness[shift.vacancy_id].lack(_day_of(shift)) is None


def _day_of(shift: Shift) -> date:
    return timezone.localdate(shift.starts_at)


def who_may_take_over(swap: SwapOffer) -> list[Volunteer]:
    """Return the volunteers who are told of a question to take a shift over."""
    shift = swap.seat.event
    known = ShiftSeat._default_manager.filter(event__vacancy=shift.vacancy).values("holder")
    busy = ShiftSeat._default_manager.filter(event=shift, state__in=RUNNING).values("holder")
    found = Volunteer.objects.filter(pk__in=known).exclude(pk__in=busy).select_related("user")
    fitness = fitness_of(shift.vacancy, found)
    day = _day_of(shift)
    return [each.volunteer for each in fitness.values() if each.lack(day) is None]


def attended_between(volunteer: Volunteer, since: datetime, until: datetime) -> QuerySet[ShiftSeat]:
    """Return the places of shifts on which the volunteer was there, that ended in a period."""
    found = ShiftSeat._default_manager.filter(
        holder=volunteer, state=SeatState.ATTENDED, event__ends_at__gte=since, event__ends_at__lt=until
    )
    return found.select_related(*(f"event__{path}" for path in _TOLD_WITH)).order_by("event__starts_at", "pk")
