"""What many tests of one file look at is made once; each of them finds it as it was made.

It stands in one transaction that is never committed. That of each test lies inside it as a savepoint: what a
test changes is undone before the next, and after the file nothing is left. Objects in memory are to be copied
for each test that changes them (``copy.deepcopy``). Not for tests with transactions, threads or processes of
their own; and in a file with a standing world no test finds an empty one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import time_machine as machine
from django.core.cache import caches
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.conftest import STILL

Made = TypeVar("Made")


@contextmanager
def standing(make: Callable[[], Made], blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Make it and let it stand until the block ends: for a fixture with the scope of a file."""
    with blocker.unblock(), transaction.atomic():
        try:
            made = make()
            for cache in caches.all():
                cache.clear()  # as before every other test
            yield made
        finally:
            transaction.set_rollback(True)


def by_a_still_clock(make: Callable[[], Made]) -> Callable[[], Made]:
    """For tests with the fixture ``clock``: made at the moment it stands at."""

    def made_then() -> Made:
        with machine.travel(STILL, tick=False):
            return make()

    return made_then
