"""Postcodes and streets with a house number, as people write them in Dutch."""

import re
from collections.abc import Iterator

from common.personal_data.vocabulary import (
    ADDRESS_CUES,
    COUNTED,
    NAME_ENDINGS,
    NAME_PREFIXES,
    NAME_WORDS,
    NO_STREETS,
    NUMBERED_THINGS,
    PARTICLES,
    SENTENCE_OPENERS,
    SHORT_WORDS,
    STREET_ENDINGS,
    UNITS,
)

Span = tuple[int, int]

# --- Postcodes ---------------------------------------------------------------------------------
_POSTCODE = re.compile(r"(?<![\w€.,])[1-9]\d{3}(?P<gap> {0,2})(?P<letters>[A-Za-z]{2})(?![\w'])")
_POSTCODE_CUE = re.compile(r"postcode\W{0,3}(?:\w{1,10}\W{1,3}){0,2}$", re.IGNORECASE)
_NEVER_ISSUED = frozenset({"SA", "SD", "SS"})


def postcode_spans(text: str) -> Iterator[Span]:
    """Yield where postcodes stand; "1500 kg" and "in 2024 is" are none."""
    for found in _POSTCODE.finditer(text):
        letters = found["letters"]
        if letters.upper() in _NEVER_ISSUED:
            continue
        if letters.isupper() or not _is_ordinary(text, found):
            yield found.span()


def _is_ordinary(text: str, found: re.Match[str]) -> bool:
    """Whether the small letters after four digits are a word ("2024 en") or a unit ("1500 kg")."""
    letters = found["letters"].lower()
    if found["gap"] and letters in SHORT_WORDS:
        return True
    return letters in UNITS and not _POSTCODE_CUE.search(text[max(0, found.start() - 40) : found.start()])


# --- Streets -----------------------------------------------------------------------------------
_WORD = r"(?:'s-|'t-)?[^\W\d_][\w'-]{0,40}\.?"
_MARK = r"(?:op\s)?(?:nr\b\.?|nummer\b|no\.|huisnr\b\.?|huisnummer\b|\#)\s?:?\s?"
_NUMBER = (
    r"\d{1,4}(?![\d@])(?:\s?[-/]\s?(?:\d{1,4}|[IVX]{1,4}|[A-Za-z])(?![\w'])|\s?(?:[a-zA-Z]|bis|hs|huis|rd|zw)(?![\w'.])"
    r"|\s[IVX]{1,4}(?!\w))?"
)
_NAME_AND_NUMBER = re.compile(
    rf"(?<![\w'-])(?P<street>{_WORD}),?\s{{1,2}}(?P<mark>{_MARK})?(?P<number>{_NUMBER})(?!\w)"
)
_NUMBER_FIRST = re.compile(
    r"\b(?:nr\.?|nummer|huisnummer)\s(?P<number>\d{1,4}\s?[a-z]?)\s(?:van|in|aan|op)\s(?:de\s|het\s)?"
    rf"(?P<street>{_WORD})",
    re.IGNORECASE,
)
_NAMED_AFTER = re.compile(
    r"\b(?:Laan|Plein|Weg|Hof|Park|Dreef|Straat|Pad|Kade|Singel|Gracht|Dijk)\s"
    rf"(?:(?:van|der|den|de|naar|aan|achter|op|het|'t|tot)\s){{1,3}}(?:{_WORD}\s){{0,2}}{_WORD}"
    rf",?\s(?P<mark>{_MARK})?(?P<number>{_NUMBER})(?!\w)"
    rf"|\bPlein\s19\d\d\s(?P<number_after_year>{_NUMBER})(?!\w)"
)
_FOLLOWED_BY_WORD = re.compile(r"\s\w")
_IN_TOWN = re.compile(r",? (?:in|te) [A-Z]")
_ON_THE = re.compile(r"\b(?:aan|op) (?:de|het|'t) $", re.IGNORECASE)
_NEXT = re.compile(r"[.:,]\d|\s?(?:[%°x]|e\b|ste\b|de\b)|\s?(?P<word>[\w']+)")
_TAIL_OF_RANGE = re.compile(r"\s?(?:à|a|tot|t/m|of|en|-)\s?\d{1,3}\b")
_LAST_WORDS = re.compile(r"[\w']+")
_WORD_BEFORE = re.compile(r"(?<![\w'])(?:\w[\w'-]*\.?|'t|'s)\s")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n])\s*$")


def street_spans(text: str) -> Iterator[Span]:
    """Yield where a street with a house number stands, from the first word of its name."""
    taken: list[Span] = []
    for found in _NAMED_AFTER.finditer(text):
        if not _counts(text, found.end("number") if found["number"] else found.end()):
            taken.append(found.span())
            yield found.span()
    for found in _NUMBER_FIRST.finditer(text):
        if _ends_like(found["street"].lower(), STREET_ENDINGS + NAME_ENDINGS):
            taken.append(found.span())
            yield found.span()
    for found in _NAME_AND_NUMBER.finditer(text):
        start = _name_start(text, found.start("street"))
        free = all(found.end() <= begin or end <= start for begin, end in taken)
        if free and _is_address(text, found, start):
            yield start, found.end()


def _is_address(text: str, found: re.Match[str], start: int) -> bool:
    """Whether a word and a number are a street with a house number, judged by the words around."""
    street = found["street"].lower()
    if street in NO_STREETS or (not found["mark"] and _counts(text, found.end("number"))):
        return False
    part_of_name = start < found.start("street")
    if street in STREET_ENDINGS:  # "weg" is no street, "Oude Weg" is
        return part_of_name
    if _ends_like(street, STREET_ENDINGS):
        return True
    if not found["street"].removeprefix("'s-").removeprefix("'t-")[0].isupper():
        return False
    if street in NAME_ENDINGS:
        return part_of_name
    named = _ends_like(street, NAME_ENDINGS) and (part_of_name or _stands_as_name(text, found))
    return named or _is_told(text, found, start)


def _is_told(text: str, found: re.Match[str], start: int) -> bool:
    """Whether the words around a name say that it is a street, whatever it ends in."""
    if found["street"].lower() in NUMBERED_THINGS:
        return False
    if found["mark"] or _is_cued(text, start):
        return True
    in_town = _IN_TOWN.match(text, found.end())
    housed = in_town or found["number"][-1].isalpha() or _ON_THE.search(text[max(0, start - 10) : start])
    return bool(housed) and not _SENTENCE_START.search(text[:start])


def _stands_as_name(text: str, found: re.Match[str]) -> bool:
    """Whether the capital is that of a name, or the number ends the phrase as a house number does."""
    return not _SENTENCE_START.search(text[: found.start()]) or not _FOLLOWED_BY_WORD.match(text, found.end())


def _counts(text: str, end: int) -> bool:
    """Whether the number that ends here counts something, or is part of a time or a date."""
    tail = _TAIL_OF_RANGE.match(text, end)
    after = _NEXT.match(text, tail.end() if tail else end)
    if after is None:
        return False
    return after["word"] is None or after["word"].lower() in COUNTED


def _ends_like(word: str, endings: tuple[str, ...]) -> bool:
    """Whether ``word`` is a compound with one of the endings: something stands before it."""
    return any(word.endswith(ending) and len(word) >= len(ending) + 2 for ending in endings)


def _is_cued(text: str, start: int) -> bool:
    before = _LAST_WORDS.findall(text[max(0, start - 40) : start].lower())[-4:]
    return any(word in ADDRESS_CUES for word in before)


def _name_start(text: str, start: int) -> int:
    """Walk back over the words before that belong to the name: "Burgemeester van" Zuylenlaan."""
    best = reached = start
    for word in reversed(list(_WORD_BEFORE.finditer(text, max(0, start - 60), start))):
        if word.end() != reached:
            break
        reached = word.start()
        if _belongs_to_name(text, word, beside=word.end() == best):
            best = reached
        elif word[0].strip() not in PARTICLES:
            break
    return best


def _belongs_to_name(text: str, word: re.Match[str], *, beside: bool) -> bool:
    """Whether the word before a street is part of its name; ``beside`` when no "van de" stands between."""
    bare = word[0].strip()
    if bare.lower() in NAME_WORDS:
        return True
    if bare in NAME_PREFIXES:  # "de van Goghlaan", but "een rit van Kerkstraat"
        return beside and text[: word.start()].endswith("de ")
    if not bare[0].isupper() or bare.lower() in SENTENCE_OPENERS:
        return False
    return beside or not _SENTENCE_START.search(text[: word.start()])
