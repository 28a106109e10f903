"""Agreeing that data are kept and used, and taking that back. Taking it back ends matching at once."""

from django.db import transaction

from common import clock
from common.errors import InvalidTransition
from common.permissions import require
from events.services import record
from people.consent import VERSION
from people.enums import ConsentPurpose
from people.events import (
    ResidentChanged,
    ResidentConsentWithdrawn,
    VolunteerChanged,
    VolunteerConsentWithdrawn,
)
from people.models import Consent, Resident, User, Volunteer


def note_consent(person: Volunteer | Resident, *, by: User | None) -> Consent:
    """Keep that someone has just agreed to the present text; what they agreed to before is thereby over.

    The caller has written it on the person, in the same transaction.
    """
    _end_running(person, by)
    return Consent.objects.create(**_whose(person), version=VERSION, given_at=clock.now(), given_by=by)


@transaction.atomic
def give_consent(person: Volunteer | Resident, *, by: User | None) -> Volunteer | Resident:
    """Agree again after having taken it back: the person can be matched from now on.

    Raises:
        InvalidTransition: they agree already.
        Forbidden: ``by`` is neither the person, nor who acts for them, nor a coordinator of the centre.
    """
    require(by, _permission(person), person)
    _swap(person, given=True)
    note_consent(person, by=by)
    _changed(person, by)
    return person


@transaction.atomic
def withdraw_consent(person: Volunteer | Resident, *, by: User | None) -> Volunteer | Resident:
    """Take consent back. From this moment the person is not matched; what runs is ended by the worker.

    Raises:
        InvalidTransition: there is no consent to take back.
        Forbidden: as ``give_consent``.
    """
    require(by, _permission(person), person)
    _swap(person, given=False)
    _end_running(person, by)
    _changed(person, by)
    if isinstance(person, Volunteer):
        record(VolunteerConsentWithdrawn(volunteer_id=person.pk, centre_id=person.centre_id), actor=by)
    else:
        record(ResidentConsentWithdrawn(resident_id=person.pk, centre_id=person.centre_id), actor=by)
    return person


def _swap(person: Volunteer | Resident, *, given: bool) -> None:
    """Compare and swap on the person, which is what matching looks at."""
    rows = type(person).objects.filter(pk=person.pk, consented_at__isnull=given)
    at, version = (clock.now(), VERSION) if given else (None, "")
    if rows.update(consented_at=at, consent_version=version) != 1:
        raise InvalidTransition
    person.consented_at, person.consent_version = at, version


def _end_running(person: Volunteer | Resident, by: User | None) -> None:
    running = Consent.objects.filter(**_whose(person), withdrawn_at=None)
    running.update(withdrawn_at=clock.now(), withdrawn_by=by)


def _whose(person: Volunteer | Resident) -> dict[str, object]:
    if isinstance(person, Volunteer):
        return {"volunteer": person, "purpose": ConsentPurpose.HELPING}
    return {"resident": person, "purpose": ConsentPurpose.ASKING}


def _permission(person: Volunteer | Resident) -> str:
    return "people.change_volunteer" if isinstance(person, Volunteer) else "people.change_resident"


def _changed(person: Volunteer | Resident, by: User | None) -> None:
    if isinstance(person, Volunteer):
        record(VolunteerChanged(volunteer_id=person.pk, centre_id=person.centre_id), actor=by)
    else:
        record(ResidentChanged(resident_id=person.pk, centre_id=person.centre_id), actor=by)
