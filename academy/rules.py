"""Who may record trainings, invite to them and ask for them."""

from typing import Any

import rules

from academy.models import Certificate, Completion, CourseInvitation, Enrolment, Session
from academy.queries import training_centres, writes_articles
from people.enums import COORDINATING, Role
from people.models import Centre, User, Volunteer
from people.queries import roles_of
from people.rules import coordinates, is_self, may_act, owns_volunteer


@rules.predicate
def trains(user: User, volunteer: Volunteer | None) -> bool:
    """A trainer of the volunteer's centre, who has done what it asks of trainers."""
    return volunteer is not None and volunteer.centre_id in training_centres(user)


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
    """A coordinator of any centre, or a trainer who may act as one: lessons are shared by all."""
    return bool(roles_of(user) & COORDINATING or training_centres(user))


@rules.predicate
def coordinates_somewhere(user: Any) -> bool:
    """A coordinator or administrator of any centre."""
    return bool(roles_of(user) & COORDINATING)


@rules.predicate
def keeps_articles(user: Any) -> bool:
    """Staff or trainer of any centre: the knowledge base is shared by all."""
    return writes_articles(user)


@rules.predicate
def trains_at(user: User, at: Centre | Session | None) -> bool:
    """A trainer of the centre, or of the centre of the session."""
    if at is None:
        return False
    return (at.pk if isinstance(at, Centre) else at.centre_id) in training_centres(user)


@rules.predicate
def signs_up(user: User, what: tuple[Session, User] | None) -> bool:
    """Oneself; whoever runs the session may sign up others."""
    if what is None:
        return False
    session, who = what
    return who.pk == user.pk or bool(runs.test(user, session))


@rules.predicate
def gives_up(user: User, seat: Enrolment | None) -> bool:
    """The place is one's own, or one runs the session."""
    return seat is not None and (seat.holder_id == user.pk or bool(runs.test(user, seat.event)))


@rules.predicate
def certifies(user: User, certificate: Certificate | None) -> bool:
    """Coordinates or trains where the holder is a volunteer, or where the meeting was."""
    if certificate is None or certificate.user_id == user.pk:
        return False
    volunteer = Volunteer.objects.filter(user=certificate.user_id).first()
    if volunteer is not None and (coordinates.test(user, volunteer) or trains.test(user, volunteer)):
        return True
    return bool(certificate.session and runs.test(user, certificate.session))


runs = coordinates | trains_at

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

rules.add_perm("academy.learn", may_act & is_self)
rules.add_perm("academy.plan_sessions", may_act & runs)
rules.add_perm("academy.run_session", may_act & runs)
rules.add_perm("academy.enrol", may_act & signs_up)
rules.add_perm("academy.leave", may_act & gives_up)
rules.add_perm("academy.revoke_certificate", may_act & certifies)

# As with lessons: staff and trainers write, a coordinator gives it to everybody.
rules.add_perm("academy.write_articles", may_act & (keeps_articles | rules.is_superuser))
rules.add_perm("academy.publish_articles", may_act & (coordinates_somewhere | rules.is_superuser))
