"""Giving and ending roles."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.enums import STAFF_ROLES, Role
from people.events import RoleEnded, RoleGranted
from people.models import Centre, Organisation, RoleGrant, User
from people.queries import forget_standing

NEEDS_CENTRE = STAFF_ROLES | {Role.ANALYST, Role.TRAINER}


@transaction.atomic
def grant_role(
    user: User,
    role: Role,
    *,
    centre: Centre | None = None,
    organisation: Organisation | None = None,
    by: User | None,
) -> RoleGrant:
    """Give ``user`` a role; repeating it changes nothing.

    Raises:
        InvalidInput: the role needs a centre or an organisation that is not given.
        Forbidden: ``by`` does not administer the centre.
    """
    if role in NEEDS_CENTRE and centre is None:
        raise InvalidInput(str(_("Choose the centre that this role is for.")), field="centre")
    if role == Role.ORGANISATION and organisation is None:
        raise InvalidInput(str(_("Choose the organisation that this role is for.")), field="organisation")
    require(by, "people.grant_role", centre)
    return give(user, role, centre=centre, organisation=organisation, by=by)


@transaction.atomic
def end_role(grant: RoleGrant, *, by: User | None) -> RoleGrant:
    """Take a role away; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` does not administer the centre of the grant.
    """
    require(by, "people.grant_role", grant)
    take(grant, by=by)
    return grant


def give(
    user: User,
    role: Role,
    *,
    centre: Centre | None = None,
    organisation: Organisation | None = None,
    by: User | None,
) -> RoleGrant:
    """Give a role that follows from something else (a profile, a claim): the caller has asked the rules."""
    grant, made = RoleGrant.objects.get_or_create(
        user=user,
        role=role,
        centre=centre,
        organisation=organisation,
        ended_at=None,
        defaults={"granted_by": by},
    )
    if made:
        _forget(user, by)
        record(RoleGranted(user_id=user.pk, role=role), actor=by)
    return grant


def take(grant: RoleGrant, *, by: User | None) -> None:
    """End a running grant: the caller has asked the rules."""
    now = clock.now()
    if RoleGrant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=now) != 1:
        return
    grant.ended_at = now
    _forget(grant.user, by)
    record(RoleEnded(user_id=grant.user_id, role=grant.role), actor=by)


def _forget(*users: User | None) -> None:
    """The instances at hand read their grants again; others live no longer than their request."""
    for user in users:
        if user is not None:
            forget_standing(user)
