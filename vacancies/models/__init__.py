"""What the vacancy bank keeps."""

from vacancies.models.applications import Application, ApplicationNote
from vacancies.models.shifts import Shift, ShiftSeat, SwapOffer
from vacancies.models.vacancies import SavedVacancy, Vacancy, VacancyExposure, VacancyIndexed
from vacancies.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "Application",
    "ApplicationNote",
    "SavedVacancy",
    "Shift",
    "ShiftSeat",
    "SwapOffer",
    "Vacancy",
    "VacancyExposure",
    "VacancyIndexed",
    "Webhook",
    "WebhookDelivery",
]
