"""The volunteer's pages of shifts: the dates of a vacancy, one's own, checking in at the door."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import DomainError, NotFound
from common.seating import SeatState
from people.agenda import as_calendar
from people.models import Volunteer
from people.queries import volunteer_of
from vacancies import services
from vacancies.agenda import appointment_of
from vacancies.models import Shift, ShiftSeat, SwapOffer, Vacancy
from vacancies.queries import shifts as queries
from vacancies.queries.eligibility import Fitness, Lack, fitness_of, takes_shifts

SHOWN = 40
HERE = (SeatState.WAITLISTED, SeatState.CONFIRMED, SeatState.ATTENDED)
EARLIER = 20
Page = Callable[..., HttpResponse]


class Row(NamedTuple):
    """A date as the reader sees it: with their own place on it, or what stands in the way."""

    shift: Shift
    seat: ShiftSeat | None
    lack: Lack | None


def volunteers_only(view: Page) -> Page:
    """Call the view with the volunteer as second argument; others are invited to join."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        volunteer = volunteer_of(request.user)
        if volunteer is None:
            return redirect("join")
        return view(request, volunteer, *args, **kwargs)

    return never_cache(login_required(guarded))


@require_safe
@never_cache
def vacancy_shifts(request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
    """``GET /vacatures/<id>/diensten/``: the coming dates, for everyone. With htmx only the list."""
    vacancy = _public_vacancy(vacancy_id)
    volunteer = volunteer_of(request.user)
    fitness = fitness_of(vacancy, [volunteer])[volunteer.pk] if volunteer else None
    rows = _rows(request.user, fitness, list(queries.coming_shifts(vacancy)[:SHOWN]))
    context: dict[str, Any] = {"vacancy": vacancy, "rows": rows, "volunteer": volunteer}
    lacking = next((row for row in rows if row.lack in (Lack.SCREENING, Lack.TRAINING)), None)
    if fitness and lacking:
        context |= _missing(fitness, services.day_of(lacking.shift))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "vacancies/shifts/_list.html", context)
    return render(request, "vacancies/shifts/vacancy.html", context)


@require_POST
@volunteers_only
def sign_up(request: HttpRequest, volunteer: Volunteer, shift_id: UUID) -> HttpResponse:
    """``POST /diensten/<id>/aanmelden/``: take a place, or one on the waiting list."""
    shift = queries.shifts_visible_to(request.user).filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    try:
        seat = services.sign_up(shift, volunteer, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("vacancy-shifts", shift.vacancy_id)
    if seat.waits:
        messages.info(request, _("All places are taken. You are on the waiting list; it moves by itself."))
    else:
        messages.success(request, _("You have a place. See you there!"))
    return redirect("my-shift", seat.pk)


@require_safe
@volunteers_only
def my_shifts(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """``GET /mijn-diensten/``: to come, what others ask to take over, and earlier."""
    seats = queries.seats_of(request.user)
    now = clock.now()
    coming = seats.filter(event__ends_at__gt=now, state__in=HERE)
    earlier = seats.exclude(pk__in=coming.values("pk")).order_by("-event__starts_at", "-pk")[:EARLIER]
    context = {
        "coming": list(coming.order_by("event__starts_at", "pk")),
        "swaps": queries.open_swaps_for(volunteer),
        "earlier": list(earlier),
    }
    return render(request, "vacancies/shifts/mine.html", context)


@require_safe
@volunteers_only
def my_shift(request: HttpRequest, volunteer: Volunteer, seat_id: UUID) -> HttpResponse:
    """``GET /mijn-diensten/<id>/``: one place: when, where, calendar, giving it up, asking another."""
    seat = _own_seat(request, seat_id)
    fitness = fitness_of(seat.event.vacancy, [volunteer])[volunteer.pk]
    context = {
        "seat": seat,
        "shift": seat.event,
        "vacancy": seat.event.vacancy,
        "swap": seat.swaps.filter(state="open").first(),
        **_missing(fitness, services.day_of(seat.event)),
    }
    return render(request, "vacancies/shifts/my_shift.html", context)


@require_safe
@volunteers_only
def calendar(request: HttpRequest, volunteer: Volunteer, seat_id: UUID) -> HttpResponse:
    """``GET /mijn-diensten/<id>/agenda.ics``: for one's own calendar.

    ``NotFound`` without a place, or where something is lacking on the day.
    """
    seat = _own_seat(request, seat_id)
    if not seat.holds or seat.event.cancelled_at is not None or not queries.stands(request.user, seat.pk):
        raise NotFound
    origin = request.build_absolute_uri("/").rstrip("/")
    answer = HttpResponse(
        as_calendar([appointment_of(seat)], origin=origin), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="dienst.ics"'
    return answer


def _give_up(seat: ShiftSeat, by: Any) -> str:
    services.give_up(seat, by=by)
    return _("You have given your place up. Thank you for saying so in time.")


def _ask_swap(seat: ShiftSeat, by: Any) -> str:
    services.ask_swap(seat, by=by)
    return _("We have asked the others. Until someone takes over, we count on you.")


def _withdraw_swap(seat: ShiftSeat, by: Any) -> str:
    swap = seat.swaps.filter(state="open").select_related("seat__holder").first()
    if swap is not None:
        services.withdraw_swap(swap, by=by)
    return _("Good: you come yourself.")


ANSWERS: dict[str, Callable[[ShiftSeat, Any], str]] = {
    "afmelden": _give_up,
    "ruilen": _ask_swap,
    "zelf-komen": _withdraw_swap,
}


@require_POST
@volunteers_only
def answer(request: HttpRequest, volunteer: Volunteer, seat_id: UUID, answer: str) -> HttpResponse:
    """``POST /mijn-diensten/<id>/<afmelden|ruilen|zelf-komen>/``."""
    seat = _own_seat(request, seat_id)
    try:
        messages.success(request, ANSWERS[answer](seat, request.user))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("my-shift", seat.pk)


@require_POST
@volunteers_only
def take_over(request: HttpRequest, volunteer: Volunteer, swap_id: UUID) -> HttpResponse:
    """``POST /diensten/overnemen/<id>/``: come instead of another."""
    if swap_id not in {swap.pk for swap in queries.open_swaps_for(volunteer)}:
        messages.info(request, _("This is no longer needed. Thank you for wanting to help."))
        return redirect("my-shifts")
    swap = SwapOffer.objects.select_related("seat__event__vacancy__organisation", "seat__holder").get(
        pk=swap_id
    )
    try:
        seat = services.take_over(swap, volunteer, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("my-shifts")
    messages.success(request, _("Thank you! You take this shift over."))
    return redirect("my-shift", seat.pk)


@method_decorator(volunteers_only, name="dispatch")
class CheckInView(View):
    """``GET`` and ``POST /diensten/inchecken/<token>/``: what the code at the door leads to."""

    def get(self, request: HttpRequest, volunteer: Volunteer, token: str) -> HttpResponse:
        """Say what it is of, with one button. Raises ``CodeNotValid``."""
        shift = services.shift_of_code(token)
        seat = services.SHIFTS.seat_of(shift, volunteer)
        is_open = takes_shifts(shift.vacancy)
        context = {"shift": shift, "vacancy": shift.vacancy, "seat": seat, "open": is_open}
        return render(request, "vacancies/shifts/check_in.html", context)

    def post(self, request: HttpRequest, volunteer: Volunteer, token: str) -> HttpResponse:
        """Note that the volunteer is there."""
        seat = services.check_in_by_code(token, volunteer, by=request.user)
        messages.success(request, _("You are checked in. Have a good time!"))
        return redirect("my-shift", seat.pk)


def _public_vacancy(vacancy_id: UUID) -> Vacancy:
    found = Vacancy.objects.select_related("organisation", "centre").filter(pk=vacancy_id).first()
    if found is None or not takes_shifts(found):
        raise NotFound
    return found


def _own_seat(request: HttpRequest, seat_id: UUID) -> ShiftSeat:
    found = queries.seats_of(request.user).filter(pk=seat_id).first()
    if found is None:
        raise NotFound
    return found


def _rows(user: Any, fitness: Fitness | None, shifts: list[Shift]) -> list[Row]:
    own = queries.standing_by_shift(user, shifts)
    rows = []
    for shift in shifts:
        seat = own.get(shift.pk)
        lack = fitness.lack(services.day_of(shift)) if fitness and not seat else None
        rows.append(Row(shift, seat, lack))
    return rows


def _missing(fitness: Fitness, day: date) -> dict[str, Any]:
    """What the volunteer has yet to do before signing up, or has lapsed."""
    return {"steps": fitness.missing_steps(day), "courses": fitness.missing_courses(day)}
