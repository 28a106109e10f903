"""Knowing a home more exactly than by its postcode, once there is time to ask the network."""

from uuid import UUID

from django.db import transaction

from people.contact import Address
from people.models import Resident
from places.enums import Precision
from places.services import geocode


def refine_point(resident_id: UUID) -> bool:
    """Ask every configured geocoder for a resident's address and keep the point of the house itself.

    Only the exact point changes, never the cell or the district: volunteers may have been asked by those.
    Nothing changes when no geocoder knows the house, or when the address has changed meanwhile.

    May take seconds and call the network: for the worker, outside a transaction. Returns whether the
    point was kept.
    """
    asked = Resident.objects.filter(pk=resident_id).values_list("address", flat=True).first()
    if not asked:
        return False
    located = geocode(", ".join(Address(**asked).lines))
    if located is None or located.precision != Precision.ADDRESS:
        return False
    return _keep_point(resident_id, asked, [located.point.lat, located.point.lon])


@transaction.atomic
def _keep_point(resident_id: UUID, asked: dict[str, str], point: list[float]) -> bool:
    """Compare and swap. An encrypted address cannot be compared in SQL, so the row is locked for it."""
    resident = Resident.objects.select_for_update().filter(pk=resident_id).first()
    if resident is None or resident.address != asked:
        return False
    resident.point = point
    resident.save(update_fields=["point"])
    return True
