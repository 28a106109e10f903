"""The secret address at which someone's own calendar reads their appointments."""

import secrets

from django.db import transaction

from common import clock
from common.encryption import digest
from common.permissions import require
from events.services import record
from people.events import CalendarLinkEnded, CalendarLinkMade
from people.models import CalendarLink, User

TOKEN_BYTES = 20


@transaction.atomic
def new_calendar_link(user: User, *, by: User | None) -> str:
    """Make an address and return its secret part, which is not kept; a former one ends with it.

    Raises:
        Forbidden: it is another's account.
    """
    require(by, "people.change_account", user)
    token = secrets.token_hex(TOKEN_BYTES)
    CalendarLink.objects.update_or_create(
        user=user, defaults={"digest": digest(token), "made_at": clock.now()}
    )
    record(CalendarLinkMade(user_id=user.pk), actor=by)
    return token


@transaction.atomic
def end_calendar_link(user: User, *, by: User | None) -> bool:
    """End the address; return whether there was one. Raises ``Forbidden`` for another's account."""
    require(by, "people.change_account", user)
    ended = CalendarLink.objects.filter(user=user).delete()[0] > 0
    if ended:
        record(CalendarLinkEnded(user_id=user.pk), actor=by)
    return ended
