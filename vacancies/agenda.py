"""What the vacancy bank puts in someone's agenda: places on shifts and at actions (people.agenda)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.seating import SeatState
from people.agenda import Appointment, agenda_source
from people.enums import OrganisationState
from people.models import User
from people.queries import volunteer_of
from vacancies.enums import ActionState
from vacancies.models import ShiftSeat
from vacancies.queries.actions import tasks_of
from vacancies.queries.shifts import seats_of, standing_seats


def appointment_of(seat: ShiftSeat) -> Appointment:
    """Return the line in the agenda of a place on a shift. The place of the work is public."""
    shift = seat.event
    vacancy = shift.vacancy
    return Appointment(
        uid=str(seat.pk),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        what=_("Shift: %(what)s") % {"what": vacancy.title},
        where=", ".join(part for part in (vacancy.address, vacancy.city) if part),
        path=reverse("my-shift", args=[seat.pk]),
    )


@agenda_source
def shifts_of(user: User, since: datetime) -> Iterable[Appointment]:
    """The shifts of a volunteer from a moment on, past ones on which they were too.

    Those to come of an organisation that does not take part (any more) are left out, and those for which
    something is lacking on the day, such as a certificate that has lapsed.
    """
    found = seats_of(user).filter(
        Q(event__ends_at__lt=clock.now()) | Q(event__vacancy__organisation__state=OrganisationState.APPROVED),
        state__in=[SeatState.CONFIRMED, SeatState.ATTENDED],
        event__starts_at__gte=since,
    )
    over = [seat for seat in found if seat.event.ends_at < clock.now()]
    coming = [seat for seat in found if seat.event.ends_at >= clock.now()]
    volunteer = volunteer_of(user) if coming else None
    standing = standing_seats(volunteer, coming) if volunteer is not None else []
    return [appointment_of(seat) for seat in [*over, *standing]]


@agenda_source
def actions_of(user: User, since: datetime) -> Iterable[Appointment]:
    """One's places at one-day actions from a moment on; as of shifts. The place of an action is public."""
    seats = tasks_of(user).filter(
        Q(event__ends_at__lt=clock.now())
        | Q(
            event__action__organisation__state=OrganisationState.APPROVED,
            event__action__state=ActionState.PUBLISHED,
        ),
        state__in=[SeatState.CONFIRMED, SeatState.ATTENDED],
        event__starts_at__gte=since,
    )
    return [
        Appointment(
            uid=str(seat.pk),
            starts_at=seat.event.starts_at,
            ends_at=seat.event.ends_at,
            what=_("Action: %(what)s") % {"what": seat.event.action.title},
            where=seat.event.action.place,
            path=reverse("action", args=[seat.event.action_id]),
        )
        for seat in seats
    ]
