"""What the vacancy bank does when an event has happened. Thin: each handler calls one service."""

from events.models import EventRecord
from events.registry import on
from people.enums import VolunteerState
from people.events import VolunteerChanged
from people.models import Volunteer
from vacancies.enums import VacancyState
from vacancies.events import ShiftBegan, ShiftReminderDue, SilenceDue, VacancyExpiryDue, VacancyStateChanged
from vacancies.models import Application, Vacancy
from vacancies.services import (
    call_off_rest,
    close_waiting_list,
    expire_vacancy,
    look_at_silence,
    release_volunteer,
    remind,
)


@on(VacancyExpiryDue, name="vacancies.expire")
def expire(event: VacancyExpiryDue, record: EventRecord) -> None:
    """A term is over, unless the vacancy was renewed meanwhile."""
    vacancy = Vacancy.objects.filter(pk=event.vacancy_id).first()
    if vacancy is not None:
        expire_vacancy(vacancy, event.renewal)


@on(SilenceDue, name="vacancies.look_at_silence")
def look(event: SilenceDue, record: EventRecord) -> None:
    """Has the organisation let anything be heard?"""
    application = Application.objects.filter(pk=event.application_id).first()
    if application is not None:
        look_at_silence(application, event.round)


@on(ShiftReminderDue, name="vacancies.remind_shift")
def remind_shift(event: ShiftReminderDue, record: EventRecord) -> None:
    """The day before: everyone who has a place hears it once more."""
    remind(event.shift_id, moved=event.moved)


@on(ShiftBegan, name="vacancies.begin_shift")
def begin_shift(event: ShiftBegan, record: EventRecord) -> None:
    """It begins: the waiting list closes."""
    close_waiting_list(event.shift_id)


@on(VacancyStateChanged, name="vacancies.call_off_shifts")
def call_off_shifts(event: VacancyStateChanged, record: EventRecord) -> None:
    """A vacancy that has ended has no shifts to come."""
    if event.state == VacancyState.CLOSED:
        call_off_rest(event.vacancy_id)


@on(VolunteerChanged, name="vacancies.free_places")
def free_places(event: VolunteerChanged, record: EventRecord) -> None:
    """Whoever has stopped is expected nowhere."""
    if Volunteer.objects.filter(pk=event.volunteer_id, state=VolunteerState.LEFT).exists():
        release_volunteer(event.volunteer_id)
