"""Shifts, actions and placements for the matrix: of the organisation, with a place of the helper."""

from datetime import time, timedelta

from common import clock
from common.checkin import make_token
from people.models import Organisation, User, Volunteer
from tests.factories.people import UserFactory
from tests.factories.schools import SchoolTown
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.models import ActionTask, HourEntry


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
        "volunteer_id": other.pk,
        "seat_id": seat.pk,
        "swap_id": swap.pk,
        "token": make_token(services.CHECK_IN, shift.pk, until=shift.ends_at),
        "shifts": shift.pk,
        "shift-seats": seat.pk,
        "shift-swaps": swap.pk,
    }


def build_days(organisation: Organisation, helper: Volunteer, owner: User) -> dict[str, object]:
    """An action in which the helper has a place; the owner is a student whose hours wait for a signature."""
    town = SchoolTown.of(organisation)
    tomorrow = clock.today() + timedelta(days=1)
    action = services.draft_action(
        organisation,
        by=town.contact,
        title="Tuin",
        description="Snoeien.",
        on_date=tomorrow,
        place="Dorpsstraat",
        campaign="",
        bring="",
        provided="",
    )
    task = services.add_task(
        action, title="Snoeien", begins=time(10), ends=time(15), capacity=9, by=town.contact
    )
    empty = services.add_task(
        action, title="Koffie", begins=time(9), ends=time(10), capacity=1, by=town.contact
    )
    services.submit_action(action, by=town.contact)
    services.publish_action(action, by=None)
    seat = services.sign_up_for_task(ActionTask.objects.get(pk=task.pk), by=helper.user)
    sixteen = clock.today().replace(day=1, year=clock.today().year - 17)
    student = services.join_class(town.school_class.code, born=sixteen, by=owner)
    placement = town.placement(student)
    hours = {"day": clock.today(), "begins": time(15), "ends": time(16)}
    entry = HourEntry.objects.create(placement=placement, **hours)
    contact = services.join_school(town.school.code, by=UserFactory())
    off = clock.today() + timedelta(days=30)
    holiday = services.add_holiday(town.school, name="Vrij", starts_on=off, ends_on=off, by=None)
    return {
        "holiday_id": holiday.pk,
        "action_id": action.pk,
        "task_id": empty.pk,
        "seat_id": seat.pk,
        "vacancy_id": town.vacancy.pk,
        "student_id": student.pk,
        "placement_id": placement.pk,
        "entry_id": entry.pk,
        "contact_id": contact.pk,
        "school_id": town.school.pk,
        "class_id": town.school_class.pk,
        "organisation_id": organisation.pk,
        "ending": "csv",
        "token": services.hours_token(entry),
        "action-token": make_token(services.CHECK_IN_ACTION, action.pk, until=task.code_until),
    }


# By the first word of an address of the API: what of the days it is about.
DAYS_API = {
    "actions": "action_id",
    "action-tasks": "task_id",
    "task-seats": "seat_id",
    "students": "student_id",
    "placements": "placement_id",
    "placement-hours": "entry_id",
    "placement-spots": "vacancy_id",
    "schools": "school_id",
    "school-classes": "class_id",
    "school-contacts": "contact_id",
}
STEPS = {
    "action_step": "insturen",
    "task_step": "afwezig",
    "contact_step": "bevestigen",
    "placement_step": "ja",
    "sign_step": "klopt",
}


def step_of(route: str) -> str:
    """What to fill in where a step is asked."""
    return next((step for name, step in STEPS.items() if name in route), "aanwezig")
