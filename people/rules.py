"""Who may see and change which people. Shared by pages, API and services."""

from collections.abc import Callable
from typing import Any

import rules

from people import queries
from people.enums import COORDINATING, INVITED_BY, STAFF_ROLES, OrganisationState, Role
from people.models import Centre, Invitation, Organisation, Resident, RoleGrant, SharedRecord, User, Volunteer


@rules.predicate
def may_act(user: Any) -> bool:
    """Signed in, active and not suspended."""
    return queries.may_act(user)


@rules.predicate
def is_self(user: User, other: User | None) -> bool:
    """The account is the person's own."""
    return other is not None and user.pk == other.pk


@rules.predicate
def owns_volunteer(user: User, volunteer: Volunteer | None) -> bool:
    """The volunteer profile is the person's own."""
    return volunteer is not None and volunteer.user_id == user.pk


@rules.predicate
def owns_resident(user: User, resident: Resident | None) -> bool:
    """The resident record is the person's own."""
    return resident is not None and resident.user_id is not None and resident.user_id == user.pk


@rules.predicate
def represents_resident(user: User, resident: Resident | None) -> bool:
    """The person acts for the resident, with the resident's running consent."""
    return resident is not None and resident.representatives.filter(user_id=user.pk, ended_at=None).exists()


@rules.predicate
def works_somewhere(user: User) -> bool:
    """Staff of any centre."""
    return bool(queries.centres_of(user))


@rules.predicate
def works_at_centre_of(user: User, person: Volunteer | Resident | None) -> bool:
    """Staff of the centre of this volunteer or resident."""
    return person is not None and queries.is_staff_of(user, person.centre_id)


def _holding(*roles: Role) -> Callable[[User, Any], bool]:
    """Make a guard: one of ``roles`` in the centre that the object is, or belongs to."""

    def holds(user: User, obj: Any) -> bool:
        if obj is None:
            return False
        centre_id = obj.pk if isinstance(obj, Centre) else obj.centre_id
        return any(queries.has_role(user, role, centre_id) for role in roles) if centre_id else False

    return holds


coordinates = rules.predicate(_holding(*COORDINATING), name="coordinates")
administers = rules.predicate(_holding(Role.ADMINISTRATOR), name="administers")


@rules.predicate
def manages_account(user: User, other: User | None) -> bool:
    """Staff of a centre that the person belongs to; for an account of staff only its administrator."""
    if other is None:
        return False
    held = RoleGrant.objects.filter(user_id=other.pk, ended_at=None).values_list("role", "centre_id")
    if staffed := {centre for role, centre in held if role in STAFF_ROLES}:
        return all(queries.has_role(user, Role.ADMINISTRATOR, centre) for centre in staffed if centre)
    return queries.accounts_in_scope(user).filter(pk=other.pk).exists()


@rules.predicate
def closed_it_or_at_home(user: User, other: User | None) -> bool:
    """The person belongs to their centre, or it was their centre that closed the account."""
    if other is None:
        return False
    closed = queries.closed_out_by(queries.standing_of(user).centres(COORDINATING))
    return (
        queries.accounts_at_home(user).filter(pk=other.pk).exists()
        or closed.filter(user=other, lifted_at=None).exists()
    )


@rules.predicate
def owns_volunteer_or_resident(user: User, person: Volunteer | Resident | None) -> bool:
    """The volunteer or resident is the person themselves."""
    return person is not None and person.user_id == user.pk


@rules.predicate
def looks_after(user: User, organisation: Organisation | None) -> bool:
    """Coordinates the centre of the organisation, or manages the organisation once it is approved."""
    if organisation is None or organisation.state in {
        OrganisationState.DECLINED,
        OrganisationState.SUSPENDED,
    }:
        return False
    approved = organisation.state == OrganisationState.APPROVED
    return coordinates(user, organisation) or (approved and organisation.pk in queries.managed_by(user))


@rules.predicate
def belongs_to_team(user: User, place: Centre | Organisation | None) -> bool:
    """Coordinates the centre, also that of an organisation, or is a member of the organisation."""
    return place is not None and (
        coordinates(user, place)
        or (isinstance(place, Organisation) and place.pk in queries.organisations_of(user))
    )


@rules.predicate
def gives_out(user: User, place: Invitation | RoleGrant | None) -> bool:
    """May ask someone to take this role in this place, and end it there."""
    if place is None:
        return False
    if place.organisation is not None:
        return place.role == Role.ORGANISATION and looks_after(user, place.organisation)
    inviting = INVITED_BY.get(Role(place.role), frozenset())
    return any(queries.has_role(user, role, place.centre_id) for role in inviting if place.centre_id)


@rules.predicate
def looks_from_elsewhere(user: User, resident: Resident | None) -> bool:
    """Coordinator of another centre whom the resident lets look, for a time."""
    return resident is not None and queries.residents_shared_with(user).filter(pk=resident.pk).exists()


@rules.predicate
def asked_share(user: User, share: SharedRecord | None) -> bool:
    """Who asked the resident to look."""
    return share is not None and share.reader_id == user.pk


@rules.predicate
def is_side_of_share(user: User, share: SharedRecord | None) -> bool:
    """The resident, who acts for them, or a coordinator of their own centre."""
    return share is not None and (
        owns_resident(user, share.resident)
        or represents_resident(user, share.resident)
        or coordinates(user, share.resident)
    )


acts_for_resident = owns_resident | represents_resident

rules.add_perm("people.change_account", may_act & is_self)
rules.add_perm("people.suspend_user", may_act & ~is_self & manages_account)
# What another centre closed is not opened by who merely has a report about the person.
rules.add_perm("people.reinstate_user", may_act & ~is_self & manages_account & closed_it_or_at_home)

rules.add_perm("people.register_volunteer", may_act & is_self)
rules.add_perm("people.view_volunteer", may_act & (owns_volunteer | works_at_centre_of))
rules.add_perm("people.change_volunteer", may_act & (owns_volunteer | coordinates))
# Nobody lets themselves in.
rules.add_perm("people.activate_volunteer", may_act & coordinates & ~owns_volunteer)

rules.add_perm("people.register_resident", may_act & coordinates)
rules.add_perm("people.register_self", may_act & is_self)
rules.add_perm(
    "people.view_resident", may_act & (acts_for_resident | works_at_centre_of | looks_from_elsewhere)
)
rules.add_perm("people.change_resident", may_act & (acts_for_resident | coordinates))
# A record is claimed by its e-mail address, so who acts for the resident does not choose it.
rules.add_perm("people.change_resident_email", may_act & (owns_resident | coordinates))
rules.add_perm("people.appoint_representative", may_act & (owns_resident | coordinates))

rules.add_perm("people.ask_share", may_act & coordinates)
rules.add_perm("people.end_share", may_act & (asked_share | is_side_of_share))

# Nobody hides what they did as staff by erasing themselves through the desk.
rules.add_perm("people.erase", may_act & coordinates & ~owns_volunteer_or_resident)

rules.add_perm("people.work_as_staff", may_act & works_somewhere)
# Who keeps the installation appoints the first administrator of a centre.
rules.add_perm("people.grant_role", may_act & (administers | rules.is_superuser))
rules.add_perm("people.invite", may_act & (gives_out | rules.is_superuser))
rules.add_perm("people.end_role", may_act & (gives_out | administers | rules.is_superuser))
rules.add_perm("people.view_team", may_act & belongs_to_team)
