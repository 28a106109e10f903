"""Who stands in which row."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Protocol, TypeAlias, TypeGuard
from uuid import UUID, SafeUUID

import numpy as np
from numpy.typing import NDArray

from matching.engine import kernel
from matching.engine.types import Id

Rows: TypeAlias = NDArray[np.intp]
Words: TypeAlias = NDArray[np.uint64]
_WORD, _TOP = 1 << 64, np.uint64(48)
# A UUID is frozen; its slots are not.
_fill, _fill_safe = (vars(UUID)[name].__set__ for name in ("int", "is_safe"))


class Roster(Protocol):
    """The ids of rows 0, 1, 2, …, and the row of each id that is in."""

    def __len__(self) -> int:
        """How many ids are in."""

    def find(self, one: Id) -> int | None:
        """Return the row of an id, ``None`` for one that is not in."""

    def find_all(self, ids: Sequence[Id]) -> Rows:
        """Return the rows of some ids, -1 for each that is not in."""

    def id_at(self, row: int) -> Id:
        """Return the id that stands, or stood, in a row."""

    def ids_at(self, rows: Rows) -> list[Id]:
        """Return the ids that stand, or stood, in these rows."""

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

    def find_all(self, ids: Sequence[Id]) -> Rows:
        """Return the rows of some ids, -1 for each that is not in."""
        return np.array([self._rows.get(one, -1) for one in ids], np.intp)

    def id_at(self, row: int) -> Id:
        """Return the id that stands, or stood, in a row."""
        return self._ids[row]

    def ids_at(self, rows: Rows) -> list[Id]:
        """Return the ids that stand, or stood, in these rows."""
        return [self._ids[row] for row in rows.tolist()]

    def put(self, one: Id, row: int) -> None:
        """Let an id stand in a row, if need be the one after the last."""
        self._ids[row : row + 1] = [one]
        self._rows[one] = row

    def drop(self, one: Id) -> None:
        """Take an id out that is in."""
        del self._rows[one]


class Finder:
    """Finds the rows of UUIDs among many, by binary search on their low halves.

    Args:
        words: shape (n, 2), the high and the low half of each UUID in the order of the rows, all different.
    """

    def __init__(self, words: Words) -> None:
        self._order = np.argsort(words[:, 1])
        self._high, self._low = (half.take(self._order) for half in words.T)

    def __len__(self) -> int:
        return len(self._order)

    def find_one(self, one: UUID) -> int | None:
        """Return the row of a UUID, ``None`` for one that is not there."""
        high, low = divmod(one.int, _WORD)
        place = int(self._low.searchsorted(np.uint64(low)))
        while place < len(self) and self._low[place] == low:
            if self._high[place] == high:
                return int(self._order[place])
            place += 1
        return None

    def find_few(self, ids: Sequence[UUID]) -> Rows:
        """Return the row of each of a handful of UUIDs, -1 for one that is not there."""
        found = kernel.find(self._low, self._high, self._order, ids)
        if found is not None:
            return found
        if not len(self):
            return np.full(len(ids), -1)
        halves = [divmod(one.int, _WORD) for one in ids]
        places = self._low.searchsorted(np.array([low for _, low in halves], np.uint64))
        rows: Rows = self._order.take(places, mode="clip")
        lows, highs = (half.take(places, mode="clip").tolist() for half in (self._low, self._high))
        for number, (high, low) in enumerate(halves):
            if lows[number] != low:
                rows[number] = -1
            elif highs[number] != high:  # its low half is shared
                row = self.find_one(ids[number])
                rows[number] = -1 if row is None else row
        return rows

    def find(self, words: Words) -> Rows:
        """Return the row of each UUID, -1 for one that is not there."""
        if not len(self):
            return np.full(len(words), -1)
        # Nearly in order: who looks now here, now there, waits for memory each time.
        order = np.argsort((words[:, 1] >> _TOP).astype(np.uint16), kind="stable")
        high, low = (half.take(order) for half in words.T)
        places = self._low.searchsorted(low)
        while True:  # once, unless low halves are shared
            there = self._low.take(places, mode="clip") == low
            there &= places < len(self)
            wrong = there & (self._high.take(places, mode="clip") != high)
            if not wrong.any():
                break
            places[wrong] += 1
        rows = np.empty(len(words), np.intp)
        rows[order] = np.where(there, self._order.take(places, mode="clip"), -1)
        return rows


class UuidRoster:
    """Of UUIDs, as pairs of 64-bit words: no object per volunteer.

    Args:
        words: as for `Finder`.
    """

    def __init__(self, words: Words) -> None:
        self._finder = Finder(words)
        # As bytes they are taken and told in half the time.
        self._ids = words.astype(">u8").view("V16").reshape(len(words))
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
        return self._finder.find_one(one)

    def find_all(self, ids: Sequence[Id]) -> Rows:
        """Return the rows of some ids, -1 for each that is not in."""
        if _all_uuids(ids) and (not self._later or self._later.keys().isdisjoint(ids)):
            return self._finder.find_few(ids)
        found = map(self.find, ids)
        return np.array([-1 if row is None else row for row in found], np.intp)

    def id_at(self, row: int) -> Id:
        """Return the id that stands, or stood, in a row."""
        if row >= len(self._ids):
            return self._added[row - len(self._ids)]
        return UUID(bytes=self._ids[row].tobytes())

    def ids_at(self, rows: Rows) -> list[Id]:
        """Return the ids that stand, or stood, in these rows."""
        if self._added and len(rows) and rows.max() >= len(self._ids):
            return [self.id_at(row) for row in rows.tolist()]
        return _uuids(self._ids.take(rows).tolist())

    def put(self, one: Id, row: int) -> None:
        """Let an id stand in a row, if need be the one after the last."""
        self._count += self.find(one) is None
        at = row - len(self._ids)
        self._added[at : at + 1] = [one]
        self._later[one] = row

    def drop(self, one: Id) -> None:
        """Take an id out that is in."""
        self._later[one] = None
        self._count -= 1


def _all_uuids(ids: Sequence[Id]) -> TypeGuard[Sequence[UUID]]:
    return {*map(type, ids)} <= {UUID}


def _uuids(ids: list[bytes]) -> list[Id]:
    """Return UUIDs from their bytes, by the loops of C: the constructor takes ten times as long."""
    made: list[Id] = [*map(object.__new__, repeat(UUID, len(ids)))]
    deque(map(_fill, made, map(int.from_bytes, ids)), 0)
    deque(map(_fill_safe, made, repeat(SafeUUID.unknown)), 0)
    return made


def words_of(ids: Sequence[UUID]) -> Words:
    """Return UUIDs as pairs of 64-bit words, shape (n, 2)."""
    joined = b"".join([one.bytes for one in ids])
    return np.frombuffer(joined, ">u8").astype(np.uint64).reshape(-1, 2)


def roster(ids: Sequence[Id] | Words, order: Rows) -> Roster:
    """Return the roster of these ids, the row of each being its place in ``order``."""
    if isinstance(ids, np.ndarray):
        return UuidRoster(ids.take(order, axis=0))
    return AnyRoster(map(ids.__getitem__, order.tolist()))
