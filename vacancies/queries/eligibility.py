"""Whether volunteers may do what a vacancy asks for, on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from academy.enums import TrainedRole
from academy.models import Completion, Course, RoleRequirement
from academy.queries import asked_of_role
from common import clock
from people.enums import OrganisationState, VolunteerState
from people.models import Volunteer
from people.queries import volunteer_of
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement
from vacancies.enums import VacancyState
from vacancies.models import Vacancy

OPEN_FOR_SHIFTS = frozenset({VacancyState.PUBLISHED, VacancyState.FILLED})


class Lack(StrEnum):
    """What stands in the way."""

    CLOSED = "closed"
    LEFT = "left"
    BLOCKED = "blocked"
    AGE = "age"
    SCREENING = "screening"
    TRAINING = "training"


@dataclass(frozen=True)
class Fitness:
    """One volunteer beside one vacancy: read once, asked about any day."""

    vacancy: Vacancy
    volunteer: Volunteer
    steps: Mapping[Requirement, date | None]
    courses: tuple[Course, ...]
    done: tuple[Completion, ...]
    blocked: bool = False

    def missing_steps(self, on: date) -> list[Requirement]:
        """The steps of the screening that are asked for and do not hold on a day."""
        return [step for step in Requirement.from_mask(self.vacancy.screening) if not self._holds(step, on)]

    def missing_courses(self, on: date) -> list[str]:
        """The titles of the trainings that are asked for and do not hold on a day."""
        held = {completion.course_id for completion in self.done if completion.holds_on(on)}
        return [course.title for course in self.courses if course.pk not in held]

    def lack(self, on: date) -> Lack | None:
        """What keeps the volunteer from taking a place on a day, or ``None``."""
        return self.own_lack(on) if takes_shifts(self.vacancy) else Lack.CLOSED

    def holder_lack(self, on: date) -> Lack | None:
        """What keeps who has a place already from coming on a day, or ``None``.

        That the vacancy has expired, is paused or is with the centre for new words ends no place.
        """
        approved = self.vacancy.organisation.state == OrganisationState.APPROVED
        return self.own_lack(on) if approved else Lack.CLOSED

    def own_lack(self, on: date) -> Lack | None:
        """What the volunteer lacks on a day, however the vacancy stands, or ``None``."""
        if self.volunteer.state == VolunteerState.LEFT or self.volunteer.user.suspended_at is not None:
            return Lack.LEFT
        if self.blocked:
            return Lack.BLOCKED
        if (self.vacancy.minimum_age or 0) >= 18 and not self.volunteer.adult:
            return Lack.AGE
        if self.missing_steps(on):
            return Lack.SCREENING
        return Lack.TRAINING if self.missing_courses(on) else None

    def _holds(self, step: Requirement, on: date) -> bool:
        if step not in self.steps:
            return False
        last = self.steps[step]
        return last is None or on <= last


def takes_shifts(vacancy: Vacancy) -> bool:
    """Whether volunteers can sign up for dates: published or filled, of an organisation that takes part."""
    approved = vacancy.organisation.state == OrganisationState.APPROVED
    return approved and vacancy.state in OPEN_FOR_SHIFTS


def courses_asked(vacancy: Vacancy) -> QuerySet[Course]:
    """Return the living courses that a vacancy asks, and those that its centre asks of who helps out."""
    own = Vacancy.required_courses.through.objects.filter(vacancy=vacancy).values("course_id")
    role = RoleRequirement.objects.filter(centre_id=vacancy.centre_id, role=TrainedRole.HELPER)
    asked = Q(pk__in=own) | Q(pk__in=role.values("course_id"))
    return Course.objects.filter(asked, retired_at=None).order_by("title_nl", "pk")


def fitness_of(vacancy: Vacancy, volunteers: Iterable[Volunteer]) -> dict[UUID, Fitness]:
    """Return how each volunteer stands beside a vacancy; at most three queries, however many."""
    listed = list(volunteers)
    ids = [volunteer.pk for volunteer in listed]
    steps = safeguarding.valid_until_days(ids) if vacancy.screening and ids else {}
    # Who is blocked holds no step; where none is asked it has to be looked at apart.
    blocked = safeguarding.barred_volunteers(ids) if ids and not vacancy.screening else frozenset()
    courses = tuple(courses_asked(vacancy)) if ids else ()
    done: dict[UUID, list[Completion]] = {}
    if courses:
        rows = Completion.objects.filter(volunteer__in=ids, course__in=courses, revoked_at=None)
        for completion in rows:
            done.setdefault(completion.volunteer_id, []).append(completion)
    return {
        volunteer.pk: Fitness(
            vacancy,
            volunteer,
            steps.get(volunteer.pk, {}),
            courses,
            tuple(done.get(volunteer.pk, ())),
            volunteer.pk in blocked,
        )
        for volunteer in listed
    }


def fitness_at(volunteer: Volunteer, vacancies: Iterable[Vacancy]) -> dict[UUID, Fitness]:
    """Return how one volunteer stands beside each vacancy; at most five queries, however many."""
    listed = {vacancy.pk: vacancy for vacancy in vacancies}
    ids = [volunteer.pk]
    asks = any(vacancy.screening for vacancy in listed.values())
    steps = safeguarding.valid_until_days(ids).get(volunteer.pk, {}) if asks else {}
    # As in fitness_of: who is blocked holds no step.
    blocked = safeguarding.barred_volunteers(ids) if listed else frozenset()
    courses: dict[UUID, list[Course]] = {}
    wanted = Vacancy.required_courses.through.objects.filter(
        vacancy__in=listed, course__retired_at=None
    ).select_related("course")
    for row in wanted if listed else ():
        courses.setdefault(row.vacancy_id, []).append(row.course)
    of_helpers = asked_of_role(TrainedRole.HELPER, {each.centre_id for each in listed.values()})
    for pk, vacancy in listed.items():
        courses[pk] = [*courses.get(pk, ()), *of_helpers.get(vacancy.centre_id, ())]
    asked = {course.pk for each in courses.values() for course in each}
    rows = Completion.objects.filter(volunteer=volunteer, course__in=asked, revoked_at=None)
    done = tuple(rows) if asked else ()
    return {
        pk: Fitness(
            vacancy,
            volunteer,
            steps,
            tuple(courses.get(pk, ())),
            done,
            not vacancy.screening and volunteer.pk in blocked,
        )
        for pk, vacancy in listed.items()
    }


def is_barred(user: Any) -> bool:
    """Whether two people have blocked this person from helping."""
    volunteer = volunteer_of(user)
    return volunteer is not None and bool(safeguarding.barred_volunteers([volunteer.pk]))


def may_place(user: Any, vacancy: Vacancy) -> bool:
    """Whether a student may do a placement at a vacancy today, whose steps and trainings hold for them too.

    Most students are no volunteers and hold none: they go where nothing is asked. What a centre asks of the
    role of a helper it does not ask of students.
    """
    volunteer = volunteer_of(user)
    own = vacancy.required_courses.filter(retired_at=None)
    if volunteer is None:
        return not vacancy.screening and not own.exists()
    fitness = replace(fitness_of(vacancy, [volunteer])[volunteer.pk], courses=tuple(own))
    today = clock.today()
    return not (fitness.blocked or fitness.missing_steps(today) or fitness.missing_courses(today))


def lack_of(vacancy: Vacancy, volunteer: Volunteer, on: date) -> Lack | None:
    """Return what keeps the volunteer from helping at the vacancy on a day, or ``None``."""
    return fitness_of(vacancy, [volunteer])[volunteer.pk].lack(on)
