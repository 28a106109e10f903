"""Organisations: asking to take part, the centre's decision, the profile, who works for it."""

from collections.abc import Callable
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import digest
from common.errors import InvalidInput
from common.permissions import require
from common.uploads import Picture
from events.services import record
from people.enums import ALL_ORGANISATION_CHECKS, OrganisationState, Role
from people.models import Organisation, OrganisationLogo, User
from people.queries import members_of
from people.services import centre_at_postcode, normalise_email, normalise_phone
from people.services.invitations import invite
from people.services.roles import give
from places.errors import UnknownPostcode
from places.postcodes import normalise_postcode
from places.services import locate_offline
from safeguarding.enums import Requirement
from vacancies.enums import APPROVED
from vacancies.errors import ChecksMissing
from vacancies.events import OrganisationEdited, OrganisationRequested, OrganisationStateChanged
from vacancies.queries.words import index, words_of
from vacancies.services.moving import lock_organisation, swap_organisation

MOST_ORIGINS = 10
LONGEST = {"name": 160, "about": 2000, "screening_policy": 1000, "address": 120}


class Contact(TypedDict):
    """Who asks for an organisation to take part."""

    name: str
    email: str
    phone: str


class Profile(TypedDict, total=False):
    """What an organisation tells of itself. ``screening`` is a mask of ``safeguarding.Requirement``."""

    name: str
    about: str
    website: str
    coc_number: str
    phone: str
    email: str
    address: str
    postcode: str
    not_for_profit: bool
    insured: bool
    screening: int
    screening_policy: str
    embed_origins: list[str]


@transaction.atomic
def request_organisation(*, contact: Contact, by: User | None, **profile: Unpack[Profile]) -> Organisation:
    """Ask the centre that works at the postcode to let an organisation take part; anybody may.

    Whoever asks signed in becomes its first contact once it is approved; others are invited by mail.

    Raises:
        InvalidInput: a value is wrong; ``field`` names it.
        NoCentreHere: no centre works at the postcode.
    """
    centre = centre_at_postcode(profile["postcode"])
    values = _checked({**profile})
    if not values.get("name"):
        raise InvalidInput(_("What is the organisation called?"), field="name")
    email = normalise_email(contact["email"])
    phone = normalise_phone(contact["phone"]) if contact["phone"] else ""
    organisation = Organisation.objects.create(
        centre=centre,
        requested_by=by,
        contact={"name": contact["name"].strip(), "email": email, "phone": phone},
        contact_digest=digest(email),
        **values,
    )
    record(OrganisationRequested(organisation_id=organisation.pk, centre_id=centre.pk), actor=by)
    return organisation


@transaction.atomic
def approve_organisation(
    organisation: Organisation, *, checks: int, note: str = "", by: User
) -> Organisation:
    """Let an organisation take part, or let it do so again.

    Whoever asked for it looks after it from now on; who asked without an account is invited by mail.

    Raises:
        ChecksMissing: not everything on the list has been seen.
        InvalidTransition: it takes part already, or was declined.
        Forbidden: ``by`` does not coordinate the centre, or works for the organisation.
    """
    organisation = lock_organisation(organisation.pk)
    require(by, "vacancies.decide_organisation", organisation)
    if checks & ALL_ORGANISATION_CHECKS != ALL_ORGANISATION_CHECKS:
        raise ChecksMissing
    swap_organisation(organisation, OrganisationState.APPROVED, checks=checks, **_decided(note, by))
    _appoint(organisation, by)
    return _told(organisation, by)


@transaction.atomic
def decline_organisation(organisation: Organisation, *, note: str, by: User) -> Organisation:
    """Say no, with a word of why.

    Raises:
        InvalidInput: there is no word.
        InvalidTransition: it is not waiting.
        Forbidden: as ``approve_organisation``.
    """
    return _decide(organisation, OrganisationState.DECLINED, note, by)


@transaction.atomic
def suspend_organisation(organisation: Organisation, *, note: str, by: User) -> Organisation:
    """Stop an organisation at once: nobody finds its vacancies, its contacts can do nothing.

    Raises:
        InvalidInput: there is no word of why.
        InvalidTransition: it does not take part.
        Forbidden: as ``approve_organisation``.
    """
    return _decide(organisation, OrganisationState.SUSPENDED, note, by)


@transaction.atomic
def edit_organisation(
    organisation: Organisation, *, by: User | None, **profile: Unpack[Profile]
) -> Organisation:
    """Change the given parts of the profile; the rest stays.

    Raises:
        InvalidInput: a value is wrong; ``field`` names it.
        Forbidden: ``by`` does not manage it, nor works at its centre.
    """
    organisation = lock_organisation(organisation.pk)
    require(by, "vacancies.edit_organisation", organisation)
    values = _checked(dict(profile))
    if "name" in values and not values["name"]:
        raise InvalidInput(_("What is the organisation called?"), field="name")
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(values))
    if "name" in values:
        for vacancy in organisation.vacancies.filter(state__in=APPROVED).select_related("district"):
            vacancy.organisation = organisation
            index.write(vacancy, words_of(vacancy))
    record(OrganisationEdited(organisation_id=organisation.pk, centre_id=organisation.centre_id), actor=by)
    return organisation


@transaction.atomic
def set_logo(organisation: Organisation, picture: Picture | None, *, by: User | None) -> Organisation:
    """Show another picture; ``None`` takes it away. Raises ``Forbidden`` as ``edit_organisation``."""
    require(by, "vacancies.edit_organisation", organisation)
    if picture is None:
        OrganisationLogo.objects.filter(organisation=organisation).delete()
    else:
        drawn = {"kind": picture.kind.value, "width": picture.width, "height": picture.height}
        OrganisationLogo.objects.update_or_create(
            organisation=organisation,
            defaults={"image": picture.content, "changed_at": clock.now(), **drawn},
        )
    record(OrganisationEdited(organisation_id=organisation.pk, centre_id=organisation.centre_id), actor=by)
    return organisation


def _appoint(organisation: Organisation, by: User) -> None:
    """Let somebody look after it; an organisation that comes back has its own people."""
    if members_of(organisation.pk).exists():
        return
    if (asker := organisation.requested_by) is not None:
        give(asker, Role.ORGANISATION, organisation=organisation, manages=True, by=by)
    elif organisation.contact is not None:
        email = organisation.contact["email"]
        invite(email, Role.ORGANISATION, organisation=organisation, manages=True, by=by)


def _decide(organisation: Organisation, to: OrganisationState, note: str, by: User) -> Organisation:
    organisation = lock_organisation(organisation.pk)
    require(by, "vacancies.decide_organisation", organisation)
    if not note.strip():
        raise InvalidInput(_("Write a word about why."), field="note")
    swap_organisation(organisation, to, **_decided(note, by))
    return _told(organisation, by)


def _decided(note: str, by: User) -> dict[str, Any]:
    return {"decision_note": note.strip(), "decided_by": by, "decided_at": clock.now()}


def _told(organisation: Organisation, by: User) -> Organisation:
    state = str(organisation.state)
    record(
        OrganisationStateChanged(
            organisation_id=organisation.pk, centre_id=organisation.centre_id, state=state
        ),
        actor=by,
    )
    return organisation


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """Return the column values of the given parts. Raises ``InvalidInput``."""
    for name, longest in LONGEST.items():
        if name in values:
            values[name] = values[name].strip()
            if len(values[name]) > longest:
                raise InvalidInput(_("This is too long."), field=name)
    for name, clean in _CLEANERS.items():
        if values.get(name):
            values[name] = clean(values[name])
    if values.get("postcode"):
        values |= _place_of(values["postcode"])
    if values.get("screening", 0) & ~Requirement.to_mask(Requirement.values):
        raise InvalidInput(_("This is not one of the choices."), field="screening")
    return values


def checked_coc_number(number: str) -> str:
    """Return a Chamber of Commerce number. Raises ``InvalidInput`` unless it has eight digits."""
    number = number.strip()
    if not (len(number) == 8 and number.isascii() and number.isdigit()):
        raise InvalidInput(_("A Chamber of Commerce number has eight digits."), field="coc_number")
    return number


def _place_of(postcode: str) -> dict[str, Any]:
    code = normalise_postcode(postcode)
    located = locate_offline(code)
    if located is None:
        raise UnknownPostcode
    return {"postcode": code, "district": located.district}


def checked_website(address: str) -> str:
    """Return a web address with its scheme. Raises ``InvalidInput`` when it is none."""
    address = address.strip()
    whole = address if "://" in address else f"https://{address}"
    try:
        URLValidator(schemes=["http", "https"])(whole)
    except ValidationError:
        raise InvalidInput(_("This is not a web address."), field="website") from None
    return whole


def checked_origins(origins: list[str]) -> list[str]:
    """Return sites as origins (``https://host``), each once.

    Raises:
        InvalidInput: one is not the https address of a site, or there are too many.
    """
    found = list(dict.fromkeys(_origin(each) for each in origins if each.strip()))
    if len(found) > MOST_ORIGINS:
        raise InvalidInput(_("This is more than we can allow."), field="embed_origins")
    return found


def _origin(text: str) -> str:
    refusal = InvalidInput(
        _("Write each site as https://www.example.nl, one on a line."), field="embed_origins"
    )
    parts = urlsplit(text.strip().lower())
    try:
        URLValidator(schemes=["https"])(f"{parts.scheme}://{parts.netloc}")
    except (ValidationError, ValueError):
        raise refusal from None
    # What stands here goes into a header: a host and perhaps a port, and nothing else.
    if parts.username or parts.path not in ("", "/") or parts.query or not parts.hostname:
        raise refusal
    return f"https://{parts.netloc}"


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "phone": normalise_phone,
    "email": normalise_email,
    "website": checked_website,
    "coc_number": checked_coc_number,
    "embed_origins": checked_origins,
}
