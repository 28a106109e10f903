"""Makes help that was done and hours that were given, for tests of what lies above them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from common import clock
from help_requests.enums import RequestState
from matching.enums import AssignmentState
from matching.models import Assignment
from people.enums import OrganisationState, Role
from people.models import Organisation, Resident, User, Volunteer
from people.queries import forget_standing
from recognition import services
from recognition.enums import ClaimKind, HoursState, Source
from recognition.models import HourEntry
from tests.factories.matching import Town, open_request
from tests.factories.people import OrganisationFactory, RoleGrantFactory, UserFactory
from vacancies.enums import ApplicationState, VacancyCategory
from vacancies.models import Application, Vacancy


def done_task(town: Town, volunteer: Volunteer | None = None, **fields: Any) -> Assignment:
    """The request of the town was helped with; it records no event."""
    return Assignment.objects.create(
        request=town.request,
        volunteer=volunteer or town.volunteers[0],
        **{"state": AssignmentState.DONE, "starts_at": clock.now(), "ended_at": clock.now(), **fields},
    )


def organisation_with_contact(town: Town) -> tuple[Organisation, User]:
    """An approved organisation of the centre, and who speaks for it."""
    organisation = OrganisationFactory(centre=town.centre, state=OrganisationState.APPROVED)
    contact = UserFactory()
    RoleGrantFactory(user=contact, role=Role.ORGANISATION, centre=None, organisation=organisation)
    forget_standing(contact)
    return organisation, contact


def hours(user: User, town: Town, **fields: Any) -> HourEntry:
    """Two hours of today with the centre, that wait for a signature."""
    values = {"day": clock.today(), "minutes": 120, "state": HoursState.WAITING, **fields}
    if values.get("source", Source.OWN) != Source.OWN:
        values.setdefault("source_id", uuid4())
    return HourEntry.objects.create(user=user, centre=town.centre, **values)


def started_work(user: User, organisation: Organisation, title: str = "Gastvrouw") -> Application:
    """Someone has started through a vacancy of the organisation."""
    vacancy = Vacancy.objects.create(
        organisation=organisation,
        centre=organisation.centre,
        title=title,
        task="Ontvang onze gasten.",
        category=VacancyCategory.COMPANY,
        hours=3,
    )
    return Application.objects.create(
        vacancy=vacancy,
        organisation=organisation,
        centre=organisation.centre,
        user=user,
        state=ApplicationState.STARTED,
        started_at=clock.now(),
    )


def on(day: date, minutes: int = 60) -> dict[str, Any]:
    """A day and a length, as services ask for."""
    return {"day": day, "minutes": minutes}


@dataclass(frozen=True)
class Recognised:
    """What one volunteer entered, asked back, shows, and may be thanked for."""

    entry_id: UUID
    claim_id: UUID
    passport_id: UUID
    token: str
    thankable_id: UUID


def recognised(town: Town, helper: Volunteer, resident: Resident, organisation: Organisation) -> Recognised:
    """Hours and costs that wait for the organisation, a passport, and help that was given."""
    day = {"day": clock.today(), "organisation": organisation}
    entry = services.enter_hours(helper.user, minutes=60, by=helper.user, **day)
    costs = services.ClaimDetails(ClaimKind.COSTS, amount=Decimal("5.00"), **day)
    claim = services.submit_claim(helper.user, costs, by=helper.user)
    passport = services.share_passport(helper.user, services.Shows(), by=helper.user)
    done = open_request(town.centre, resident=resident, state=RequestState.CLOSED)
    thankable = Assignment.objects.create(request=done, volunteer=helper, state=AssignmentState.DONE)
    return Recognised(entry.pk, claim.pk, passport.pk, passport.token, thankable.pk)
