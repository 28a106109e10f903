"""Reads of people that more than one caller needs."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from common import clock
from common.compiled import Compiled
from common.encryption import digest
from people.enums import COORDINATING, INVITED_BY, PROVING_ROLES, STAFF_ROLES, Access, Role, Why
from people.models import (
    AccessLog,
    CalendarLink,
    Centre,
    DeletionRun,
    Invitation,
    Organisation,
    Representative,
    Resident,
    RoleGrant,
    SharedRecord,
    Suspension,
    User,
    Volunteer,
)
from places.cells import centre_of
from places.geo import Point
from places.models import District
from places.queries import district_near

# Codes on paper stand in for a lost phone at signing in, and make nobody staff by themselves.
PROOFS = frozenset({Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN})
_CACHE = "_standing"
UNPROVEN = "_without_second_factor"
"""Mark on a user instance whose session has not shown a second factor (``people.services.second_factor``)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The running role grants of one person, read once: pairs of a role and the centre it holds in.

    ``memberships`` are the organisations of which they are a member; ``managed`` those they also look after.
    """

    grants: frozenset[tuple[Role, UUID | None]] = frozenset()
    memberships: frozenset[UUID] = frozenset()
    managed: frozenset[UUID] = frozenset()

    def roles(self) -> frozenset[Role]:
        """The roles held anywhere."""
        return frozenset(role for role, _centre in self.grants)

    def centres(self, roles: frozenset[Role]) -> frozenset[UUID]:
        """The centres in which one of ``roles`` is held."""
        return frozenset(centre for role, centre in self.grants if role in roles and centre is not None)


NOBODY = Standing()


def may_act(user: Any) -> bool:
    """Whether the person is signed in, active and not suspended. Every guard starts here."""
    return bool(user is not None and user.is_authenticated and user.is_active and user.suspended_at is None)


def standing_of(user: Any) -> Standing:
    """Return the running grants of ``user``; none for who may not act. One query per user instance.

    A request has one user instance, so what is remembered lives as long as the request.
    """
    if not may_act(user):
        return NOBODY
    known: Standing | None = getattr(user, _CACHE, None)
    if known is None:
        running = _GRANTS_WITHOUT_FACTOR if getattr(user, UNPROVEN, False) else _GRANTS
        rows = running.rows(user=user.pk)
        known = Standing(
            frozenset((Role(role), centre) for role, centre, _place, _manages in rows),
            frozenset(place for _role, _centre, place, _manages in rows if place is not None),
            frozenset(place for _role, _centre, place, manages in rows if place is not None and manages),
        )
        setattr(user, _CACHE, known)
    return known


def _running_grants(user: UUID) -> QuerySet[RoleGrant, tuple[Any, ...]]:
    running = RoleGrant.objects.filter(user_id=user, ended_at=None)
    return running.values_list("role", "centre_id", "organisation_id", "manages")


_GRANTS = Compiled(_running_grants, "user")
_GRANTS_WITHOUT_FACTOR = Compiled(lambda user: _running_grants(user).exclude(role__in=PROVING_ROLES), "user")


def forget_standing(user: User) -> None:
    """Read the grants of this instance again at the next question. Services call it after a change."""
    if hasattr(user, _CACHE):
        delattr(user, _CACHE)


def members_of(organisation_id: UUID) -> QuerySet[User]:
    """Return the active contacts of an organisation, each once."""
    held = RoleGrant.objects.filter(
        user=OuterRef("pk"), organisation_id=organisation_id, role=Role.ORGANISATION, ended_at=None
    )
    return User.objects.filter(Exists(held), is_active=True, suspended_at=None)


def without_members(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return those of which no contact is left who can sign in and act."""
    held = RoleGrant.objects.filter(
        organisation_id=OuterRef("pk"),
        role=Role.ORGANISATION,
        ended_at=None,
        user__is_active=True,
        user__suspended_at=None,
    )
    return organisations.exclude(Exists(held))


def roles_of(user: Any) -> frozenset[Role]:
    """Return all roles that ``user`` holds, in any centre."""
    return standing_of(user).roles()


def has_role(user: Any, role: Role, centre_id: UUID | None = None) -> bool:
    """Whether ``user`` holds ``role``; with ``centre_id``, in that centre."""
    if centre_id is None:
        return role in roles_of(user)
    return (role, centre_id) in standing_of(user).grants


def centres_of(user: Any) -> frozenset[UUID]:
    """Return the ids of the centres of whose staff ``user`` is: the scope of what they may see."""
    return standing_of(user).centres(STAFF_ROLES)


def is_staff_of(user: Any, centre_id: UUID | None) -> bool:
    """Whether ``user`` is staff (coordinator, confidential officer, administrator) of the centre."""
    return centre_id in centres_of(user)


def organisations_of(user: Any) -> frozenset[UUID]:
    """Return the ids of the organisations of which ``user`` is a member."""
    return standing_of(user).memberships


def managed_by(user: Any) -> frozenset[UUID]:
    """Return the ids of the organisations whose profile and members ``user`` looks after."""
    return standing_of(user).managed


def staff_of(centre_id: UUID, *roles: Role) -> QuerySet[User]:
    """Return the active staff of a centre, each once; only those with one of ``roles`` when given."""
    held = RoleGrant.objects.filter(
        user=OuterRef("pk"), centre_id=centre_id, ended_at=None, role__in=roles or STAFF_ROLES
    )
    return User.objects.filter(Exists(held), is_active=True, suspended_at=None)


def working_centre(user: Any) -> Centre | None:
    """Return the centre in which ``user`` coordinates or administers; the lowest code of several."""
    own = standing_of(user).centres(COORDINATING)
    return Centre.objects.filter(pk__in=own).order_by("code").first() if own else None


Accounts = Callable[[Any], QuerySet[Any, Any]]
_accounts: list[Accounts] = []


def has_to_do_with(function: Accounts) -> Accounts:
    """Register which accounts ``user`` may have to close though they belong to no centre of theirs.

    Apps above do. It gives dicts of ``account_id`` and ``centre_id``: whose, and for which centre.
    """
    _accounts.append(function)
    return function


def accounts_at_home(user: Any) -> QuerySet[User]:
    """Return the accounts of who belongs to a centre of whose staff ``user`` is: by role, or as a person."""
    return User.objects.filter(_belonging_to(centres_of(user)))


def _belonging_to(own: frozenset[UUID]) -> Q:
    held = RoleGrant.objects.filter(user=OuterRef("pk"), ended_at=None)
    return Q(
        Exists(held.filter(Q(centre_id__in=own) | Q(organisation__centre_id__in=own)))
        | Exists(Volunteer.objects.filter(user=OuterRef("pk"), centre_id__in=own))
        | Exists(Resident.objects.filter(user=OuterRef("pk"), centre_id__in=own))
    )


def not_erased(user_ids: Iterable[UUID]) -> list[UUID]:
    """Return those of them whose account is still somebody's, in the order of the ids.

    Not who was erased, or is about to be; who is closed out for now comes back perhaps, and counts.
    """
    gone = Q(is_active=False, suspended_at=None)
    return list(
        User.objects.filter(pk__in=set(user_ids)).exclude(gone).order_by("pk").values_list("pk", flat=True)
    )


def accounts_in_scope(user: Any) -> QuerySet[User]:
    """Return the accounts that ``user`` may have to close or open.

    Of who belongs to their centre, and, for who coordinates, of whom it has to judge or closed out itself.
    """
    others = (Q(pk__in=tied.values("account_id")) for tied in _ties(user))
    return User.objects.filter(reduce(or_, others, _belonging_to(centres_of(user))))


def tied_centre(user: Any, account: User) -> UUID | None:
    """Return the centre for which ``user`` reaches an account; ``None`` when it is at home with them.

    ``None`` too when they do not reach it.
    """
    if accounts_at_home(user).filter(pk=account.pk).exists():
        return None
    found = (tied.filter(account_id=account.pk).values_list("centre_id", flat=True) for tied in _ties(user))
    return next((centre for rows in found for centre in rows[:1]), None)


def _ties(user: Any) -> list[QuerySet[Any, Any]]:
    """What was told to the centres of ``user`` of others, and whom these have closed out."""
    closed = closed_out_by(standing_of(user).centres(COORDINATING))
    return [
        *(tell(user) for tell in _accounts),
        closed.filter(lifted_at=None).order_by().values("centre_id", account_id=F("user_id")),
    ]


def closed_out_by(centre_ids: Collection[UUID]) -> QuerySet[Suspension]:
    """Return the suspensions by these centres of who belongs to none of them."""
    return Suspension.objects.filter(centre_id__in=centre_ids)


def suspensions_in_scope(user: Any) -> QuerySet[Suspension]:
    """Return the suspensions, running and lifted, of who is at home with ``user``, and by their centres.

    What another centre did stays with that one, whatever was told to the centre of ``user``.
    """
    closed = closed_out_by(standing_of(user).centres(COORDINATING))
    rows = Suspension.objects.filter(Q(user__in=accounts_at_home(user)) | Q(pk__in=closed.values("pk")))
    return rows.select_related("user__volunteer", "by", "lifted_by")


def team_of(*, centre: Centre | None = None, organisation: Organisation | None = None) -> QuerySet[RoleGrant]:
    """Return the running grants of who works at a centre, or belongs to an organisation, by name."""
    running = RoleGrant.objects.filter(ended_at=None).select_related("user", "centre", "organisation__centre")
    if organisation is not None:
        rows = running.filter(organisation=organisation)
    else:
        rows = running.filter(centre=centre, role__in=INVITED_BY)
    return rows.order_by("user__name", "granted_at", "pk")


def with_factor(user_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return which of these accounts have an app with codes or a passkey."""
    return frozenset(
        Authenticator.objects.filter(user__in=list(user_ids), type__in=PROOFS).values_list("user", flat=True)
    )


def invitations_in_scope(user: Any) -> QuerySet[Invitation]:
    """Return the invitations ``user`` looks after: of their centre and its organisations, or of their own."""
    own = standing_of(user).centres(COORDINATING)
    places = (
        Q(centre_id__in=own) | Q(organisation__centre_id__in=own) | Q(organisation_id__in=managed_by(user))
    )
    return Invitation.objects.filter(places).select_related("centre", "organisation", "invited_by")


def old_invitations(moment: datetime) -> QuerySet[Invitation]:
    """Return the invitations that became too old before ``moment``, answered or not."""
    return Invitation.objects.filter(expires_at__lt=moment).order_by("expires_at")


def residents_of(user: Any) -> QuerySet[Resident]:
    """Return the residents ``user`` may act for: themselves and those they represent."""
    if not may_act(user):
        return Resident.objects.none()
    represents = Representative.objects.filter(resident=OuterRef("pk"), user_id=user.pk, ended_at=None)
    return Resident.objects.filter(Q(user_id=user.pk) | Exists(represents))


def residents_in_scope(user: Any) -> QuerySet[Resident]:
    """Return the residents of the centres of whose staff ``user`` is."""
    return Resident.objects.filter(centre_id__in=centres_of(user)).select_related("centre", "district")


def running_shares() -> QuerySet[SharedRecord]:
    """Return what lets someone of another centre look at a resident who still agrees, at this moment."""
    return SharedRecord.objects.filter(
        ended_at=None, until__gt=clock.now(), resident__consented_at__isnull=False
    ).select_related("resident__centre", "centre", "reader")


def residents_shared_with(user: Any) -> QuerySet[Resident]:
    """Return the residents of other centres who let ``user`` look; who asked must still coordinate there."""
    own = standing_of(user).centres(COORDINATING)
    if not own:
        return Resident.objects.none()
    shares = running_shares().filter(resident=OuterRef("pk"), reader_id=user.pk, centre_id__in=own)
    return Resident.objects.filter(Exists(shares)).select_related("centre", "district")


def shares_of(residents: Iterable[Resident]) -> QuerySet[SharedRecord]:
    """Return who may, or might, look at these residents from another centre, the latest first."""
    rows = SharedRecord.objects.filter(resident__in=list(residents))
    return rows.select_related("resident__centre", "centre", "reader")


def shares_in_scope(user: Any) -> QuerySet[SharedRecord]:
    """Return those that concern ``user``: asked by them, of a resident of their centre, or of themselves."""
    mine = Q(reader_id=user.pk) | Q(resident__in=residents_of(user))
    home = Q(resident__centre_id__in=standing_of(user).centres(COORDINATING))
    return SharedRecord.objects.filter(mine | home).select_related("resident__centre", "centre", "reader")


def residents_reached_by(user: Any, *, phone: str = "", email: str = "") -> QuerySet[Resident]:
    """Return the residents in the scope of ``user`` with exactly this phone number (E.164) or address."""
    wanted = Q(pk=None)
    if phone:
        wanted |= Q(phone_digest=digest(phone))
    if email:
        wanted |= Q(email_digest=digest(email))
    return residents_in_scope(user).filter(wanted)


def volunteer_of(user: Any) -> Volunteer | None:
    """Return the volunteer profile of ``user``, in whatever state, or ``None``."""
    if not may_act(user):
        return None
    return Volunteer.objects.select_related("user", "centre", "district").filter(user_id=user.pk).first()


def volunteers_in_scope(user: Any) -> QuerySet[Volunteer]:
    """Return the volunteers of the centres of whose staff ``user`` is."""
    return Volunteer.objects.filter(centre_id__in=centres_of(user)).select_related(
        "user", "centre", "district"
    )


def centre_for(place: District | int | None) -> Centre | None:
    """Return the centre that works in a district, or in the district around a cell, or ``None``.

    Where several centres share a district the one with the lowest code is asked.
    """
    district = district_near(Point(*centre_of(place))) if isinstance(place, int) else place
    if district is None:
        return None
    return Centre.objects.filter(districts=district).order_by("code").first()


@dataclass(frozen=True, slots=True)
class Look:
    """One line of who looked at someone's data: names are those of today, empty when the account is gone."""

    at: datetime
    who: str
    by_staff: bool
    act: Access
    why: Why


def looks_at(people: Collection[Resident | Volunteer | User], most: int = 100) -> list[Look]:
    """Return who read or changed the address and contact data of these people, the latest first."""
    rows = list(AccessLog.objects.filter(subject_id__in=[person.pk for person in people])[:most])
    readers = {row.reader_id for row in rows}
    names = dict(User.objects.filter(pk__in=readers).values_list("pk", "name"))
    return [
        Look(row.at, names.get(row.reader_id, ""), row.why != Why.AGREEMENT, Access(row.act), Why(row.why))
        for row in rows
    ]


def deleted_by_day() -> QuerySet[DeletionRun, tuple[date, str, int]]:
    """Return how many of each kind went on each day, the latest day first."""
    days = DeletionRun.objects.annotate(day=TruncDate("at")).order_by("-day", "purpose")
    return days.values("day", "purpose").annotate(total=Sum("count")).values_list("day", "purpose", "total")


def calendar_owner(token: str) -> User | None:
    """Return whose appointments a secret address opens, as long as they may act here at all."""
    link = CalendarLink.objects.select_related("user").filter(digest=digest(token)).first()
    return link.user if link is not None and may_act(link.user) else None
