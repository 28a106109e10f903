"""Who may do what with organisations, vacancies and the answers to them."""

from typing import Any
from uuid import UUID

import rules

from common import clock
from people.enums import OrganisationState
from people.models import Centre, Organisation
from people.queries import managed_by, organisations_of
from people.rules import coordinates, may_act, owns_volunteer
from vacancies.models import (
    Action,
    Application,
    Placement,
    School,
    SchoolContact,
    ShiftSeat,
    Student,
    TaskSeat,
    Vacancy,
    Webhook,
)
from vacancies.working_times import OWN_WORD, age_on

Owned = Organisation | Vacancy | Application | Webhook | Action


def _organisation_id(owned: Owned) -> UUID | None:
    return owned.pk if isinstance(owned, Organisation) else owned.organisation_id


@rules.predicate
def is_member(user: Any, owned: Owned | None) -> bool:
    """A contact of the organisation that this is, or belongs to."""
    return owned is not None and _organisation_id(owned) in organisations_of(user)


@rules.predicate
def manages(user: Any, owned: Owned | None) -> bool:
    """A contact who looks after the organisation itself."""
    return owned is not None and _organisation_id(owned) in managed_by(user)


@rules.predicate
def takes_part(user: Any, owned: Owned | None) -> bool:
    """The organisation was approved, and is not suspended."""
    if owned is None:
        return False
    organisation = owned if isinstance(owned, Organisation) else owned.organisation
    return organisation is not None and organisation.state == OrganisationState.APPROVED


@rules.predicate
def is_desk(user: Any, owned: Owned | Centre | None) -> bool:
    """Coordinator or administrator of the centre."""
    return owned is not None and bool(coordinates.test(user, owned))


@rules.predicate
def is_applicant(user: Any, application: Application | None) -> bool:
    """The person who answered."""
    return application is not None and application.user_id == user.pk


acts_for = is_member & takes_part

rules.add_perm("vacancies.view_organisation", may_act & (is_member | is_desk))
rules.add_perm("vacancies.edit_organisation", may_act & ((manages & takes_part) | is_desk))
# Nobody lets their own organisation in.
rules.add_perm("vacancies.decide_organisation", may_act & is_desk & ~is_member)

rules.add_perm("vacancies.view_vacancy", may_act & (is_member | is_desk))
rules.add_perm("vacancies.edit_vacancy", may_act & (acts_for | is_desk))
rules.add_perm("vacancies.review_vacancy", may_act & is_desk & ~is_member)

rules.add_perm("vacancies.answer", may_act & ~is_member)
rules.add_perm("vacancies.handle_application", may_act & (acts_for | is_desk))
rules.add_perm("vacancies.withdraw_application", may_act & is_applicant)
rules.add_perm("vacancies.view_application", may_act & (is_applicant | acts_for | is_desk))
rules.add_perm("vacancies.keep_webhooks", may_act & ((manages & takes_part) | is_desk))


@rules.predicate
def holds_seat(user: Any, seat: ShiftSeat | None) -> bool:
    """The place on a shift is the volunteer's own."""
    return seat is not None and seat.holder.user_id == user.pk


@rules.predicate
def keeps_seat(user: Any, seat: ShiftSeat | None) -> bool:
    """Keeps the shift that the place is on."""
    return seat is not None and bool(keeps_shifts.test(user, seat.event.vacancy))


keeps_shifts = acts_for | is_desk

rules.add_perm("vacancies.keep_shifts", may_act & keeps_shifts)
rules.add_perm("vacancies.sign_up", may_act & (owns_volunteer | coordinates))
rules.add_perm("vacancies.swap", may_act & holds_seat)
rules.add_perm("vacancies.change_seat", may_act & (holds_seat | keeps_seat))


@rules.predicate
def is_student(user: Any, student: Student | None) -> bool:
    """The student is the person themselves."""
    return student is not None and student.user_id == user.pk


@rules.predicate
def answers_for_self(user: Any, student: Student | None) -> bool:
    """Old enough to take back oneself what a parent agreed to: the law says from twelve on."""
    return student is not None and age_on(clock.today(), student.born) >= OWN_WORD


@rules.predicate
def teaches_at(user: Any, school: School | None) -> bool:
    """A teacher of the school whom the centre has confirmed."""
    if school is None:
        return False
    return SchoolContact.objects.filter(
        school=school, user_id=user.pk, ended_at=None, confirmed_at__isnull=False
    ).exists()


@rules.predicate
def takes_part_in(user: Any, placement: Placement | None) -> bool:
    """The student of the placement, or who keeps the vacancy that it is at."""
    if placement is None:
        return False
    own = placement.student.user_id == user.pk
    return own or bool(keeps_shifts.test(user, placement.spot.vacancy))


@rules.predicate
def holds_task(user: Any, seat: TaskSeat | None) -> bool:
    """The place at a task is the person's own."""
    return seat is not None and seat.holder_id == user.pk


@rules.predicate
def keeps_task(user: Any, seat: TaskSeat | None) -> bool:
    """Keeps the action that the place is at."""
    return seat is not None and bool(keeps_shifts.test(user, seat.event.action))


rules.add_perm("vacancies.keep_schools", may_act & is_desk)
rules.add_perm("vacancies.follow_school", may_act & (is_desk | teaches_at))
rules.add_perm("vacancies.own_student", may_act & is_student)
rules.add_perm("vacancies.take_word_back", may_act & is_student & answers_for_self)
rules.add_perm("vacancies.stop_placement", may_act & takes_part_in)
rules.add_perm("vacancies.keep_action", may_act & keeps_shifts)
rules.add_perm("vacancies.review_action", may_act & is_desk & ~is_member)
rules.add_perm("vacancies.change_task_seat", may_act & (holds_task | keeps_task))
