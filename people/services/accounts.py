"""Accounts: own details, suspension."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from people.enums import Access, SuspensionReason
from people.events import SessionEnded, UserReinstated, UserSuspended
from people.models import Suspension, User
from people.queries import tied_centre
from people.services.read_log import note_tied

LONGEST_NAME = 120
LONGEST_NOTE = 500


@transaction.atomic
def update_account(
    user: User, *, by: User | None, name: str | None = None, language: str | None = None
) -> User:
    """Change the name or the language of an account; ``None`` leaves it as it is.

    Raises:
        InvalidInput: the name is empty or too long, or the language is not one of ours.
        Forbidden: it is another's account.
    """
    require(by, "people.change_account", user)
    if name is not None:
        user.name = checked_name(name)
    if language is not None:
        if language not in dict(settings.LANGUAGES):
            raise InvalidInput(str(_("Choose one of the languages.")), field="language")
        user.language = language
    user.save(update_fields=["name", "language"])
    return user


@transaction.atomic
def suspend_user(
    user: User,
    *,
    by: User | None,
    reason: SuspensionReason = SuspensionReason.OTHER,
    note: str = "",
) -> User:
    """Stop an account at once: no sign-in, no open session, no role, no address, no message.

    Raises:
        InvalidTransition: it is suspended or closed already.
        InvalidInput: the note is too long or holds a citizen service number (field ``note``).
        Forbidden: ``by`` is not staff of the person's centre (or, for staff, not its administrator).
    """
    require(by, "people.suspend_user", user)
    note = _checked_note(note)
    now = clock.now()
    rows = User.objects.filter(pk=user.pk, is_active=True, suspended_at=None)
    if rows.update(is_active=False, suspended_at=now) != 1:
        raise InvalidTransition
    user.is_active, user.suspended_at = False, now
    centre_id = tied_centre(by, user) if by is not None else None
    Suspension.objects.create(
        user=user, reason=SuspensionReason(reason), note=note, at=now, by=by, centre_id=centre_id
    )
    if by is not None:
        note_tied(user, centre_id, by=by, act=Access.CLOSED)
    end_sessions(user)
    record(UserSuspended(user_id=user.pk), actor=by)
    return user


@transaction.atomic
def reinstate_user(user: User, *, by: User | None, note: str = "") -> User:
    """Undo a suspension, and say why. The person signs in again.

    Raises:
        InvalidTransition: it is not suspended.
        InvalidInput: a person undoes it without saying why, or the note is not right (field ``note``).
        Forbidden: as ``suspend_user``, or another centre closed it, to which the person belongs.
    """
    require(by, "people.reinstate_user", user)
    centre_id = tied_centre(by, user) if by is not None else None
    note = _checked_note(note)
    if by is not None and not note:
        raise InvalidInput(str(_("Please write down why.")), field="note")
    rows = User.objects.filter(pk=user.pk).exclude(suspended_at=None)
    if rows.update(is_active=True, suspended_at=None) != 1:
        raise InvalidTransition
    user.is_active, user.suspended_at = True, None
    running = Suspension.objects.filter(user=user, lifted_at=None)
    running.update(lifted_at=clock.now(), lifted_by=by, lifted_why=note)
    if by is not None:
        note_tied(user, centre_id, by=by, act=Access.OPENED)
    record(UserReinstated(user_id=user.pk), actor=by)
    return user


def _checked_note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(str(_("This is too long.")), field="note")
    refuse_bsn(note, field="note")
    return note


def end_sessions(user: User) -> None:
    """End every session of ``user``, on every device."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def note_session_ended(user: Any) -> None:
    """Tell that a session of ``user`` has ended, so that its open sockets close."""
    record(SessionEnded(user_id=user.pk), actor=user)


def checked_name(name: str) -> str:
    """Return a person's name without surrounding space. Raises ``InvalidInput`` when empty or too long."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(str(_("Please fill in a name.")), field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(str(_("This name is too long.")), field="name")
    return name
