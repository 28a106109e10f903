"""How easy a Dutch text reads: Flesch-Douma, and the sentences that make it hard.

Source of the formula: W.H. Douma, De leesbaarheid van landbouwbladen, 1960:
206.84 - 0.93 × words per sentence - 77 × syllables per word. 100 is very easy, 60 is plain language (about
B1), under 45 is hard.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pyphen import Pyphen

EASY, HARD = 60, 45
LONG_SENTENCE = 20
_END = re.compile(r"[.!?…:;]+[\s\"'”’)\]]+|\n+|$")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Readability:
    """What was measured. ``ease`` is 0 to 100 and a little beyond; ``None`` for a text of under ten words."""

    ease: int | None
    words: int
    long_sentences: tuple[str, ...] = ()

    @property
    def is_easy(self) -> bool:
        """Plain language, about B1."""
        return self.ease is None or self.ease >= EASY

    @property
    def is_hard(self) -> bool:
        """Many people will stop reading."""
        return self.ease is not None and self.ease < HARD

    @property
    def minutes(self) -> int:
        """How long reading it takes, at 180 words a minute."""
        return max(1, round(self.words / 180))


def readability(text: str) -> Readability:
    """Measure a plain text, without markup."""
    sentences = [sentence.strip() for sentence in _END.split(text)]
    counted = [(sentence, len(_WORD.findall(sentence))) for sentence in sentences]
    counted = [(sentence, number) for sentence, number in counted if number]
    words = sum(number for _, number in counted)
    long = tuple(sentence for sentence, number in counted if number > LONG_SENTENCE)
    if words < 10:
        return Readability(None, words, long)
    syllables = sum(_syllables(word.lower()) for word in _WORD.findall(text))
    ease = 206.84 - 0.93 * words / len(counted) - 77 * syllables / words
    return Readability(round(ease), words, long)


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> int:
    return len(_hyphens().positions(word)) + 1


@cache
def _hyphens() -> Pyphen:
    return Pyphen(lang="nl_NL", left=1, right=1)
