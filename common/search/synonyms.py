"""Words that mean the same to who searches: a list of ours, and what staff add to it."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from common.search import text

REREAD_SECONDS = 60.0


class Synonyms:
    """Which words to look for as well. ``more`` gives the groups that staff added, as comma-separated words.

    Those are read again every minute.
    """

    def __init__(self, more: Callable[[], Iterable[str]] = tuple) -> None:
        self._more = more
        self._known: Mapping[str, frozenset[str]] | None = None
        self._read_at = 0.0

    def of(self, word: str) -> frozenset[str]:
        """Return the other words that mean the same as a folded word, whatever its inflection."""
        known = self._current()
        return frozenset[str]().union(*(known.get(one, ()) for one in (word, *text.stems(word)))) - {word}

    def forget(self) -> None:
        """Read what staff added again at the next question."""
        self._known = None

    def _current(self) -> Mapping[str, frozenset[str]]:
        if self._known is None or time.monotonic() > self._read_at + REREAD_SECONDS:
            added = [group for line in self._more() if len(group := _group(line)) > 1]
            self._known = table([*_ours(), *added])
            self._read_at = time.monotonic()
        return self._known


def table(groups: Iterable[frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return per word and per stem of a word the words of all its groups."""
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        for word in group:
            for key in {word, *text.stems(word)}:
                found[key] = found.get(key, frozenset()) | group
    return found


@cache
def _ours() -> tuple[frozenset[str], ...]:
    lines = (Path(__file__).parent / "synonyms.txt").read_text().splitlines()
    return tuple(_group(line) for line in lines if line.strip() and not line.startswith("#"))


def _group(line: str) -> frozenset[str]:
    """Read one line: words separated by commas; of a name of several words the one without its spaces."""
    written = ("".join(part.split()) for part in line.split(","))
    return frozenset(token.word for part in written for token in text.tokens(text.composed(part)))
