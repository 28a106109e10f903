"""E-mail addresses, also the spelled-out ones: "jan punt vries at hotmail punt nl"."""

import re
from collections.abc import Iterator

_WRITTEN = re.compile(r"[\w.+-]{1,64} ?@ ?[\w-]{1,63}(?: ?\. ?[\w-]{2,63}){1,4}")
# "at" is also Dutch for "ate": it counts only before something that ends like a domain.
_SPOKEN = re.compile(
    r"""
    \b [\w.+-]{1,64} (?: \s (?:punt|dot|streepje|underscore) \s [\w.+-]{1,64} ){0,4}
    \s? (?: \s(?:at|apenstaartje|apenstaart)\s | [(\[]\s?(?:at|@|apenstaartje)\s?[)\]] | @ ) \s?
    [\w-]{2,63} (?: (?: \s?(?:\s(?:punt|dot)\s|[(\[](?:punt|dot|\.)[)\]])\s? | \. ) [\w-]{2,63} ){0,2}
    (?: \s?(?:\s(?:punt|dot)\s|[(\[](?:punt|dot|\.)[)\]])\s? | \. )
    (?:nl|com|net|org|eu|be|de|fr|uk|nu|info|frl|live)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where e-mail addresses stand."""
    taken: list[tuple[int, int]] = []
    for pattern in (_SPOKEN, _WRITTEN):
        for found in pattern.finditer(text):
            if all(found.end() <= start or end <= found.start() for start, end in taken):
                taken.append(found.span())
                yield found.span()
