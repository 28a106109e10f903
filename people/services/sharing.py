"""Looking across the border of a centre: with the resident's consent, for a reason, for a time.

One coordinator, one resident. The resident and their own centre are told and can end it; a look leaves a row
in the read log as any other; nothing can be changed from there.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import digest
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from people.consent import SHARING_VERSION
from people.contact import normalise_email, normalise_phone
from people.enums import SaidYes, SharedFor
from people.errors import ConsentNeeded, NobodyElsewhere
from people.events import RecordShared, SharingEnded
from people.models import Centre, Resident, SharedRecord, User

LONGEST_NOTE = 300


@transaction.atomic
def share_record(
    centre: Centre,
    *,
    reach: str,
    reason: SharedFor,
    note: str,
    said_yes: SaidYes,
    consented: bool,
    by: User,
) -> SharedRecord:
    """Let ``by``, of ``centre``, look at the resident of another centre whom ``reach`` reaches.

    ``reach`` is exactly the phone number or e-mail address that the resident gave; ``consented``: they said
    yes to this text, in the way ``said_yes``. Asking again while it runs gives it a new end.

    Raises:
        InvalidInput: a value is wrong, or nobody elsewhere is reached so; ``field`` names it.
        ConsentNeeded: the resident does not agree.
        Forbidden: ``by`` does not coordinate the centre.
    """
    require(by, "people.ask_share", centre)
    if not consented:
        raise ConsentNeeded(field="consented")
    note = _checked(note)
    resident = _elsewhere(centre, reach)
    now = clock.now()
    SharedRecord.objects.filter(resident=resident, reader=by, ended_at=None).update(ended_at=now, ended_by=by)
    try:
        with transaction.atomic():
            share = SharedRecord.objects.create(
                resident=resident,
                centre=centre,
                reader=by,
                reason=SharedFor(reason),
                note=note,
                said_yes=SaidYes(said_yes),
                consent_version=SHARING_VERSION,
                opened_at=now,
                until=now + timedelta(days=settings.SHARED_RECORD_DAYS),
            )
    except IntegrityError as error:  # asked twice at the very same moment: one of the two stands
        raise InvalidTransition from error
    record(RecordShared(resident_id=resident.pk, centre_id=resident.centre_id, share_id=share.pk), actor=by)
    return share


@transaction.atomic
def end_share(share: SharedRecord, *, by: User | None) -> SharedRecord:
    """Close the record to the reader now.

    Raises:
        InvalidTransition: it has ended already.
        Forbidden: ``by`` is neither the resident's side, nor their centre, nor the reader.
    """
    require(by, "people.end_share", share)
    now = clock.now()
    rows = SharedRecord.objects.filter(pk=share.pk, ended_at=None, until__gt=now)
    if rows.update(ended_at=now, ended_by=by) != 1:
        raise InvalidTransition
    share.ended_at, share.ended_by = now, by
    resident = share.resident
    record(SharingEnded(resident_id=resident.pk, centre_id=resident.centre_id, share_id=share.pk), actor=by)
    return share


def _elsewhere(centre: Centre, reach: str) -> Resident:
    """The resident of another centre with exactly this number or address; of several the latest."""
    if "@" in reach:
        wanted = Q(email_digest=digest(normalise_email(reach, field="reach")))
    else:
        number = normalise_phone(reach, field="reach")
        if not number:
            raise NobodyElsewhere
        wanted = Q(phone_digest=digest(number))
    rows = Resident.objects.filter(wanted, consented_at__isnull=False).exclude(centre=centre)
    found = rows.select_related("centre").order_by("-created_at").first()
    if found is None:
        raise NobodyElsewhere
    return found


def _checked(note: str) -> str:
    note = note.strip()
    if not note:
        raise InvalidInput(str(_("Please write down a few words.")), field="note")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(str(_("This is too long.")), field="note")
    refuse_bsn(note, field="note")
    return note
