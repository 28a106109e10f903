"""The passage of a text that answers a question, with the words found marked: HTML that is safe to show."""

from collections.abc import Callable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.search import text
from common.search.text import Token

Found = Callable[[str], bool]


def marked(content: str, found: Found) -> SafeString:
    """Return a whole text, escaped, with every word for which ``found`` holds in ``<mark>``."""
    content = text.composed(content)
    hits = [token for token in text.tokens(content) if found(token.word)]
    return _drawn(content, hits, 0, len(content))


def snippet(content: str, found: Found, length: int = 200) -> SafeString:
    """Return the passage of about ``length`` signs that holds most of what was found, escaped and marked.

    Without any word found it is the beginning. "…" stands where the text goes on.
    """
    content = text.composed(" ".join(content.split()))
    every = list(text.tokens(content))
    hits = [token for token in every if found(token.word)]
    start = _at_word(every, _best_start(hits, length))
    end = max((token.end for token in every if token.end <= start + length), default=len(content))
    if start + length >= len(content):
        end = len(content)
    drawn = _drawn(content, [hit for hit in hits if start <= hit.start and hit.end <= end], start, end)
    before, after = "… " if start else "", " …" if end < len(content) else ""
    return mark_safe(f"{before}{drawn}{after}")  # noqa: S308  (escaped below)


def _best_start(hits: Sequence[Token], length: int) -> int:
    """Where the passage begins: some words before the first of the closest group of different words found."""
    best, start = 0, 0
    for number, first in enumerate(hits[:200]):
        inside = {hit.word for hit in hits[number : number + 20] if hit.end <= first.start + length * 3 // 4}
        if len(inside) > best:
            best, start = len(inside), max(0, first.start - length // 4)
    return start


def _at_word(every: Sequence[Token], place: int) -> int:
    return next((token.start for token in every if token.start >= place), place) if place else 0


def _drawn(content: str, hits: Sequence[Token], start: int, end: int) -> SafeString:
    pieces, place = [], start
    for hit in hits:
        pieces += [
            escape(content[place : hit.start]),
            "<mark>",
            escape(content[hit.start : hit.end]),
            "</mark>",
        ]
        place = hit.end
    pieces.append(escape(content[place:end]))
    return mark_safe("".join(pieces))  # noqa: S308  (each piece escaped)
