"""Joining, changing, pausing and leaving as a volunteer."""

from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.consent import VERSION
from people.contact import normalise_phone
from people.enums import Language, Role, VolunteerState
from people.errors import AlreadyVolunteer, NoCentreHere
from people.events import VolunteerChanged, VolunteerJoined
from people.models import Centre, RoleGrant, User, Volunteer
from people.queries import centre_for
from people.services import roles
from people.services.checks import MASK_FIELDS, Allowed, check_between, check_consent, check_mask
from people.services.consents import note_consent
from people.services.read_log import note_change
from places.errors import UnknownPostcode
from places.postcodes import normalise_postcode
from places.services.locating import Located, locate_offline

# The fields that say where a volunteer is; they change together.
PLACE_FIELDS = ("postcode", "lat", "lon", "cell", "district")
LONGEST_REACH_KM = 100
LOWEST_REACH_KM = 0.5
MOST_ASKS_A_MONTH = 60
MOST_RUNNING = 20
LONGEST_PAUSE_DAYS = 730


class VolunteerChanges(TypedDict, total=False):
    """What a volunteer may change of their profile. Masks as in ``people.enums``; reach in km."""

    phone: str
    postcode: str
    reach_km: float
    skills: int
    dislikes: int
    dayparts: int
    languages: int
    transport: int
    monthly_ask_cap: int
    running_cap: int
    adult: bool


@transaction.atomic
def register_volunteer(
    user: User,
    *,
    phone: str,
    postcode: str,
    skills: int,
    dayparts: int,
    adult: bool,
    consented: bool,
    by: User | None,
    reach_km: float = 5.0,
    dislikes: int = 0,
    languages: int = 1 << Language.DUTCH.bit,
    transport: int = 0,
    monthly_ask_cap: int = 8,
    running_cap: int = 2,
) -> Volunteer:
    """Sign ``user`` up as a volunteer of the centre that works where their postcode is.

    Whoever left before comes back with what they fill in now. Everyone is at least 16; ``adult``
    says 18 or older.

    Raises:
        AlreadyVolunteer: there is a profile that has not been left.
        InvalidInput: a value is wrong; ``field`` names it.
        NoCentreHere: no centre works at the postcode.
        ConsentNeeded: the person does not agree.
        Forbidden: ``by`` is someone else.
    """
    require(by, "people.register_volunteer", user)
    check_consent(consented)
    values = _checked(
        phone=phone,
        postcode=postcode,
        reach_km=reach_km,
        skills=skills,
        dislikes=dislikes,
        dayparts=dayparts,
        languages=languages,
        transport=transport,
        monthly_ask_cap=monthly_ask_cap,
        running_cap=running_cap,
        adult=adult,
    )
    centre = centre_for(values["district"])
    if centre is None:
        raise NoCentreHere
    values |= {"centre": centre, "consented_at": clock.now(), "consent_version": VERSION}
    volunteer = _joined(user, values)
    note_consent(volunteer, by=by)
    roles.give(user, Role.VOLUNTEER, centre=centre, by=by)
    record(VolunteerJoined(volunteer_id=volunteer.pk, centre_id=centre.pk), actor=by)
    return volunteer


@transaction.atomic
def update_volunteer(
    volunteer: Volunteer, *, by: User | None, **changes: Unpack[VolunteerChanges]
) -> Volunteer:
    """Change the given parts of a profile; the rest stays.

    Raises:
        InvalidInput: a value is wrong; ``field`` names it.
        Forbidden: ``by`` is neither the volunteer nor a coordinator of the centre.
    """
    require(by, "people.change_volunteer", volunteer)
    values = _checked(**changes)
    for name, value in values.items():
        setattr(volunteer, name, value)
    volunteer.save(update_fields=list(values))
    note_change(volunteer, by=by)
    _changed(volunteer, by)
    return volunteer


@transaction.atomic
def pause_volunteer(volunteer: Volunteer, *, until: date, by: User | None) -> Volunteer:
    """Ask nothing of the volunteer up to and including the day ``until``.

    Raises:
        InvalidInput: the day is past, or more than two years ahead.
        Forbidden: ``by`` is neither the volunteer nor a coordinator of the centre.
    """
    require(by, "people.change_volunteer", volunteer)
    days = (until - clock.today()).days
    if days < 0:
        raise InvalidInput(str(_("Choose a day in the future.")), field="until")
    if days > LONGEST_PAUSE_DAYS:
        raise InvalidInput(str(_("Choose a day within two years.")), field="until")
    return _set_pause(volunteer, until, by)


@transaction.atomic
def resume_volunteer(volunteer: Volunteer, *, by: User | None) -> Volunteer:
    """End a pause now. Raises ``Forbidden`` as ``pause_volunteer``."""
    require(by, "people.change_volunteer", volunteer)
    return _set_pause(volunteer, None, by)


@transaction.atomic
def activate_volunteer(volunteer: Volunteer, *, by: User | None) -> Volunteer:
    """Let a volunteer who signed up take part.

    Raises:
        InvalidTransition: the volunteer is active already, or has left.
        Forbidden: ``by`` does not coordinate the centre, or is the volunteer.
    """
    require(by, "people.activate_volunteer", volunteer)
    rows = Volunteer.objects.filter(pk=volunteer.pk, state=VolunteerState.APPLIED)
    if rows.update(state=VolunteerState.ACTIVE) != 1:
        raise InvalidTransition
    volunteer.state = VolunteerState.ACTIVE
    _changed(volunteer, by)
    return volunteer


@transaction.atomic
def leave(volunteer: Volunteer, *, by: User | None) -> Volunteer:
    """Stop as a volunteer: nothing is asked any more; the role ends.

    Raises:
        InvalidTransition: the volunteer has left already.
        Forbidden: ``by`` is neither the volunteer nor a coordinator of the centre.
    """
    require(by, "people.change_volunteer", volunteer)
    now = clock.now()
    rows = Volunteer.objects.filter(pk=volunteer.pk).exclude(state=VolunteerState.LEFT)
    if rows.update(state=VolunteerState.LEFT, left_at=now, paused_until=None) != 1:
        raise InvalidTransition
    volunteer.state, volunteer.left_at, volunteer.paused_until = VolunteerState.LEFT, now, None
    for grant in RoleGrant.objects.filter(user_id=volunteer.user_id, role=Role.VOLUNTEER, ended_at=None):
        grant.user = volunteer.user
        roles.take(grant, by=by)
    _changed(volunteer, by)
    return volunteer


def centre_at_postcode(postcode: str) -> Centre:
    """Return the centre that works at a postcode (the four digits alone are enough), offline.

    Raises:
        InvalidPostcode, UnknownPostcode, NoCentreHere: kinds of ``InvalidInput`` for ``postcode``.
    """
    centre = centre_for(_place_of(postcode)["district"])
    if centre is None:
        raise NoCentreHere
    return centre


def _joined(user: User, values: dict[str, Any]) -> Volunteer:
    """The new row, or the row of who left before, filled in again."""
    fresh = values | {"state": VolunteerState.APPLIED, "left_at": None, "paused_until": None}
    volunteer, made = Volunteer.objects.get_or_create(user=user, defaults=fresh)
    if made:
        return volunteer
    # phone and others are custom fields: update() encrypts as save() does.
    if Volunteer.objects.filter(pk=volunteer.pk, state=VolunteerState.LEFT).update(**fresh) != 1:
        raise AlreadyVolunteer
    volunteer.refresh_from_db()
    return volunteer


def _set_pause(volunteer: Volunteer, until: date | None, by: User | None) -> Volunteer:
    volunteer.paused_until = until
    volunteer.save(update_fields=["paused_until"])
    _changed(volunteer, by)
    return volunteer


def _changed(volunteer: Volunteer, by: User | None) -> None:
    record(VolunteerChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id), actor=by)


def _checked(**changes: Unpack[VolunteerChanges]) -> dict[str, Any]:
    """Return the column values of the given changes. Raises ``InvalidInput``."""
    values: dict[str, Any] = dict(changes)
    for name in MASK_FIELDS.keys() & values.keys():
        check_mask(name, values[name])
    _check_choices(values)
    _check_numbers(values)
    if "phone" in values:
        values["phone"] = normalise_phone(values["phone"])
    if "postcode" in values:
        values |= _place_of(values["postcode"])
    return values


def _check_choices(values: dict[str, Any]) -> None:
    if "skills" in values and not values["skills"] & Allowed.CATEGORIES.value:
        raise InvalidInput(str(_("Choose at least one thing that you like to do.")), field="skills")
    if "dayparts" in values and not values["dayparts"]:
        raise InvalidInput(str(_("Choose at least one moment when you can help.")), field="dayparts")
    if "languages" in values and not values["languages"]:
        raise InvalidInput(str(_("Choose at least one language.")), field="languages")


def _check_numbers(values: dict[str, Any]) -> None:
    limits = {
        "reach_km": (LOWEST_REACH_KM, LONGEST_REACH_KM),
        "monthly_ask_cap": (1, MOST_ASKS_A_MONTH),
        "running_cap": (1, MOST_RUNNING),
    }
    for name, (low, high) in limits.items():
        if name in values:
            check_between(name, values[name], low, high)


def _place_of(postcode: str) -> dict[str, Any]:
    code = normalise_postcode(postcode)
    located: Located | None = locate_offline(code)
    if located is None:
        raise UnknownPostcode
    point = located.point
    found = (code, point.lat, point.lon, located.cell, located.district)
    return dict(zip(PLACE_FIELDS, found, strict=True))
