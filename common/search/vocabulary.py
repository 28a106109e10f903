"""The words of an index, kept per process: to find what someone meant, and what begins or ends like it."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

# With fewer new words than this they are put in their places one by one.
FEW = 100


@dataclass(frozen=True)
class _Words:
    """The same words in each order that a question needs; never changed, only replaced."""

    words: frozenset[str] = frozenset()
    ordered: list[str] = field(default_factory=list)
    backwards: list[str] = field(default_factory=list)
    by_length: dict[int, list[str]] = field(default_factory=dict)

    def with_words(self, added: set[str]) -> "_Words":
        """Return these and others."""
        ordered = _placed(self.ordered, list(added))
        backwards = _placed(self.backwards, [word[::-1] for word in added])
        by_length = dict(self.by_length)
        for length, new in _grouped(added).items():
            by_length[length] = [*by_length.get(length, ()), *new]
        return _Words(self.words | added, ordered, backwards, by_length)


class Vocabulary:
    """All words of one index. Several threads may ask while one adds."""

    def __init__(self) -> None:
        self._known = _Words()

    def add(self, words: Iterable[str]) -> None:
        """Learn words; those it knows already cost nothing. One thread at a time."""
        new = set(words) - self._known.words
        if new:
            # Who reads meanwhile has the old lists or the new ones, each whole.
            self._known = self._known.with_words(new)

    def clear(self) -> None:
        """Forget every word."""
        self._known = _Words()

    def __contains__(self, word: str) -> bool:
        return word in self._known.words

    def __len__(self) -> int:
        return len(self._known.words)

    def near(self, word: str, at_most: int) -> list[tuple[str, int]]:
        """Return the words few typing errors away, with how many, the nearest first.

        One error is a letter too many, too few or wrong, or two that changed places. Words of fewer than five
        letters have none near, of fewer than nine letters those one error away, else two.
        """
        errors = 0 if len(word) < 5 else 1 if len(word) < 9 else 2
        found: list[tuple[str, int]] = []
        by_length = self._known.by_length
        for length in range(len(word) - errors, len(word) + errors + 1) if errors else ():
            near = process.extract(
                word, by_length.get(length, ()), scorer=OSA.distance, score_cutoff=errors, limit=None
            )
            found += [(other, int(distance)) for other, distance, _ in near if other != word]
        return sorted(found, key=lambda pair: (pair[1], pair[0]))[:at_most]

    def starting(self, beginning: str, at_most: int) -> list[str]:
        """Return longer words that begin like this, the first in the alphabet."""
        return _beginning(self._known.ordered, beginning, at_most)

    def ending(self, end: str, at_most: int) -> list[str]:
        """Return longer words that end like this."""
        return [word[::-1] for word in _beginning(self._known.backwards, end[::-1], at_most)]

    def split(self, word: str) -> tuple[str, str] | None:
        """Return the two known words of four letters or more that this one is made of, if it is."""
        known = self._known.words
        for place in range(len(word) - 4, 3, -1):
            head, tail = word[:place], word[place:]
            for joint in ("", "s", "en", "n", "e"):
                first = head.removesuffix(joint)
                if tail in known and len(first) >= 4 and first in known:
                    return first, tail
        return None


def _placed(ordered: list[str], new: list[str]) -> list[str]:
    if len(new) >= FEW:
        return sorted([*ordered, *new])
    placed = ordered.copy()
    for word in new:
        insort(placed, word)
    return placed


def _grouped(added: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for word in added:
        found.setdefault(len(word), []).append(word)
    return found


def _beginning(ordered: list[str], beginning: str, at_most: int) -> list[str]:
    start = bisect_left(ordered, beginning)
    found = ordered[start : start + at_most + 1]
    return [word for word in found if word.startswith(beginning) and word != beginning][:at_most]
