"""Residents: registering, changing, moving, claiming, representing."""

from typing import Any, TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import digest
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.consent import VERSION
from people.contact import Address, normalise_email, normalise_phone
from people.enums import AgeBand, ContactPreference, Role
from people.errors import NoCentreHere
from people.events import ResidentChanged, ResidentClaimed, ResidentRegistered
from people.models import Centre, Representative, Resident, RoleGrant, User
from people.queries import centre_for
from people.services import roles
from people.services.accounts import checked_name
from people.services.checks import MASK_FIELDS, check_consent, check_mask
from people.services.consents import note_consent
from people.services.read_log import note_change
from places.postcodes import normalise_postcode
from places.services.locating import locate_postcode

LONGEST_PART = 100


class ResidentDetails(TypedDict, total=False):
    """What is kept of a resident besides name, contact and address. Masks as in ``people.enums``."""

    age_band: AgeBand
    contact_preference: ContactPreference
    needs: int
    languages: int
    dislikes: int
    pets: bool
    smokes: bool
    any_screened_volunteer: bool


class ResidentChanges(ResidentDetails, total=False):
    """What may be changed of a resident; an address changes through ``move_resident``."""

    name: str
    phone: str
    email: str


@transaction.atomic
def register_resident(
    *,
    name: str,
    consented: bool,
    by: User | None,
    phone: str = "",
    email: str = "",
    address: Address | None = None,
    centre: Centre | None = None,
    user: User | None = None,
    represented_by: User | None = None,
    **details: Unpack[ResidentDetails],
) -> Resident:
    """Make a resident record. An e-mail address or a phone number is enough; an account is not needed.

    ``centre`` is the one that works at the address unless given. ``user`` is the resident's own account,
    ``represented_by`` the account of who acts for them; consent to either is part of ``consented``.
    ``by`` is one of those two, or a coordinator of the centre.

    Raises:
        InvalidInput: a value is wrong; ``field`` names it (``InvalidPostcode``, ``UnknownPostcode``,
            ``InvalidPhone``, ``InvalidEmail`` and ``NoCentreHere`` are kinds of it).
        ConsentNeeded: the person does not agree.
        Forbidden: ``by`` may not do this.
    """
    check_consent(consented)
    values = _checked(name=name, phone=phone, email=email, **details) | _place_of(address)
    _check_reachable(values["phone"], values["email"])
    centre = centre or centre_for(values["district"])
    if centre is None:
        raise NoCentreHere
    _require_registering(by, centre, user, represented_by)
    resident = Resident.objects.create(
        centre=centre, user=user, created_by=by, consented_at=clock.now(), consent_version=VERSION, **values
    )
    note_consent(resident, by=by)
    record(ResidentRegistered(resident_id=resident.pk, centre_id=centre.pk), actor=by)
    if user is not None:
        roles.give(user, Role.RESIDENT, centre=centre, by=by)
    if represented_by is not None:
        _represent(resident, represented_by, by)
    return resident


@transaction.atomic
def update_resident(resident: Resident, *, by: User | None, **changes: Unpack[ResidentChanges]) -> Resident:
    """Change the given details; the rest stays.

    Raises:
        InvalidInput: a value is wrong, or no way to reach the resident would be left.
        Forbidden: ``by`` is neither the resident, nor who acts for them, nor a coordinator of the centre;
            or ``by`` acts for them and would change the e-mail address, by which a record is claimed.
    """
    require(by, "people.change_resident", resident)
    values = _checked(**changes)
    if values.get("email", resident.email) != resident.email:
        require(by, "people.change_resident_email", resident)
    _check_reachable(values.get("phone", resident.phone), values.get("email", resident.email))
    return _save(resident, values, by)


@transaction.atomic
def move_resident(resident: Resident, *, address: Address, by: User | None) -> Resident:
    """Give the resident another home. The centre stays the same.

    Raises:
        InvalidPostcode, UnknownPostcode, InvalidInput: the address is wrong.
        Forbidden: as ``update_resident``.
    """
    require(by, "people.change_resident", resident)
    return _save(resident, _place_of(address), by)


@transaction.atomic
def claim_residents(user: User) -> list[Resident]:
    """Link the records that carry a *verified* e-mail address of ``user`` and belong to no account yet.

    Never that of someone for whom ``user`` acts or has acted: they may have filled in their own address.
    Safe to call at every sign-in. Returns the records linked now.
    """
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    digests = [digest(address) for address in verified]
    if not digests or not user.is_active:
        return []
    free = Resident.objects.select_related("centre").filter(email_digest__in=digests, user=None)
    free = free.exclude(pk__in=Representative.objects.filter(user=user).values("resident"))
    return [resident for resident in free.order_by("pk") if _claim(resident, user)]


@transaction.atomic
def represent(resident: Resident, user: User, *, by: User | None) -> Representative:
    """Let ``user`` act for the resident, who has agreed; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` is neither the resident nor a coordinator of the centre.
    """
    require(by, "people.appoint_representative", resident)
    return _represent(resident, user, by)


@transaction.atomic
def stop_representing(representation: Representative, *, by: User | None) -> Representative:
    """End it: the resident, the representative and a coordinator may; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` is none of them.
    """
    resident, user = representation.resident, representation.user
    require(by, "people.change_resident", resident)
    now = clock.now()
    if Representative.objects.filter(pk=representation.pk, ended_at=None).update(ended_at=now) != 1:
        return representation
    representation.ended_at = now
    if not Representative.objects.filter(
        user=user, ended_at=None, resident__centre=resident.centre_id
    ).exists():
        running = RoleGrant.objects.filter(user=user, role=Role.REPRESENTATIVE, ended_at=None)
        for grant in running.filter(centre=resident.centre_id):
            grant.user = user
            roles.take(grant, by=by)
    record(ResidentChanged(resident_id=resident.pk, centre_id=resident.centre_id), actor=by)
    return representation


def _require_registering(
    by: User | None, centre: Centre, user: User | None, represented_by: User | None
) -> None:
    """The person themselves or who acts for them; else a coordinator of the centre."""
    if by is not None and by in (user, represented_by) and user in (by, None):
        require(by, "people.register_self", by)
    else:
        require(by, "people.register_resident", centre)


def _claim(resident: Resident, user: User) -> bool:
    if Resident.objects.filter(pk=resident.pk, user=None).update(user=user) != 1:
        return False
    resident.user = user
    roles.give(user, Role.RESIDENT, centre=resident.centre, by=user)
    record(ResidentClaimed(resident_id=resident.pk, centre_id=resident.centre_id), actor=user)
    return True


def _represent(resident: Resident, user: User, by: User | None) -> Representative:
    representation, made = Representative.objects.get_or_create(resident=resident, user=user, ended_at=None)
    if made:
        roles.give(user, Role.REPRESENTATIVE, centre=resident.centre, by=by)
        record(ResidentChanged(resident_id=resident.pk, centre_id=resident.centre_id), actor=by)
    return representation


def _save(resident: Resident, values: dict[str, Any], by: User | None) -> Resident:
    for name, value in values.items():
        setattr(resident, name, value)
    resident.save(update_fields=list(values))
    note_change(resident, by=by)
    record(ResidentChanged(resident_id=resident.pk, centre_id=resident.centre_id), actor=by)
    return resident


def _checked(**changes: Unpack[ResidentChanges]) -> dict[str, Any]:
    """Return the column values of the given changes, digests included. Raises ``InvalidInput``."""
    values: dict[str, Any] = dict(changes)
    for name in MASK_FIELDS.keys() & values.keys():
        check_mask(name, values[name])
    if "name" in values:
        values["name"] = checked_name(values["name"])
    if "phone" in values:
        values["phone"] = normalise_phone(values["phone"])
        values["phone_digest"] = _digest(values["phone"])
    if "email" in values:
        values["email"] = normalise_email(values["email"])
        values["email_digest"] = _digest(values["email"])
    return values


def _digest(value: str) -> str:
    return digest(value) if value else ""


def _check_reachable(phone: str, email: str) -> None:
    if not phone and not email:
        raise InvalidInput(
            str(_("Fill in a phone number or an e-mail address, so that we can answer.")), field="phone"
        )


def _place_of(address: Address | None) -> dict[str, Any]:
    """Return the columns that say where a home is: encrypted address and point, cell, district."""
    if address is None:
        return {"address": None, "point": None, "cell": None, "district": None}
    _check_parts(address)
    located = locate_postcode(address.postcode, address.house_number)
    kept = address.as_dict() | {"postcode": normalise_postcode(address.postcode)}
    return {
        "address": {part: text.strip() for part, text in kept.items()},
        "point": [located.point.lat, located.point.lon],
        "cell": located.cell,
        "district": located.district,
    }


def _check_parts(address: Address) -> None:
    for part, text in address.as_dict().items():
        if len(text) > LONGEST_PART:
            raise InvalidInput(str(_("This is too long.")), field=part)
    if not address.house_number.strip():
        raise InvalidInput(str(_("Please fill in the house number.")), field="house_number")
