"""Asking the rules, in services, pages and API alike."""

from typing import Any

import rules

from common.errors import Forbidden, NotFound


def require(user: Any, permission: str, obj: Any = None, *, hide: bool = False) -> None:
    """Raise unless the rules grant ``permission`` on ``obj`` to ``user``.

    ``user`` is ``None`` when the system itself acts (a due event): that is always allowed.
    With ``hide`` a refusal looks like an absent object.

    Raises:
        Forbidden: the rules refuse.
        NotFound: the rules refuse and ``hide`` is set.
    """
    if user is None or rules.has_perm(permission, user, obj):
        return
    raise NotFound() if hide else Forbidden()
