"""Who may record trainings, invite to them and ask for them."""

from typing import Any

import rules

from academy.models import Completion, CourseInvitation
from people.enums import COORDINATING, Role
from people.models import User, Volunteer
from people.queries import has_role, roles_of
from people.rules import coordinates, may_act, owns_volunteer


@rules.predicate
def trains(user: User, volunteer: Volunteer | None) -> bool:
    """A trainer of the volunteer's centre."""
    return volunteer is not None and has_role(user, Role.TRAINER, volunteer.centre_id)


@rules.predicate
def records_volunteer_of(user: User, completion: Completion | None) -> bool:
    """May record trainings of whose completion it is."""
    return completion is not None and bool(records.test(user, completion.volunteer))


@rules.predicate
def is_invited(user: User, invitation: CourseInvitation | None) -> bool:
    """The invitation is the person's own."""
    return invitation is not None and invitation.volunteer.user_id == user.pk


@rules.predicate
def administers_somewhere(user: Any) -> bool:
    """An administrator of any centre: courses are shared by all."""
    return Role.ADMINISTRATOR in roles_of(user)


@rules.predicate
def teaches_somewhere(user: Any) -> bool:
    """A trainer or coordinator of any centre: lessons are shared by all."""
    return bool(roles_of(user) & (COORDINATING | {Role.TRAINER}))


@rules.predicate
def coordinates_somewhere(user: Any) -> bool:
    """A coordinator or administrator of any centre."""
    return bool(roles_of(user) & COORDINATING)


# Nobody certifies themselves.
records = (coordinates | trains) & ~owns_volunteer

rules.add_perm("academy.record_completion", may_act & records)
rules.add_perm("academy.revoke_completion", may_act & records_volunteer_of)
rules.add_perm("academy.invite", may_act & (coordinates | trains))
rules.add_perm("academy.answer_invitation", may_act & is_invited)
rules.add_perm("academy.set_requirements", may_act & coordinates)
rules.add_perm("academy.keep_courses", may_act & (administers_somewhere | rules.is_superuser))

# A trainer writes; a coordinator looks at it and gives it to everybody.
rules.add_perm("academy.write_lessons", may_act & (teaches_somewhere | rules.is_superuser))
rules.add_perm("academy.publish_lessons", may_act & (coordinates_somewhere | rules.is_superuser))
