"""From text to the terms under which it is found: cut into words, folded, and each brought to its stem."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import snowballstemmer

LONGEST = 40
LANGUAGES = {"nl": "dutch", "en": "english"}

# A word may hold apostrophes ("foto's") and hyphens ("e-mail").
_WORD = re.compile(r"[^\W_]+(?:['’\-‐‑][^\W_]+)*")
_HYPHEN = re.compile(r"[\-‐‑]")
_stemmers = {code: snowballstemmer.stemmer(name) for code, name in LANGUAGES.items()}
# The stemmers keep their place in the word between calls.
_one_at_a_time = Lock()

# Words that say nothing about a text; without them the index is half as large.
EMPTY = frozenset((Path(__file__).parent / "empty_words.txt").read_text().split())


class Token(NamedTuple):
    """A word of a text: as folded, and where it stands."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return a word without accents, capitals and signs: "Café" becomes "cafe", "foto's" "fotos"."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if sign.isalnum()).casefold()


def composed(text: str) -> str:
    """Return ``text`` with every accent in its letter, as ``tokens`` counts its places."""
    return unicodedata.normalize("NFC", text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a composed text in order; one written with a hyphen as one word without it."""
    for match in _WORD.finditer(text):
        word = fold(match.group())[:LONGEST]
        if word:
            yield Token(word, match.start(), match.end())


def parts(written: str) -> list[str]:
    """Return the folded parts of a word with hyphens, none for a word without."""
    found = [fold(part)[:LONGEST] for part in _HYPHEN.split(written)]
    return [part for part in found if part] if len(found) > 1 else []


def words(text: str) -> list[str]:
    """Return the folded words of any text under which it is found: of "e-mail" also "e" and "mail"."""
    text = composed(text)
    found = []
    for token in tokens(text):
        found += [token.word, *parts(text[token.start : token.end])]
    return found


def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; of any inflection the same, as far as rules can tell."""
    return _stem(word, language if language in LANGUAGES else "nl")


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    # Once is not enough: it makes "fiets" of "fietsen" and "fiet" of "fiets".
    with _one_at_a_time:
        for _ in range(4):
            shorter = _stemmers[language].stemWord(word)
            if shorter == word or len(shorter) < 3:
                break
            word = shorter
    return word[:LONGEST]


def stems(word: str) -> set[str]:
    """Return the stems of a word in every language that texts are indexed in."""
    return {stem(word, language) for language in LANGUAGES}


def says_nothing(word: str) -> bool:
    """Whether a folded word is left out of the index and of questions."""
    return word in EMPTY
