"""Keeping two people apart."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from people.models import Resident, User, Volunteer
from safeguarding.events import BlockChanged
from safeguarding.models import Block

LONGEST_NOTE = 200


@transaction.atomic
def block(volunteer: Volunteer, resident: Resident, *, by: User | None, note: str = "") -> Block:
    """Keep two people apart from now on; repeating it changes nothing. What runs between them ends.

    ``note`` is for who sets it, to know later whom it was about.

    Raises:
        InvalidInput: the note is too long or holds a citizen service number (field ``note``).
        Forbidden: ``by`` is neither of them, nor acts for the resident, nor coordinates their centre.
    """
    require(by, "safeguarding.block", Block(volunteer=volunteer, resident=resident))
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(str(_("This text is too long.")), field="note")
    refuse_bsn(note, field="note")
    running, made = Block.objects.get_or_create(
        volunteer=volunteer, resident=resident, ended_at=None, defaults={"set_by": by, "note": note}
    )
    if made:
        _block_changed(running, by)
    return running


@transaction.atomic
def unblock(running: Block, *, by: User | None) -> Block:
    """Lift a block; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` neither set it nor coordinates the resident's centre.
    """
    require(by, "safeguarding.unblock", running)
    now = clock.now()
    if Block.objects.filter(pk=running.pk, ended_at=None).update(ended_at=now) == 1:
        running.ended_at = now
        _block_changed(running, by)
    return running


def _block_changed(changed: Block, by: User | None) -> None:
    record(BlockChanged(volunteer_id=changed.volunteer_id, resident_id=changed.resident_id), actor=by)
