"""What the free text of a request tells: words of danger, and data that had better be left out.

The lexicon only suggests: it puts a request on top of the desk and shows who can help at once.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.personal_data import find_personal_data, mask_personal_data, refuse_bsn

LEXICON = Path(__file__).parents[1] / "data" / "urgent_words.json"

LONGEST_SUMMARY = 600


@dataclass(frozen=True)
class UrgentWord:
    """Words that may tell of danger: ``kind`` is danger, violence, suicide or neglect."""

    kind: str
    words: str


def urgent_words(text: str) -> list[UrgentWord]:
    """Return the words in ``text`` that may tell of danger, at most one per kind. Only a suggestion."""
    plain = _plain(text)
    found = ((kind, pattern.search(plain)) for kind, pattern in _patterns().items())
    return [UrgentWord(kind, match[0]) for kind, match in found if match]


def refuse_bsns(texts: Mapping[str, object]) -> None:
    """Refuse a citizen service number in any of the named texts; values that are no text pass.

    Raises:
        InvalidInput: with ``field`` naming the text.
    """
    for name, text in texts.items():
        if isinstance(text, str):
            refuse_bsn(text, field=name)


def volunteer_text(description: str) -> str:
    """A first text for volunteers, from what the resident wrote: without personal data."""
    return mask_personal_data(description)[:LONGEST_SUMMARY]


def refuse_personal_data(text: str, *, field: str) -> None:
    """Refuse contact data in a text that volunteers read before anything is agreed.

    Raises:
        InvalidInput: with ``field``.
    """
    if find_personal_data(text):
        raise InvalidInput(
            _("Volunteers read this before anything is agreed. Leave out phone numbers and addresses."),
            field=field,
        )


def _plain(text: str) -> str:
    """Lower case, without accents, words parted by single spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", bare.lower()))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    lexicon = json.loads(LEXICON.read_text())
    return {kind: re.compile("|".join(map(_pattern, phrases))) for kind, phrases in lexicon.items()}


def _pattern(phrase: str) -> str:
    """``*`` ends a word anyhow; ``_`` stands for up to three words in between."""
    return r"\b" + phrase.replace("*", r"\w*").replace(" _ ", r"(?: \w+){0,3} ") + r"\b"
