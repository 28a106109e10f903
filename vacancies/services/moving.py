"""The one way in which vacancies, answers and organisations change state: lock, table, compare and swap."""

from typing import Any
from uuid import UUID

from common import clock
from common.errors import InvalidTransition, NotFound
from people.enums import ORGANISATION_STEPS, OrganisationState
from people.models import Organisation
from vacancies.enums import APPLICATION_STEPS, VACANCY_STEPS, ApplicationState, VacancyState
from vacancies.models import Application, Vacancy


def lock_vacancy(vacancy_id: UUID) -> Vacancy:
    """Return the vacancy, fresh and locked until the transaction ends.

    Every change of a vacancy or of an answer to it takes this lock first.

    Raises:
        NotFound: there is no such vacancy.
    """
    locked = Vacancy.objects.select_related("organisation", "centre").select_for_update(of=("self",))
    try:
        return locked.get(pk=vacancy_id)
    except Vacancy.DoesNotExist:
        raise NotFound from None


def lock_application(application: Application) -> Application:
    """Return the answer, fresh, with its vacancy locked. Raises ``NotFound`` when it is gone."""
    vacancy = lock_vacancy(application.vacancy_id)
    found = Application.objects.select_related("user", "organisation").filter(pk=application.pk).first()
    if found is None:
        raise NotFound
    found.vacancy = vacancy
    return found


def lock_organisation(organisation_id: UUID) -> Organisation:
    """Return the organisation, fresh and locked. Raises ``NotFound`` when there is none."""
    locked = Organisation.objects.select_related("centre").select_for_update(of=("self",))
    found = locked.filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    return found


def swap_vacancy(vacancy: Vacancy, to: VacancyState, **changes: Any) -> None:
    """Change the state if the row still is in the state that ``vacancy`` tells; other fields go with it.

    Raises:
        InvalidTransition: the step is not in the table, or someone was first.
    """
    frm = VacancyState(vacancy.state)
    if to not in VACANCY_STEPS[frm]:
        raise InvalidTransition
    changes = {"state": to, "changed_at": clock.now(), **changes}
    _swap(vacancy, frm, changes)


def swap_application(application: Application, to: ApplicationState, **changes: Any) -> None:
    """The same for an answer. Raises ``InvalidTransition``."""
    frm = ApplicationState(application.state)
    if to not in APPLICATION_STEPS[frm]:
        raise InvalidTransition
    _swap(application, frm, {"state": to, **changes})


def swap_organisation(organisation: Organisation, to: OrganisationState, **changes: Any) -> None:
    """The same for an organisation. Raises ``InvalidTransition``."""
    frm = OrganisationState(organisation.state)
    if to not in ORGANISATION_STEPS[frm]:
        raise InvalidTransition
    _swap(organisation, frm, {"state": to, **changes})


def _swap(row: Vacancy | Application | Organisation, frm: str, changes: dict[str, Any]) -> None:
    if type(row)._default_manager.filter(pk=row.pk, state=frm).update(**changes) != 1:
        raise InvalidTransition
    for name, value in changes.items():
        setattr(row, name, value)
