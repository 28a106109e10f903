"""Who may do what with organisations, vacancies and the answers to them."""

from typing import Any
from uuid import UUID

import rules

from people.enums import OrganisationState
from people.models import Centre, Organisation
from people.queries import managed_by, organisations_of
from people.rules import coordinates, may_act, owns_volunteer
from vacancies.models import Application, ShiftSeat, Vacancy, Webhook

Owned = Organisation | Vacancy | Application | Webhook


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
