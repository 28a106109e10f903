"""Keeping vacancies in mind."""

from django.db import transaction

from people.models import User
from vacancies.models import SavedVacancy, Vacancy


@transaction.atomic
def save_vacancy(vacancy: Vacancy, *, by: User) -> SavedVacancy:
    """Keep a vacancy on the person's list; repeating it changes nothing."""
    return SavedVacancy.objects.get_or_create(user=by, vacancy=vacancy)[0]


@transaction.atomic
def forget_vacancy(vacancy: Vacancy, *, by: User) -> None:
    """Take a vacancy off the person's list; repeating it changes nothing."""
    SavedVacancy.objects.filter(user=by, vacancy=vacancy).delete()
