"""Erasing everything of a person: asked for, done by the worker, written down, done again after a restore."""

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from common import clock
from common.permissions import require
from events.services import record
from people import rights
from people.enums import STAFF_ROLES, ErasureReason, VolunteerState
from people.errors import StillStaff
from people.events import ErasureAsked
from people.models import Centre, Erasure, Representative, Resident, RoleGrant, User, Volunteer
from people.rights import Subject
from people.services.accounts import end_sessions
from people.services.consents import withdraw_consent

# What an account is called once it is nobody's.
ERASED = "@erased.invalid"


def subject_of(user: User) -> Subject:
    """Everything that is one person: the account, the volunteer and the residents that belong to it."""
    volunteer = Volunteer.objects.select_related("centre", "district", "user").filter(user=user).first()
    residents = Resident.objects.select_related("centre", "district").filter(user=user).order_by("created_at")
    return Subject(user, volunteer, tuple(residents))


def person_of(part: Volunteer | Resident) -> Subject:
    """The person to whom a part belongs, where it is all there is of them; else the part alone."""
    own = Subject(volunteer=part) if isinstance(part, Volunteer) else Subject(residents=(part,))
    if part.user is None:
        return own
    whole = subject_of(part.user)
    alone = len(whole.ids) == 2 and not _represents(part.user) and not _works(part.user)
    return whole if alone else own


@transaction.atomic
def erase_self(user: User) -> Erasure:
    """Erase all that is kept of ``user``, at their own wish. They are signed out everywhere at once.

    Raises:
        StillStaff: they hold a role at a centre; that has to end first.
        Forbidden: the account may not act.
    """
    require(user, "people.change_account", user)
    return _ask(subject_of(user), ErasureReason.OWN, user)


@transaction.atomic
def erase_for(part: Volunteer | Resident, *, reason: ErasureReason, by: User) -> Erasure:
    """Erase a volunteer or a resident on their behalf, with the account if that was all there is of them.

    Raises:
        StillStaff: as ``erase_self``.
        Forbidden: ``by`` does not coordinate the centre, or is the person.
    """
    require(by, "people.erase", part)
    return _ask(person_of(part), reason, by)


def carry_out(event: ErasureAsked) -> None:
    """End what runs, erase, and write it down; once. For the worker."""
    erasure = Erasure.objects.select_for_update().get(pk=event.erasure_id)
    if erasure.done_at is None:
        _erase(_subject(event), erasure)


@transaction.atomic
def erase_by_term(subject: Subject) -> int:
    """Erase someone whose term of keeping is over; return 1."""
    _erase(subject, _erasure(subject, ErasureReason.TERM))
    return 1


def left_volunteers(moment: datetime) -> QuerySet[Volunteer]:
    """Those who stopped before ``moment`` and are still known."""
    left = Volunteer.objects.filter(state=VolunteerState.LEFT, left_at__lt=moment).exclude(postcode="")
    return left.select_related("centre", "user").order_by("left_at")


def idle_accounts(moment: datetime) -> QuerySet[User]:
    """Accounts without any part or role, of who was not here since ``moment``."""
    absent = User.objects.annotate(last_here=Coalesce("last_login", "created_at")).filter(
        last_here__lt=moment, is_superuser=False
    )
    return absent.exclude(
        Q(email__endswith=ERASED)
        | Exists(Volunteer.objects.filter(user=OuterRef("pk")).exclude(postcode=""))
        | Exists(Resident.objects.filter(user=OuterRef("pk")))
        | Exists(RoleGrant.objects.filter(user=OuterRef("pk"), ended_at=None))
        | Exists(Representative.objects.filter(user=OuterRef("pk"), ended_at=None))
    ).order_by("last_here")


def replay_erasures() -> int:
    """Erase again whoever was erased before a backup was put back; return how many people.

    Who was erased stands in the file ``ERASURE_LOG``, which is no part of the database or its backups.
    """
    lines = list(_written_down())
    digests = {digest for line in lines for digest in line["digests"]}
    found = list(_came_back(digests))
    for subject in found:
        with transaction.atomic():
            rights.end_what_runs(subject)
            rights.erase(subject)
    for line in lines:
        values = {name: line[name] for name in ("reason", "digests", "done_at", "counts")}
        Erasure.objects.get_or_create(pk=UUID(line["id"]), defaults={**values, "asked_at": line["done_at"]})
    return len(found)


def _ask(subject: Subject, reason: ErasureReason, by: User) -> Erasure:
    if subject.user is not None and _works(subject.user):
        raise StillStaff
    for part in (subject.volunteer, *subject.residents):
        if part is not None and part.consented_at is not None:
            withdraw_consent(part, by=None)
    erasure = _erasure(subject, reason)
    if subject.user is not None:
        User.objects.filter(pk=subject.user.pk).update(is_active=False)
        end_sessions(subject.user)
    resident = subject.residents[0] if subject.residents else None
    asked = ErasureAsked(
        erasure_id=erasure.pk,
        user_id=subject.user.pk if subject.user else None,
        volunteer_id=subject.volunteer.pk if subject.volunteer else None,
        resident_id=resident.pk if resident else None,
    )
    record(asked, actor=by, key=f"people.erasure:{erasure.pk}")
    return erasure


def _subject(event: ErasureAsked) -> Subject:
    if event.user_id is not None:
        return subject_of(User.objects.get(pk=event.user_id))
    if event.volunteer_id is not None:
        return Subject(volunteer=Volunteer.objects.get(pk=event.volunteer_id))
    return Subject(residents=tuple(Resident.objects.filter(pk__in=[event.resident_id])))


def _erasure(subject: Subject, reason: ErasureReason) -> Erasure:
    parts = [part for part in (subject.volunteer, *subject.residents) if part is not None]
    centre: Centre | None = parts[0].centre if parts else None
    return Erasure.objects.create(centre=centre, reason=reason, digests=[_digest(pk) for pk in subject.ids])


def _erase(subject: Subject, erasure: Erasure) -> None:
    rights.end_what_runs(subject)
    erasure.counts = rights.erase(subject)
    erasure.done_at = clock.now()
    erasure.save(update_fields=["counts", "done_at"])
    # Before commit: an erasure that is written down and did not happen is done again by the worker.
    _write_down(erasure)


def _write_down(erasure: Erasure) -> None:
    line = {
        "id": str(erasure.pk),
        "reason": erasure.reason,
        "digests": erasure.digests,
        "done_at": clock.now().isoformat(),
        "counts": erasure.counts,
    }
    settings.ERASURE_LOG.parent.mkdir(parents=True, exist_ok=True)
    log = os.open(settings.ERASURE_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(log, json.dumps(line).encode() + b"\n")
        os.fsync(log)
    finally:
        os.close(log)


def _written_down() -> Iterator[dict[str, Any]]:
    if settings.ERASURE_LOG.exists():
        for line in settings.ERASURE_LOG.read_text().splitlines():
            yield json.loads(line)


def _came_back(digests: set[str]) -> Iterator[Subject]:
    """Those who were erased and are known again: whole people first, then parts of them."""
    seen: set[UUID] = set()
    for user in User.objects.exclude(email__endswith=ERASED).iterator():
        if _digest(user.pk) in digests:
            whole = subject_of(user)
            seen.update(whole.ids)
            yield whole
    for volunteer in Volunteer.objects.exclude(postcode="").select_related("user").iterator():
        if volunteer.pk not in seen and _digest(volunteer.pk) in digests:
            yield Subject(volunteer=volunteer)
    for resident in Resident.objects.exclude(name="").iterator():
        if resident.pk not in seen and _digest(resident.pk) in digests:
            yield Subject(residents=(resident,))


def _digest(pk: UUID) -> str:
    """A digest of an id: 74 of its bits are random, so it cannot be found by trying."""
    return hashlib.sha256(pk.bytes).hexdigest()


def _works(user: User) -> bool:
    return RoleGrant.objects.filter(user=user, role__in=STAFF_ROLES, ended_at=None).exists()


def _represents(user: User) -> bool:
    return Representative.objects.filter(user=user, ended_at=None).exists()
