"""Who stands in which row."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.engine.types import Id

Rows: TypeAlias = NDArray[np.intp]
Words: TypeAlias = NDArray[np.uint64]
_LOW = (1 << 64) - 1


class Roster(Protocol):
    """The ids of rows 0, 1, 2, …, and the row of each id that is in."""

    def __len__(self) -> int:
        """How many ids are in."""

    def find(self, one: Id) -> int | None:
        """Return the row of an id, ``None`` for one that is not in."""

    def id_at(self, row: int) -> Id:
        """Return the id that stands, or stood, in a row."""

    def put(self, one: Id, row: int) -> None:
        """Let an id stand in a row, if need be the one after the last."""

    def drop(self, one: Id) -> None:
        """Take an id out that is in."""


class AnyRoster:
    """Of any kind of ids: a list and a dictionary."""

    def __init__(self, ids: Iterable[Id]) -> None:
        self._ids = list(ids)
        self._rows = {one: row for row, one in enumerate(self._ids)}

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, one: Id) -> int | None:
        """Return the row of an id, ``None`` for one that is not in."""
        return self._rows.get(one)

    def id_at(self, row: int) -> Id:
        """Return the id that stands, or stood, in a row."""
        return self._ids[row]

    def put(self, one: Id, row: int) -> None:
        """Let an id stand in a row, if need be the one after the last."""
        self._ids[row : row + 1] = [one]
        self._rows[one] = row

    def drop(self, one: Id) -> None:
        """Take an id out that is in."""
        del self._rows[one]


class UuidRoster:
    """Of UUIDs, as pairs of 64-bit words: no object per volunteer, found by binary search.

    Args:
        words: shape (n, 2), the high and the low half of each UUID in the order of the rows, all different.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._order = np.argsort(words[:, 1], kind="stable")
        self._low = words[self._order, 1]
        self._later: dict[Id, int | None] = {}  # put or dropped since
        self._added: list[Id] = []
        self._count = len(words)

    def __len__(self) -> int:
        return self._count

    def find(self, one: Id) -> int | None:
        """Return the row of an id, ``None`` for one that is not in."""
        if one in self._later:
            return self._later[one]
        if not isinstance(one, UUID):
            return None
        number = one.int
        low = np.uint64(number & _LOW)
        position = int(self._low.searchsorted(low))
        while position < len(self._low) and self._low[position] == low:
            row = int(self._order[position])
            if int(self._words[row, 0]) == number >> 64:
                return row
            position += 1
        return None

    def id_at(self, row: int) -> Id:
        """Return the id that stands, or stood, in a row."""
        if row >= len(self._words):
            return self._added[row - len(self._words)]
        high, low = self._words[row].tolist()
        return UUID(int=high << 64 | low)

    def put(self, one: Id, row: int) -> None:
        """Let an id stand in a row, if need be the one after the last."""
        self._count += self.find(one) is None
        at = row - len(self._words)
        self._added[at : at + 1] = [one]
        self._later[one] = row

    def drop(self, one: Id) -> None:
        """Take an id out that is in."""
        self._later[one] = None
        self._count -= 1


def words_of(ids: Sequence[UUID]) -> Words:
    """Return UUIDs as pairs of 64-bit words, shape (n, 2)."""
    joined = b"".join([one.bytes for one in ids])
    return np.frombuffer(joined, ">u8").astype(np.uint64).reshape(-1, 2)


def roster(ids: Sequence[Id] | Words, order: Rows) -> Roster:
    """Return the roster of these ids, the row of each being its place in ``order``."""
    if isinstance(ids, np.ndarray):
        return UuidRoster(ids.take(order, axis=0))
    return AnyRoster(map(ids.__getitem__, order.tolist()))
