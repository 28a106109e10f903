"""The read log: who looked at whose address and phone number, or changed them, and on what occasion."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings

from common import clock
from people.enums import COORDINATING, Access, Why
from people.models import AccessLog, Resident, Suspension, User, Volunteer
from people.queries import standing_of

ONE_LOOK = timedelta(minutes=15)


class Reachable(Protocol):
    """Whoever can be reached by what is kept of them: with an account (``user_id``) or without."""

    @property
    def pk(self) -> UUID:
        """Under which it is noted."""

    @property
    def centre_id(self) -> UUID:
        """The centre that keeps it, or for which it is reached."""

    @property
    def user_id(self) -> UUID | None:
        """The account, to tell whether someone looks at themselves."""


@dataclass(frozen=True, slots=True)
class Tied:
    """An account that staff reach for a centre to which it does not belong: of it there was a report."""

    pk: UUID
    centre_id: UUID

    @property
    def user_id(self) -> UUID:
        """The account itself."""
        return self.pk


def note_read(person: Resident | Volunteer, *, by: User, why: Why = Why.DETAILS) -> bool:
    """Leave one row in the read log: ``by`` is shown address or contact data of ``person``.

    Pages that refresh themselves are one look: nothing is added within ``ONE_LOOK`` of the last row of the
    same reader and person. Two requests at the very same moment may leave two rows, never none.

    Returns whether a row was added.
    """
    return note_reads([person], by=by, why=why) == 1


def note_reads(people: Iterable[Resident | Volunteer | Reachable], *, by: User, why: Why) -> int:
    """The same for a list that shows several people; two queries however many. Returns how many rows."""
    others = [person for person in people if person.user_id != by.pk]
    if not others:
        return 0
    looks = AccessLog.objects.filter(reader_id=by.pk, act=Access.READ, at__gt=clock.now() - ONE_LOOK)
    seen = set(
        looks.filter(subject_id__in=[person.pk for person in others]).values_list("subject_id", flat=True)
    )
    rows = [_row(person, by, Access.READ, why) for person in others if person.pk not in seen]
    if rows:
        AccessLog.objects.bulk_create(rows)
    return len(rows)


def note_change(person: Resident | Volunteer, *, by: User | None) -> None:
    """Leave a row: ``by`` changed what is kept of someone else. The caller holds the transaction."""
    if by is not None and person.user_id != by.pk:
        _row(person, by, Access.CHANGED, Why.DETAILS).save(force_insert=True)


def note_export(person: Resident | Volunteer, *, by: User) -> None:
    """Leave a row: ``by`` took everything that is kept of someone else, at their request."""
    if person.user_id != by.pk:
        _row(person, by, Access.EXPORTED, Why.ASKED).save(force_insert=True)


def note_tied(account: User, centre_id: UUID | None, *, by: User, act: Access = Access.READ) -> None:
    """Leave a row: ``by`` reached an account through a report alone; nothing when ``centre_id`` is ``None``.

    Looking again within ``ONE_LOOK`` leaves none, closing and opening always does.
    """
    if centre_id is None:
        return
    tied = Tied(account.pk, centre_id)
    if act == Access.READ:
        note_reads([tied], by=by, why=Why.SAFETY)
    else:
        _row(tied, by, act, Why.SAFETY).save(force_insert=True)


def note_closed_out(rows: Collection[Suspension], *, by: User) -> None:
    """Leave a row for each whose suspension is shown because a centre of ``by`` closed them out."""
    own = standing_of(by).centres(COORDINATING)
    shown = {row.user_id: Tied(row.user_id, row.centre_id) for row in rows if row.centre_id in own}
    note_reads(shown.values(), by=by, why=Why.SAFETY)


def _row(person: Resident | Volunteer | Reachable, by: User, act: Access, why: Why) -> AccessLog:
    now = clock.now()
    return AccessLog(
        reader_id=by.pk,
        subject_id=person.pk,
        centre_id=person.centre_id,
        act=act,
        why=why,
        at=now,
        kept_until=now + timedelta(days=settings.READ_LOG_KEPT_DAYS),
    )
