"""The organisation's pages of shifts: planning, the roster, the code at the door."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.checkin import make_token, qr_svg
from common.errors import DomainError, InvalidInput, NotFound
from people.enums import Why
from people.services import note_reads
from vacancies import services
from vacancies.enums import APPROVED
from vacancies.models import Shift, ShiftSeat, Vacancy
from vacancies.queries import shifts as queries
from vacancies.queries.eligibility import fitness_of, takes_shifts
from vacancies.rules import is_desk
from vacancies.web.shift_forms import ChangeForm, MomentForm, PlanForm, change_form, move_form

EARLIER = 20
keepers_only = [never_cache, login_required]


@method_decorator(keepers_only, name="dispatch")
class VacancyRosterView(View):
    """``GET`` and ``POST /vacatures/<id>/rooster/``: the dates of one vacancy; plan more."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the vacancy. Raises ``NotFound`` for absent and foreign."""
        found = queries.vacancies_with_roster(request.user).filter(pk=kwargs["vacancy_id"]).first()
        if found is None:
            raise NotFound
        self.vacancy: Vacancy = found
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
        """Show what is planned."""
        return self._page(PlanForm())

    def post(self, request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
        """Plan one date or a series; or say what is wrong (422)."""
        form = PlanForm(request.POST)
        if not form.is_valid() or not self._planned(form):
            return self._page(form, status=422)
        return redirect("vacancy-roster", vacancy_id)

    def _planned(self, form: PlanForm) -> bool:
        filled = form.cleaned_data
        more = {name: filled[name] for name in ("capacity", "repeat", "until", "note")}
        try:
            made = services.plan_shifts(self.vacancy, form.moment, by=self.request.user, **more)
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            return False
        count = len(made)
        said = ngettext("%(count)d date has been planned.", "%(count)d dates have been planned.", count)
        messages.success(self.request, said % {"count": count})
        return True

    def _page(self, form: PlanForm, status: int = 200) -> HttpResponse:
        context = {
            "vacancy": self.vacancy,
            "form": form,
            "coming": list(queries.coming_shifts(self.vacancy)),
            "earlier": list(queries.past_shifts(self.vacancy)[:EARLIER]),
            "may_plan": self.vacancy.state in APPROVED,
        }
        return render(self.request, "vacancies/shifts/roster.html", context, status=status)


@require_safe
@never_cache
@login_required
def shift_roster(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """``GET /diensten/<id>/``: who comes; tick, print, change. Looking at phone numbers is logged."""
    return _roster(request, _kept_shift(request, shift_id))


@require_POST
@never_cache
@login_required
def change(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """``POST /diensten/<id>/wijzigen/``: the number of places and the note."""
    shift = _kept_shift(request, shift_id)
    form = change_form(shift, request.POST)
    if form.is_valid():
        try:
            services.change_shift(shift, by=request.user, **form.cleaned_data)
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Kept."))
            return redirect("shift-roster", shift.pk)
    return _roster(request, shift, change_with=form, status=422)


@require_POST
@never_cache
@login_required
def move(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """``POST /diensten/<id>/verplaatsen/``: another moment; everyone on it is told."""
    shift = _kept_shift(request, shift_id)
    form = move_form(shift, request.POST)
    if form.is_valid():
        try:
            services.move_shift(shift, form.moment, by=request.user)
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Moved. Everyone who has a place or waits for one is told."))
            return redirect("shift-roster", shift.pk)
    return _roster(request, shift, move_with=form, status=422)


@require_POST
@never_cache
@login_required
def call_off(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """``POST /diensten/<id>/afgelasten/``: this date; ``reeks=ja``: its series from here on too."""
    shift = _kept_shift(request, shift_id)
    if request.POST.get("reeks") == "ja":
        services.cancel_series(shift, by=request.user)
    else:
        services.cancel_shift(shift, by=request.user)
    messages.success(request, _("Called off. Everyone who was to come is told."))
    return redirect("vacancy-roster", shift.vacancy_id)


@require_safe
@never_cache
@login_required
def door_code(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """``GET /diensten/<id>/code/``: the code at the door, for a screen or on paper."""
    shift = _kept_shift(request, shift_id)
    token = make_token(services.CHECK_IN, shift.pk, until=shift.code_until)
    address = request.build_absolute_uri(reverse("shift-check-in", args=[token]))
    drawn = qr_svg(address, title=_("Code to scan with your phone to check in"))
    context = {"shift": shift, "vacancy": shift.vacancy, "qr": drawn, "address": address}
    return render(request, "vacancies/shifts/code.html", context)


STEPS: dict[str, Callable[..., ShiftSeat]] = {
    "aanwezig": services.check_in,
    "afwezig": services.mark_missed,
    "terug": services.reopen_seat,
    "afmelden": services.give_up,
}


@require_POST
@never_cache
@login_required
def seat_step(request: HttpRequest, shift_id: UUID, seat_id: UUID, step: str) -> HttpResponse:
    """``POST /diensten/<id>/plekken/<id>/<aanwezig|afwezig|terug|afmelden>/``."""
    shift = _kept_shift(request, shift_id)
    seat = queries.seats_visible_to(request.user).filter(pk=seat_id, event=shift).first()
    if seat is None:
        raise NotFound
    try:
        STEPS[step](seat, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    # Back to whom it was about: who ticks twenty people at a door does not look for the place each time.
    return redirect(f"{reverse('shift-roster', args=[shift.pk])}#plek-{seat.pk}")


def _kept_shift(request: HttpRequest, shift_id: UUID) -> Shift:
    found = queries.shifts_kept_by(request.user).filter(pk=shift_id).first()
    if found is None:
        raise NotFound
    return found


def _roster(
    request: HttpRequest,
    shift: Shift,
    *,
    change_with: ChangeForm | None = None,
    move_with: MomentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    seats = queries.roster_of(shift)
    holders = [seat.holder for seat in seats if seat.holds]
    note_reads(holders, by=request.user, why=Why.AGREEMENT)
    fitness = fitness_of(shift.vacancy, holders)
    day = services.day_of(shift)
    looking = queries.looking_for_another(seats)
    wanted = shift.is_open and takes_shifts(shift.vacancy) and (shift.free or looking)
    context = {
        "shift": shift,
        "vacancy": shift.vacancy,
        "there": [(seat, fitness[seat.holder_id].holder_lack(day)) for seat in seats if seat.holds],
        "looking": looking,
        "code_works": clock.now() < shift.code_until,
        "may_look_for": wanted and is_desk.test(request.user, shift.vacancy),
        "waiting": [seat for seat in seats if seat.waits],
        "change_form": change_with or change_form(shift),
        "move_form": move_with or move_form(shift),
    }
    return render(request, "vacancies/shifts/shift.html", context, status=status)
