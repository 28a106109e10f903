"""What the free text of a request tells: words of danger, and data that had better be left out.

The lexicon only suggests: it puts a request on top of the desk and shows who can help at once.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.personal_data import find_personal_data, mask_personal_data, refuse_bsn

LEXICON = Path(__file__).parents[1] / "data" / "urgent_words.json"
SCOPE_LEXICON = Path(__file__).parents[1] / "data" / "scope_words.json"

LONGEST_SUMMARY = 600
# What stands in the place of a name.
LEFT_OUT = "…"
SHORTEST_NAME = 3
# Parts of names, and forms of address, that tell of nobody.
COMMON_PARTS = frozenset(
    re.findall(
        r"\w+",
        "aan bij das del den der des die dos het ten ter tot uit uut van vom von voor zum zur "
        "mevrouw mevr mvr meneer mijnheer heer dhr familie fam",
    )
)


@dataclass(frozen=True)
class UrgentWord:
    """Words that may tell of danger: ``kind`` is danger, violence, suicide or neglect."""

    kind: str
    words: str


def urgent_words(text: str) -> list[UrgentWord]:
    """Return the words in ``text`` that may tell of danger, at most one per kind. Only a suggestion."""
    plain = _plain(text)
    found = ((kind, pattern.search(plain)) for kind, pattern in _patterns(LEXICON).items())
    return [UrgentWord(kind, match[0]) for kind, match in found if match]


def seems_out_of_scope(text: str) -> bool:
    """Whether words in ``text`` may tell of what volunteers do not do: care, money. Only a suggestion."""
    plain = _plain(text)
    return any(pattern.search(plain) for pattern in _patterns(SCOPE_LEXICON).values())


def refuse_bsns(texts: Mapping[str, object]) -> None:
    """Refuse a citizen service number in any of the named texts; values that are no text pass.

    Raises:
        InvalidInput: with ``field`` naming the text.
    """
    for name, text in texts.items():
        if isinstance(text, str):
            refuse_bsn(text, field=name)


def volunteer_text(description: str, names: Iterable[str] = ()) -> str:
    """A first text for volunteers, from what the resident wrote: without personal data or these names."""
    telling = _telling_words(names)
    text = unicodedata.normalize("NFC", mask_personal_data(description))
    return re.sub(r"\w+", lambda word: LEFT_OUT if _plain(word[0]) in telling else word[0], text)[
        :LONGEST_SUMMARY
    ]


def refuse_names(text: str, names: Iterable[str], *, field: str) -> None:
    """Refuse any word of these names, first names too, in whatever case and with or without accents.

    An ordinary word that happens to be someone's name is refused as well: another word will do.

    Raises:
        InvalidInput: with ``field``; the sentence tells the word.
    """
    telling = _telling_words(names)
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text)):
        if _plain(word) in telling:
            raise InvalidInput(
                _("Please leave out the name of the resident or of who asks: “%(word)s”.") % {"word": word},
                field=field,
            )


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


def _telling_words(names: Iterable[str]) -> frozenset[str]:
    """The words of names by which somebody could be known."""
    words = " ".join(map(_plain, names)).split()
    return frozenset(word for word in words if len(word) >= SHORTEST_NAME) - COMMON_PARTS


def _plain(text: str) -> str:
    """Lower case, without accents, words parted by single spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", bare.lower()))


@lru_cache
def _patterns(path: Path) -> dict[str, re.Pattern[str]]:
    lexicon = json.loads(path.read_text())
    return {kind: re.compile("|".join(map(_pattern, phrases))) for kind, phrases in lexicon.items()}


def _pattern(phrase: str) -> str:
    """``*`` ends a word anyhow; ``_`` stands for up to three words in between."""
    return r"\b" + phrase.replace("*", r"\w*").replace(" _ ", r"(?: \w+){0,3} ") + r"\b"
