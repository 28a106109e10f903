"""Sharing a volunteer passport, and taking it back."""

import secrets
from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.encryption import digest
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.models import User
from recognition.enums import FullName
from recognition.errors import TooManyPassports
from recognition.events import PassportRevoked, PassportShared
from recognition.models import Passport
from recognition.queries import full_name_of, passports_of

# 256 random bits, in letters that survive being typed over.
TOKEN_BYTES = 32
MOST_SHARED = 10


@dataclass(frozen=True)
class Shows:
    """What a volunteer chose to show; ``full_name`` is ``None`` for who said nothing about it."""

    full_name: bool | None = None
    shows_roles: bool = True
    shows_hours: bool = True
    shows_trainings: bool = True


@transaction.atomic
def share_passport(user: User, shows: Shows, *, by: User | None) -> Passport:
    """Make an address that shows what the volunteer chose, until it is taken back.

    Raises:
        Forbidden: not the person themselves, or they help nowhere.
        TooManyPassports: they share ten.
        InvalidInput: the whole name of who is younger than sixteen.
    """
    require(by, "recognition.share_passport", user)
    allowed = full_name_of(user)
    if shows.full_name and allowed == FullName.LATER:
        raise InvalidInput(
            _("Until you are sixteen your first name and initial are shown."), field="full_name"
        )
    if shows.full_name is None:
        shows = replace(shows, full_name=allowed == FullName.USUAL)
    chosen = bool(shows.full_name) and allowed == FullName.CHOSEN
    # Two at once wait for each other, so that they cannot pass the number together.
    User.objects.select_for_update().get(pk=user.pk)
    if passports_of(user).count() >= MOST_SHARED:
        raise TooManyPassports
    token = secrets.token_hex(TOKEN_BYTES)
    passport = Passport.objects.create(
        user=user, token=token, token_digest=digest(token), name_chosen=chosen, **asdict(shows)
    )
    record(PassportShared(passport_id=passport.pk, user_id=user.pk), actor=by)
    return passport


@transaction.atomic
def revoke_passport(passport: Passport, *, by: User | None) -> Passport:
    """Let the address show nothing any more; repeating it changes nothing.

    Raises:
        NotFound: not theirs.
    """
    require(by, "recognition.revoke_passport", passport, hide=True)
    if Passport.objects.filter(pk=passport.pk, revoked_at=None).update(revoked_at=clock.now()):
        record(PassportRevoked(passport_id=passport.pk, user_id=passport.user_id), actor=by)
    passport.refresh_from_db()
    return passport
