"""Makes organisations that take part, their contacts, vacancies and answers, by way of the services."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from common import clock
from people.enums import ALL_ORGANISATION_CHECKS, OrganisationState, Role
from people.models import Centre, Organisation, User
from tests.factories.people import (
    POSTCODE,
    CentreFactory,
    CoordinatorFactory,
    OrganisationFactory,
    PostcodeFactory,
    RoleGrantFactory,
)
from vacancies import services
from vacancies.enums import ALL_VACANCY_CHECKS, VacancyCategory, VacancyKind
from vacancies.models import Vacancy

DETAILS: dict[str, Any] = {
    "title": "Gastvrouw of gastheer in het buurthuis",
    "task": "Je ontvangt bezoekers, schenkt koffie en maakt een praatje. Je sluit om vijf uur af.",
    "offer": "Een warm team en een kerstpakket.",
    "category": VacancyCategory.COMPANY,
    "kind": VacancyKind.RECURRING,
    "hours": Decimal(4),
    "dayparts": 0b110,
    "postcode": POSTCODE,
    "address": "Dorpsstraat 1",
    "city": "Nieuwegein",
    "contact_name": "Ria de Boer",
    "contact_email": "ria@buurthuis.example",
    "contact_phone": "030 600 10 10",
}


@dataclass
class Bank:
    """One centre with a coordinator and an organisation with a manager."""

    centre: Centre
    coordinator: User
    organisation: Organisation
    manager: User


def make_bank(**organisation: Any) -> Bank:
    """A town with one organisation that takes part."""
    place = PostcodeFactory()
    centre = organisation.pop("centre", None) or CentreFactory(districts=[place.district])
    found = OrganisationFactory(
        centre=centre,
        **{
            "name": "Buurthuis De Kom",
            "state": OrganisationState.APPROVED,
            "checks": ALL_ORGANISATION_CHECKS,
            "email": "info@buurthuis.example",
            **organisation,
        },
    )
    return Bank(centre, CoordinatorFactory(centre), found, contact_of(found, manages=True))


def bank_of(centre: Centre, coordinator: User, contact: User) -> Bank:
    """An organisation that takes part and that ``contact`` manages, beside what else they have."""
    found = OrganisationFactory(
        centre=centre,
        state=OrganisationState.APPROVED,
        checks=ALL_ORGANISATION_CHECKS,
        name="Buurthuis De Kom",
    )
    held = {"role": Role.ORGANISATION, "centre": None, "organisation": found, "manages": True}
    RoleGrantFactory(user=contact, **held)
    return Bank(centre, coordinator, found, contact)


def contact_of(organisation: Organisation, *, manages: bool = False) -> User:
    """An account that is a contact of the organisation, or one who looks after it."""
    held = {"role": Role.ORGANISATION, "centre": None, "organisation": organisation, "manages": manages}
    return RoleGrantFactory(**held).user


def draft(bank: Bank, **details: Any) -> Vacancy:
    """A draft of the organisation."""
    return services.draft_vacancy(bank.organisation, by=bank.manager, **{**DETAILS, **details})


def published(bank: Bank, **details: Any) -> Vacancy:
    """A vacancy that everybody can find."""
    vacancy = services.submit_vacancy(draft(bank, **details), by=bank.manager)
    return services.publish_vacancy(vacancy, checks=ALL_VACANCY_CHECKS, by=bank.coordinator)


def quick_vacancies(bank: Bank, count: int, **fields: Any) -> list[Vacancy]:
    """Many published vacancies at once, past the services: for what counts or measures."""
    now = clock.now()
    common = {
        "organisation": bank.organisation,
        "centre": bank.centre,
        "state": "published",
        "task": DETAILS["task"],
        "category": "company",
        "hours": Decimal(2),
        "published_at": now,
        "expires_on": clock.today() + timedelta(days=365),
        "lat": 52.0292,
        "lon": 5.0806,
        **fields,
    }
    return Vacancy.objects.bulk_create(
        Vacancy(**{"title": f"Vacature {number}", **common}) for number in range(count)
    )
