"""Which groups a person hears. The server derives them; a client cannot ask for one."""

from typing import Any
from uuid import UUID

from help_requests import queries as help_requests
from people import queries as people
from people.enums import Role, VolunteerState

OFFICER = frozenset({Role.CONFIDENTIAL_OFFICER})


def person(user_id: UUID | str) -> str:
    """Everything of one account."""
    return f"user:{user_id}"


def desk(centre_id: UUID | str) -> str:
    """The desk of one centre."""
    return f"desk:{centre_id}"


def officers(centre_id: UUID | str) -> str:
    """The confidential officers of one centre, and nobody else of its staff."""
    return f"officers:{centre_id}"


def helpers(centre_id: UUID | str) -> str:
    """The active volunteers of one centre."""
    return f"helpers:{centre_id}"


def request(request_id: UUID | str) -> str:
    """One request, for a resident who sent it without an account."""
    return f"request:{request_id}"


def groups_of(user: Any, session: Any) -> frozenset[str]:
    """Return the groups of a signed-in person, or of a browser session that sent a request.

    Empty for everyone else: they get no socket.
    """
    if people.may_act(user):
        groups = {person(user.pk), *(desk(centre) for centre in help_requests.desk_centres(user))}
        groups.update(officers(centre) for centre in people.standing_of(user).centres(OFFICER))
        volunteer = people.volunteer_of(user)
        if volunteer is not None and volunteer.state == VolunteerState.ACTIVE:
            groups.add(helpers(volunteer.centre_id))
        return frozenset(groups)
    if getattr(user, "is_authenticated", False):
        return frozenset()
    return frozenset(request(sent.pk) for sent in help_requests.sent_in_session(session))
