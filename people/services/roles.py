"""Giving and ending roles."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.enums import STAFF_ROLES, Role
from people.errors import LastAdministrator
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
    check_place(role, centre, organisation)
    require(by, "people.grant_role", centre)
    return give(user, role, centre=centre, organisation=organisation, by=by)


@transaction.atomic
def end_role(grant: RoleGrant, *, by: User | None) -> RoleGrant:
    """Take a role away; repeating it changes nothing.

    Raises:
        LastAdministrator: nobody would be left who administers the centre or the organisation.
        Forbidden: ``by`` does not administer the centre of the grant, nor gives out this role there.
    """
    require(by, "people.end_role", grant)
    if by is not None and not by.is_superuser:
        _keep_one_administrator(grant)
    take(grant, by=by)
    return grant


def check_place(role: Role, centre: Centre | None, organisation: Organisation | None) -> None:
    """Raise ``InvalidInput`` when the role needs a centre or an organisation that is not given."""
    if role in NEEDS_CENTRE and centre is None:
        raise InvalidInput(str(_("Choose the centre that this role is for.")), field="centre")
    if role == Role.ORGANISATION and organisation is None:
        raise InvalidInput(str(_("Choose the organisation that this role is for.")), field="organisation")


def _keep_one_administrator(grant: RoleGrant) -> None:
    """Raise ``LastAdministrator`` for the only one. The place is locked: two may end each other at once."""
    rows = RoleGrant.objects.filter(ended_at=None, user__is_active=True)
    if grant.organisation_id is not None and grant.manages:
        list(Organisation.objects.select_for_update().filter(pk=grant.organisation_id))
        rows = rows.filter(organisation=grant.organisation_id, manages=True)
    elif grant.role == Role.ADMINISTRATOR and grant.centre_id is not None:
        list(Centre.objects.select_for_update().filter(pk=grant.centre_id))
        rows = rows.filter(centre=grant.centre_id, role=Role.ADMINISTRATOR)
    else:
        return
    if not rows.exclude(user=grant.user_id).exists():
        raise LastAdministrator


def give(
    user: User,
    role: Role,
    *,
    centre: Centre | None = None,
    organisation: Organisation | None = None,
    manages: bool = False,
    by: User | None,
) -> RoleGrant:
    """Give a role that follows from something else (a profile, a claim): the caller has asked the rules.

    ``manages``: of an organisation also its profile and members; who has it keeps it.
    """
    grant, made = RoleGrant.objects.get_or_create(
        user=user,
        role=role,
        centre=centre,
        organisation=organisation,
        ended_at=None,
        defaults={"granted_by": by, "manages": manages},
    )
    raised = manages and not grant.manages
    if raised:
        RoleGrant.objects.filter(pk=grant.pk).update(manages=True)
        grant.manages = True
    if made or raised:
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
    ended = RoleEnded(user_id=grant.user_id, role=grant.role, organisation_id=grant.organisation_id)
    record(ended, actor=by)


def _forget(*users: User | None) -> None:
    """The instances at hand read their grants again; others live no longer than their request."""
    for user in users:
        if user is not None:
            forget_standing(user)
