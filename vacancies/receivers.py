"""What the vacancy bank does when an event has happened. Thin: each handler calls one service."""

from events.models import EventRecord
from events.registry import on
from vacancies.events import SilenceDue, VacancyExpiryDue
from vacancies.models import Application, Vacancy
from vacancies.services import expire_vacancy, look_at_silence


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
