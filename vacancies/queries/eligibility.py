"""Whether a volunteer may do what a vacancy asks for, on a day."""

from datetime import date
from enum import StrEnum

from academy.models import Completion
from people.enums import OrganisationState, VolunteerState
from people.models import Volunteer
from safeguarding.enums import Requirement
from safeguarding.queries import valid_requirements
from vacancies.enums import VacancyState
from vacancies.models import Vacancy

OPEN_FOR_SHIFTS = frozenset({VacancyState.PUBLISHED, VacancyState.FILLED})


class Lack(StrEnum):
    """What stands in the way."""

    CLOSED = "closed"
    LEFT = "left"
    AGE = "age"
    SCREENING = "screening"
    TRAINING = "training"


def takes_shifts(vacancy: Vacancy) -> bool:
    """Whether volunteers can sign up for dates: published or filled, of an organisation that takes part."""
    approved = vacancy.organisation.state == OrganisationState.APPROVED
    return approved and vacancy.state in OPEN_FOR_SHIFTS


def lack_of(vacancy: Vacancy, volunteer: Volunteer, on: date) -> Lack | None:
    """Return what keeps the volunteer from helping at the vacancy on a day, or ``None``."""
    if not takes_shifts(vacancy):
        return Lack.CLOSED
    if volunteer.state == VolunteerState.LEFT or volunteer.user.suspended_at is not None:
        return Lack.LEFT
    if (vacancy.minimum_age or 0) >= 18 and not volunteer.adult:
        return Lack.AGE
    if missing_steps(vacancy, volunteer, on):
        return Lack.SCREENING
    if missing_courses(vacancy, volunteer, on):
        return Lack.TRAINING
    return None


def missing_steps(vacancy: Vacancy, volunteer: Volunteer, on: date) -> list[Requirement]:
    """Return the steps of the screening that the vacancy asks for and that do not hold on a day."""
    if not vacancy.screening:
        return []
    return Requirement.from_mask(vacancy.screening & ~valid_requirements(volunteer, on))


def missing_courses(vacancy: Vacancy, volunteer: Volunteer, on: date) -> list[str]:
    """Return the titles of the trainings that the vacancy asks for and that do not hold on a day."""
    asked = {course.pk: course for course in vacancy.required_courses.filter(retired_at=None)}
    if not asked:
        return []
    done = Completion.objects.filter(volunteer=volunteer, course__in=asked, revoked_at=None)
    held = {completion.course_id for completion in done if completion.holds_on(on)}
    return [course.title for pk, course in asked.items() if pk not in held]
