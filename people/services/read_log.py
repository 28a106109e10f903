"""The read log: which member of staff looked at whose address and phone number."""

from datetime import timedelta

from django.db import transaction

from common import clock
from events.models import EventRecord
from events.services import record
from people.events import ResidentRead
from people.models import Resident, User

ONE_LOOK = timedelta(minutes=15)


def note_read(resident: Resident, *, by: User) -> bool:
    """Leave one row in the read log: ``by``, of the staff, is shown the details of ``resident``.

    Pages that refresh themselves are one look: nothing is added within ``ONE_LOOK`` of the last row of the
    same reader and resident. Two requests at the very same moment may leave two rows, never none.

    Returns whether a row was added.
    """
    looks = EventRecord.objects.filter(type=ResidentRead.type, at__gt=clock.now() - ONE_LOOK)
    if looks.filter(actor_id=by.pk, payload__resident_id=str(resident.pk)).exists():
        return False
    with transaction.atomic():
        record(ResidentRead(resident_id=resident.pk, centre_id=resident.centre_id), actor=by)
    return True
