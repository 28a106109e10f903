"""The copy of an index in this process: per term the documents that hold it, in arrays.

A changed document gets a row with a new number, so that looking at the newest numbers tells what to read. A
transaction that took its number before another but was slower shows there too, and so does a row that was
read inside a transaction which never came to be. Documents that are gone may stay until all is read again,
which is why whoever asks looks for them in the database as well.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log
from threading import RLock
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from common.search.models import Indexed
from common.search.packing import unpack
from common.search.question import Group
from common.search.vocabulary import Vocabulary

# So many of the newest rows are looked at each time: a writer is missed only when this many others overtake
# it.
NEWEST = 200
# When more than this part of the copy is of earlier versions, all is read again.
DEAD_AT_MOST = 0.2
_HALF = (1 << 64) - 1


class Found:
    """What was found: sorted only as far as someone looks.

    Attributes:
        complete: whether the documents hold every word of the question.
    """

    def __init__(
        self, keys: list[Any], slots: NDArray[np.intp], scores: NDArray[np.float32], complete: bool
    ) -> None:
        self._keys, self._slots, self._scores = keys, slots, scores
        self.complete = complete

    def __len__(self) -> int:
        return len(self._slots)

    def best(self, number: int) -> list[tuple[Any, float]]:
        """Return the best documents with their scores, of equals those with the lowest key first."""
        chosen = np.arange(len(self._slots))
        if number < len(chosen):
            last = np.partition(self._scores, -number)[-number]
            chosen = np.flatnonzero(self._scores >= last)
        scores = self._scores[chosen]
        ranked = np.argsort(-scores, kind="stable")[:number]
        slots = self._slots[chosen[ranked]].tolist()
        return list(zip((self._keys[slot] for slot in slots), scores[ranked].tolist(), strict=True))


class _Posting(NamedTuple):
    slots: NDArray[np.int32]
    weights: NDArray[np.int16]


class IndexCopy:
    """What this process knows of one index. Safe to use from several threads."""

    def __init__(self, table: type[Indexed]) -> None:
        self._table = table
        self._lock = RLock()
        self.vocabulary = Vocabulary()
        self._clear()

    def _clear(self) -> None:
        # A slot is one version of one document.
        self._keys: list[Any] = []
        self._alive = np.zeros(0, bool)
        self._numbers = np.zeros((2, 0), np.uint64)
        # The slots in the order of their keys, which is the same in every process.
        self._by_key = np.zeros(0, np.intp)
        self._slot_of_key: dict[Any, int] = {}
        self._postings: dict[str, _Posting] = {}
        # The newest rows by number: their stamp and document.
        self._newest: dict[int, tuple[int, Any]] = {}
        self._last = 0
        self.vocabulary.clear()

    # --- Reading ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what changed since the last time: one small query when nothing did."""
        with self._lock:
            after = self._last - NEWEST
            stamps = dict(self._rows().filter(pk__gt=after).values_list("pk", "stamp"))
            mine = {number: stamp for number, (stamp, _) in self._newest.items()}
            if stamps == mine:
                return
            if not stamps or len(self._keys) * (1 - DEAD_AT_MOST) > self._alive.sum():
                self._clear()
                self._read(self._rows())
                return
            new = [number for number, stamp in stamps.items() if mine.get(number) != stamp]
            gone = [key for number, (stamp, key) in self._newest.items() if stamps.get(number) != stamp]
            self._drop(gone)
            self._newest = {number: self._newest[number] for number in stamps if number not in new}
            # Of what is gone an earlier version may have come back.
            for chunk in _chunks([*new], 500):
                self._read(self._rows().filter(pk__in=chunk))
            self._read(
                self._rows().filter(document__in=[key for key in gone if key not in self._slot_of_key])
            )

    def _rows(self) -> Any:
        return self._table._default_manager.order_by("pk")

    def _read(self, rows: Any) -> None:
        """Add rows in the order of their numbers; a newer one takes the place of an older one."""
        read = list(rows.values_list("pk", "stamp", "document", "terms"))
        self._drop(key for _, _, key, _ in read)
        numbers: dict[str, int] = defaultdict(lambda: len(numbers))
        flat, weights, words = array("i"), array("h"), set[str]()
        lengths = []
        for number, stamp, key, packed in read:
            self._slot_of_key[key] = len(self._keys)
            self._keys.append(key)
            self._newest[number] = (stamp, key)
            document = unpack(packed)
            flat.extend([numbers[term] for term in document.terms])
            weights.extend(document.weights)
            words.update(document.words)
            lengths.append(len(document.terms))
        slots = np.repeat(np.arange(len(self._keys) - len(read), len(self._keys), dtype=np.int32), lengths)
        self._place(list(numbers), np.asarray(flat), slots, np.asarray(weights))
        self._add_keys([key for _, _, key, _ in read])
        self.vocabulary.add(words)
        self._last = max(self._newest, default=0)
        self._newest = {number: row for number, row in self._newest.items() if number > self._last - NEWEST}

    def _place(
        self, terms: list[str], numbers: NDArray[Any], slots: NDArray[np.int32], weights: NDArray[Any]
    ) -> None:
        """Put each posting (the number of its term, slot and weight) with its term."""
        order = np.argsort(numbers, kind="stable")
        slots, weights = slots[order], weights[order].astype(np.int16)
        ends = np.cumsum(np.bincount(numbers, minlength=len(terms))).tolist()
        for term, start, end in zip(terms, [0, *ends], ends, strict=False):
            new = _Posting(slots[start:end], weights[start:end])
            old = self._postings.get(term)
            if old is not None:
                new = _Posting(np.concatenate((old[0], new[0])), np.concatenate((old[1], new[1])))
            self._postings[term] = new

    def _add_keys(self, keys: Sequence[Any]) -> None:
        self._alive = np.concatenate((self._alive, np.ones(len(keys), bool)))
        numbers = [key.int if isinstance(key, UUID) else int(key) for key in keys]
        halves = [[number >> 64 for number in numbers], [number & _HALF for number in numbers]]
        self._numbers = np.concatenate((self._numbers, np.array(halves, np.uint64)), axis=1)
        self._by_key = np.lexsort(self._numbers[::-1])

    def _drop(self, keys: Iterable[Any]) -> None:
        slots = [self._slot_of_key.pop(key) for key in keys if key in self._slot_of_key]
        if slots:
            alive = self._alive.copy()
            alive[slots] = False
            self._alive = alive

    def holds(self, term: str) -> bool:
        """Whether some document holds a term, or an earlier version of it did."""
        return term in self._postings

    # --- Weighing -----------------------------------------------------------------------------------

    def best(self, groups: Sequence[Group]) -> Found:
        """Return the documents that hold a term of every group; when none does, those of some groups."""
        with self._lock:
            total = np.zeros(len(self._keys), np.float32)
            held = np.zeros(len(self._keys), np.int16)
            for group in groups:
                scores = self._scores(group)
                total += scores
                held += scores > 0
            held *= self._alive
            complete = bool((held == len(groups)).any())
            found = held[self._by_key] == len(groups) if complete else held[self._by_key] > 0
            slots = self._by_key[found]
            # More words weigh more than any score.
            scores = total[slots] + np.float32(1000) * held[slots]
            return Found(self._keys, slots, scores, complete)

    def _scores(self, group: Group) -> NDArray[np.float32]:
        """Return what each slot scores for one word: its best term."""
        scores = np.zeros(len(self._keys), np.float32)
        for term, factor in group.terms.items():
            posting = self._postings.get(term)
            if posting is not None:
                score = np.float32(factor * self._rarity(posting)) * posting.weights
                scores[posting.slots] = np.maximum(scores[posting.slots], score)
        return scores

    def _rarity(self, posting: _Posting) -> float:
        """Return how telling a term is: the rarer, the more; never nothing."""
        total, count = len(self._slot_of_key), int(self._alive[posting.slots].sum())
        return log(1 + (total - count + 0.5) / (count + 0.5))


def _chunks(numbers: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))
