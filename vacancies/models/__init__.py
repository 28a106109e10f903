"""What the vacancy bank keeps."""

from vacancies.models.actions import Action, ActionTask, TaskSeat
from vacancies.models.applications import Application, ApplicationNote
from vacancies.models.placements import (
    HourEntry,
    ParentalConsent,
    Placement,
    PlacementSpot,
    School,
    SchoolClass,
    SchoolContact,
    SchoolHoliday,
    Student,
    month_of,
)
from vacancies.models.shifts import Shift, ShiftSeat, SwapOffer
from vacancies.models.vacancies import SavedVacancy, Vacancy, VacancyExposure, VacancyIndexed
from vacancies.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "Action",
    "ActionTask",
    "Application",
    "ApplicationNote",
    "HourEntry",
    "ParentalConsent",
    "Placement",
    "PlacementSpot",
    "SavedVacancy",
    "School",
    "SchoolClass",
    "SchoolContact",
    "SchoolHoliday",
    "Shift",
    "ShiftSeat",
    "Student",
    "SwapOffer",
    "TaskSeat",
    "Vacancy",
    "VacancyExposure",
    "VacancyIndexed",
    "Webhook",
    "WebhookDelivery",
    "month_of",
]
