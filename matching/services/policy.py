"""How a centre asks volunteers, and who may change that. Every change leaves an event with who made it."""

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from matching.events import PolicyChanged
from matching.models import DispatchPolicy
from matching.queries import light_categories
from people.models import Centre, User

# Least and most of what is a number. A wave larger than this asks people in vain.
LIMITS: dict[str, tuple[int, int]] = {
    "wave_size": (1, 10),
    "wave_size_today": (1, 10),
    "minutes_today": (10, 240),
    "minutes_this_week": (30, 48 * 60),
    "minutes_later": (60, 7 * 24 * 60),
    "minutes_listed": (0, 24 * 60),
}
SHORTEST_QUIET, LONGEST_QUIET = timedelta(hours=6), timedelta(hours=16)
_SETTINGS = frozenset(
    {*LIMITS, "quiet_from", "quiet_until", "auto_start_categories", "auto_open_categories", "newcomer_seat"}
)


class PolicyChanges(TypedDict, total=False):
    """What a centre may choose; see the fields of ``DispatchPolicy``."""

    wave_size: int
    wave_size_today: int
    minutes_today: int
    minutes_this_week: int
    minutes_later: int
    minutes_listed: int
    quiet_from: time
    quiet_until: time
    auto_start_categories: int
    auto_open_categories: int
    newcomer_seat: bool


@transaction.atomic
def change_policy(centre: Centre, *, by: User | None, **changes: Unpack[PolicyChanges]) -> DispatchPolicy:
    """Change how a centre asks. What stays the same leaves no trace; repeating it changes nothing.

    Raises:
        Forbidden: not a coordinator of this centre.
        InvalidInput: a value outside the limits; ``field`` names it.
    """
    require(by, "matching.change_policy", centre)
    policy = lock_policy(centre.pk)
    before = {name: getattr(policy, name) for name in _SETTINGS}
    changed = {name: value for name, value in changes.items() if before[name] != value}
    for name, value in changed.items():
        setattr(policy, name, value)
    _check(policy, changed)
    policy.save(update_fields=list(changed))
    for name in sorted(changed):
        was, becomes = (_as_word(values[name]) for values in (before, changed))
        record(PolicyChanged(centre_id=centre.pk, setting=name, before=was, after=becomes), actor=by)
    return policy


def lock_policy(centre_id: UUID) -> DispatchPolicy:
    """The centre's policy, made when there is none, locked until the transaction ends."""
    DispatchPolicy.objects.get_or_create(centre_id=centre_id)
    return DispatchPolicy.objects.select_for_update(of=("self",)).get(centre_id=centre_id)


def _check(policy: DispatchPolicy, changed: Container[str]) -> None:
    """Refuse what cannot be. A VOG that came to be asked since keeps nobody from changing the rest."""
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(policy, name) <= most:
            raise InvalidInput(
                _("Choose a number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=name
            )
    if not policy.minutes_today <= policy.minutes_this_week <= policy.minutes_later:
        raise InvalidInput(
            _("The sooner help is needed, the shorter the time to answer."), field="minutes_this_week"
        )
    if not SHORTEST_QUIET <= _length_of_quiet(policy) <= LONGEST_QUIET:
        raise InvalidInput(
            _("Let the quiet hours last from 6 to 16 hours: everybody has to sleep."), field="quiet_until"
        )
    opened = policy.auto_open_categories if "auto_open_categories" in changed else 0
    if opened & ~light_categories(policy.centre_id):
        raise InvalidInput(
            _("A kind of help for which you ask a VOG is always read by a person first."),
            field="auto_open_categories",
        )


def _length_of_quiet(policy: DispatchPolicy) -> timedelta:
    day = date(2000, 1, 1)
    start, end = (datetime.combine(day, hour) for hour in (policy.quiet_from, policy.quiet_until))
    return end - start if end >= start else end - start + timedelta(days=1)


def _as_word(value: Any) -> str:
    """The value as a key of an event: numbers, "08:00", "True"."""
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
