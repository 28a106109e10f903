"""The terms of a document in three lines of text, quick to read: terms, their weights, words as written."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from common.search import text

# BM25: how soon more of the same word counts no more, and how much a long text weighs less.
SATURATION, LENGTH_MATTERS = 1.2, 0.6
HUNDREDTHS = 100


class Packed(NamedTuple):
    """The terms of a document, the weight of each in hundredths, and its words as folded."""

    terms: list[str]
    weights: list[int]
    words: list[str]


def pack(fields: Mapping[str, str], weights: Mapping[str, int], *, language: str, usual_length: int) -> str:
    """Return the terms of a document by its fields. Raises ``KeyError`` for a field without a weight."""
    counted: Counter[str] = Counter()
    for field, content in fields.items():
        for word in text.words(content):
            if not text.says_nothing(word):
                counted[word] += weights[field]
    terms: Counter[str] = Counter()
    for word, count in counted.items():
        terms[text.stem(word, language)] += count
    length = 1 - LENGTH_MATTERS + LENGTH_MATTERS * counted.total() / usual_length
    weighed = [str(_weight(count, length)) for count in terms.values()]
    return "\n".join(" ".join(line) for line in (terms, weighed, counted))


def unpack(packed: str) -> Packed:
    """Return what ``pack`` wrote."""
    terms, weights, words = packed.split("\n")
    return Packed(terms.split(), list(map(int, weights.split())), words.split())


def _weight(count: int, length: float) -> int:
    return max(1, round(HUNDREDTHS * count * (SATURATION + 1) / (count + SATURATION * length)))
