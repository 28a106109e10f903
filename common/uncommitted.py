"""What was read into memory inside a transaction, until it is known whether it stays."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from django.db import connection, transaction

Read = TypeVar("Read")


class Uncommitted(Generic[Read]):
    """Notes of what was read inside transactions, of all threads. True while there are any."""

    def __init__(self) -> None:
        self._notes: dict[Callable[[], None], Read] = {}
        self._settled: deque[Read] = deque()

    def __bool__(self) -> bool:
        return bool(self._notes or self._settled)

    def note(self, read: Read) -> None:
        """Note what is read inside the transaction that runs now."""

        def committed() -> None:
            self._notes.pop(committed, None)
            self._settled.append(read)

        self._notes[committed] = read
        transaction.on_commit(committed)

    def settled(self) -> list[Read]:
        """Take out what was read in transactions that have committed since.

        Another thread may have looked meanwhile, from outside, and put what was before back.
        """
        return [self._settled.popleft() for _ in range(len(self._settled))]

    def taken_back(self) -> list[Read]:
        """Take out what was read in a transaction that is over without having committed, or in another's."""
        waiting = {call for _, call, *_ in connection.run_on_commit}
        read: list[Read] = []
        for call in [call for call in list(self._notes) if call not in waiting]:
            with suppress(KeyError):  # another thread commits at this moment, and settles its own
                read.append(self._notes.pop(call))
        return read
