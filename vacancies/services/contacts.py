"""Contact persons who are gone: the organisation and its centre are asked to name another."""

from collections.abc import Collection

from django.db import transaction

from events.services import record
from vacancies.enums import VacancyState
from vacancies.events import ContactLost
from vacancies.models import Vacancy


@transaction.atomic
def forget_contact(digests: Collection[str]) -> int:
    """Take a person off every vacancy that names them, and ask for another; return of how many."""
    named = Vacancy.objects.select_for_update().filter(contact_digest__in=digests).order_by("pk")
    rows = list(named.values_list("pk", "organisation_id", "centre_id", "state"))
    erased = {"contact_name": "", "contact_email": "", "contact_phone": "", "contact_digest": ""}
    Vacancy.objects.filter(pk__in=[row[0] for row in rows]).update(**erased)
    for vacancy_id, organisation_id, centre_id, state in rows:
        if state != VacancyState.CLOSED:
            ids = {"organisation_id": organisation_id, "centre_id": centre_id}
            record(ContactLost(vacancy_id=vacancy_id, **ids))
    return len(rows)
