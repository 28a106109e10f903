"""Makes vacancies with dates, and volunteers for them, for tests of shifts."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from common import clock
from people.enums import OrganisationState, Role
from people.models import Organisation, User, Volunteer
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    OrganisationFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
)
from vacancies.enums import VacancyCategory, VacancyState
from vacancies.models import Shift, Vacancy


class ShiftTown:
    """A centre, an approved organisation with a contact, a published vacancy, and volunteers on demand."""

    def __init__(self, **vacancy_fields: Any) -> None:
        self.organisation = vacancy_fields.pop("organisation", None) or OrganisationFactory(
            centre=CentreFactory(), name="Buurthuis De Kom", state=OrganisationState.APPROVED
        )
        self.centre = self.organisation.centre
        self.contact: User = UserFactory()
        RoleGrantFactory(
            user=self.contact, role=Role.ORGANISATION, centre=None, organisation=self.organisation
        )
        self.coordinator = CoordinatorFactory(self.centre)
        self.vacancy = Vacancy.objects.create(
            **{
                "organisation": self.organisation,
                "centre": self.centre,
                "state": VacancyState.PUBLISHED,
                "published_at": clock.now(),
                "expires_on": clock.today() + timedelta(days=90),
                "title": "Gastheer of gastvrouw",
                "task": "Koffie schenken en een praatje maken.",
                "category": VacancyCategory.COMPANY,
                "hours": 3,
                "address": "Dorpsstraat 1",
                "city": "Nieuwegein",
                **vacancy_fields,
            }
        )

    @classmethod
    def of(cls, organisation: Organisation) -> "ShiftTown":
        """The same for an organisation that there is already, which then takes part."""
        Organisation.objects.filter(pk=organisation.pk).update(state=OrganisationState.APPROVED)
        organisation.refresh_from_db()
        return cls(organisation=organisation)

    def volunteer(self, **fields: Any) -> Volunteer:
        """One more volunteer of this centre."""
        return VolunteerFactory(centre=self.centre, **fields)

    def shift(self, *, days: int = 7, at: str = "14:00", hours: float = 2, **fields: Any) -> Shift:
        """A date so many days from now. It records no event and sets no timer."""
        starts_at = moment(clock.today() + timedelta(days=days), at)
        values = {"capacity": 2, **fields}
        return Shift.objects.create(
            vacancy=self.vacancy, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **values
        )


def moment(day: date, at: str) -> datetime:
    """A day and a time on the clock in town."""
    return datetime.combine(day, time.fromisoformat(at), timezone.get_default_timezone())
