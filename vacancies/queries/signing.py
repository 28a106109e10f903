"""How many hours wait for a signature at an organisation. The app above, which knows hours, fills this in.

``count_with(function)`` is called once, by the ``apps.py`` of whoever keeps hours. Without it: none.
"""

from collections.abc import Callable
from typing import Any

from people.models import Organisation

Counter = Callable[[Any, Organisation], int]

_counter: list[Counter] = [lambda _user, _organisation: 0]


def count_with(counter: Counter) -> None:
    """Let ``counter`` say from now on how many hours of an organisation wait for a person's signature."""
    _counter[0] = counter


def hours_waiting(user: Any, organisation: Organisation) -> int:
    """Return how many times hours wait for the signature of ``user`` at the organisation."""
    return _counter[0](user, organisation)
