"""Shifts for the matrix of access: of the organisation's vacancy, with a place of the helper."""

from common.checkin import make_token
from people.models import Organisation, Volunteer
from tests.factories.shifts import ShiftTown
from vacancies import services


def build_shifts(organisation: Organisation, helper: Volunteer, other: Volunteer) -> dict[str, object]:
    """Make them; return what to fill into the parameters of their routes."""
    town = ShiftTown.of(organisation)
    shift = town.shift(capacity=1)
    seat = services.sign_up(shift, helper, by=helper.user)
    asked = services.sign_up(town.shift(days=8), other, by=other.user)
    swap = services.ask_swap(asked, by=other.user)
    return {
        "vacancy_id": town.vacancy.pk,
        "shift_id": shift.pk,
        "seat_id": seat.pk,
        "swap_id": swap.pk,
        "token": make_token(services.CHECK_IN, shift.pk, until=shift.ends_at),
        "shifts": shift.pk,
        "shift-seats": seat.pk,
        "shift-swaps": swap.pk,
    }
