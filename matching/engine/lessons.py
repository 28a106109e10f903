"""The trainings of all volunteers in one array: most have none, and no two last equally long."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.types import FOREVER

_BITS = 64
_U32, _U64 = np.uint32, np.uint64


class Lessons:
    """Runs of entries: how many follow, then per training its bit (high half) and last valid day (low half).

    A volunteer's column ``trained`` says where the run begins; at 0 stands the empty one. What is replaced
    stays behind as a hole until the index is built again.
    """

    def __init__(self) -> None:
        self.entries = np.zeros(16, _U32)
        self._end = 1

    @property
    def nbytes(self) -> int:
        """Bytes of the entries."""
        return self._end * self.entries.itemsize

    def add(self, trainings: Iterable[tuple[int, int]], at: int = 0) -> int:
        """Keep one volunteer's pairs (bit, last valid day); return where: ``at`` if they stand there."""
        pairs = sorted(trainings)
        if any(not 0 <= bit < _BITS or until < 0 for bit, until in pairs):
            raise OverflowError(f"trainings {pairs}")
        run = [len(pairs), *(bit << 16 | min(until, FOREVER) for bit, until in pairs)]
        if not pairs or self.entries[at : at + len(run)].tolist() == run:
            return at if pairs else 0
        start, self._end = self._end, self._end + len(run)
        if self._end > len(self.entries):
            entries = np.zeros(2 * self._end, _U32)
            entries[:start] = self.entries[:start]
            self.entries = entries
        self.entries[start : self._end] = run
        return start

    def fill(self, trainings: NDArray[Any], count: int) -> NDArray[np.uint32]:
        """Keep the trainings of ``count`` volunteers; return where the run of each begins.

        ``trainings`` has shape (3, m): number of the volunteer, bit, last valid day.
        """
        rows, bits, untils = trainings
        order = np.lexsort((bits, rows))
        owners, first, lengths = np.unique(rows[order], return_index=True, return_counts=True)
        starts = 1 + first + np.arange(len(owners))
        self._end = 1 + len(order) + len(owners)
        self.entries = np.zeros(self._end + self._end // 16, _U32)
        self.entries[starts] = lengths
        places = 2 + np.arange(len(order)) + np.repeat(np.arange(len(owners)), lengths)
        lasts = np.minimum(untils[order], FOREVER)
        self.entries[places] = (bits[order] << 16) | lasts
        trained = np.zeros(count, _U32)
        trained[owners] = starts
        return trained

    def valid_on(self, trained: NDArray[np.uint32], days: Any) -> NDArray[np.uint64]:
        """Return masks of the trainings valid on ``days``: one day for all, or many for one volunteer."""
        lengths = self.entries.take(trained)
        valid = np.zeros(np.broadcast_shapes(trained.shape, np.shape(days)), _U64)
        for step in range(1, int(lengths.max(initial=0)) + 1):
            entries = self.entries.take(trained + _U32(step), mode="clip")
            lasts = (lengths >= step) & ((entries & _U32(0xFFFF)) >= days)
            valid |= lasts * (_U64(1) << (entries >> _U32(16)).astype(_U64))
        return valid
