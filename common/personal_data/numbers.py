"""Numbers that belong to a person: bank account, telephone, citizen service number."""

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher, PhoneNumberType
from stdnum import iban
from stdnum.nl import bsn

Span = tuple[int, int]

# --- What merely looks like one ----------------------------------------------------------------
_CLOCK = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_HARMLESS = re.compile(
    rf"""
    (?<![\d.,:-]) (?:
        \d{{1,2}}(?P<a>[-/. ])\d{{1,2}}(?P=a)(?:19|20)\d\d (?![-./]?\d)          # 14-03-2025
      | (?:19|20)\d\d(?P<b>[-/.])\d{{1,2}}(?P=b)\d{{1,2}} (?![-./]?\d)           # 2025-03-14
      | \d{{1,2}}(?P<c>[-/.])\d{{1,2}}(?P=c)\d\d (?!\d) (?![-/.]\d)              # 14-03-25
      | {_CLOCK} (?: \s?(?:-|,|/|\ |tot|en|of|t/m)\s? {_CLOCK} )* (?!\d) (?![.:-]\d)  # 14.30-16.00
    )
    | (?:€|\beur(?:o)?\b) \s? \d{{1,3}} (?:[. ]?\d{{3}})* (?:,\d\d|,-)? (?!\d)   # € 1.250,00
    | (?<![\d.]) \d{{1,3}} (?:\.\d{{3}})* (?:,\d\d)? \s? (?:€|euro\b)            # 1.250,00 euro
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _harmless(text: str) -> list[Span]:
    """Where dates, times and amounts stand."""
    return [found.span() for found in _HARMLESS.finditer(text)]


def _free(start: int, end: int, taken: list[Span]) -> bool:
    return all(end <= other_start or other_end <= start for other_start, other_end in taken)


# --- Bank account ------------------------------------------------------------------------------
_DUTCH_IBAN = re.compile(r"\bNL[ .-]?\d{2}[ .-]?[A-Z]{4}(?:[ .-]?\d){10}(?!\d)", re.IGNORECASE)
_IBAN_START = re.compile(r"\b[A-Z]{2}\d{2}(?=[ .-]?[A-Z0-9]{2})", re.IGNORECASE)
_IBAN_LENGTHS = range(15, 35)


def iban_spans(text: str) -> Iterator[Span]:
    """Yield where account numbers stand: Dutch ones by form (slips of the pen too), others by check."""
    taken = [found.span() for found in _DUTCH_IBAN.finditer(text)]
    yield from taken
    for found in _IBAN_START.finditer(text):
        end = _iban_end(text, found.start())
        if end is not None and _free(found.start(), end, taken):
            yield found.start(), end


def _iban_end(text: str, start: int) -> int | None:
    """The end of a valid account number that starts here: its length depends on the country."""
    compact = ""
    for place in range(start, min(len(text), start + 50)):
        character = text[place]
        if character.isascii() and character.isalnum():
            compact += character
        elif character not in " .-":
            return None
        if len(compact) in _IBAN_LENGTHS and iban.is_valid(compact, check_country=False):
            return place + 1
    return None


_RUN = re.compile(r"\d+")

# --- Telephone ---------------------------------------------------------------------------------
_GAP = r"[\s./()-]{0,3}"
_DUTCH_PHONE = re.compile(
    rf"""
    (?<![\d+]) (?: (?:\+|00){_GAP}3{_GAP}1{_GAP}(?:\(?0\)?{_GAP})?[1-9] | \(?0{_GAP}[1-9] )
    (?: {_GAP}\d ){{8}} (?!\d)
    """,
    re.VERBOSE,
)
_CUED_PHONE = re.compile(
    r"\b(?:tel|telefoon|telefoonnummer|telnr|nummer|mobiel|mobieltje|bel|bellen|app|appen|whatsapp)\b"
    r"[^\d\n+]{0,15}(?P<number>\d(?:[ .-]?\d){5,8})(?!\d)(?![ .-]\d)",
    re.IGNORECASE,
)
_LENGTHS_OF_A_BSN = (8, 9)
_PUBLIC_PREFIXES = ("0800", "0900")
_PUBLIC_TYPES = frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.UAN})


def phone_spans(text: str) -> Iterator[Span]:
    """Yield where telephone numbers of people stand; 112 and 0800 numbers belong to nobody."""
    taken = _harmless(text)
    for start, end in (*_dutch_phones(text), *_matched_phones(text), *_cued_phones(text)):
        if _free(start, end, taken):
            taken.append((start, end))
            yield start, end


def _dutch_phones(text: str) -> Iterator[Span]:
    for found in _DUTCH_PHONE.finditer(text):
        # "012345672 3 keer": a number of nine digits that stands apart is no area code.
        first_run = _RUN.search(found[0])
        stands_apart = first_run is not None and len(first_run[0]) in _LENGTHS_OF_A_BSN
        if not stands_apart and not found[0].startswith(_PUBLIC_PREFIXES):
            yield found.span()


def _matched_phones(text: str) -> Iterator[Span]:
    """International numbers, as libphonenumber knows them."""
    for found in PhoneNumberMatcher(text, "NL", leniency=Leniency.VALID):
        public = phonenumbers.number_type(found.number) in _PUBLIC_TYPES
        if not public and found.raw_string.startswith(("+", "(+", "00")):
            yield found.start, found.end


def _cued_phones(text: str) -> Iterator[Span]:
    """A number without area code or zero, believed only after a word like "bel", and when it is no BSN."""
    for found in _CUED_PHONE.finditer(text):
        digits = re.sub(r"\D", "", found["number"])
        if not (len(digits) in _LENGTHS_OF_A_BSN and bsn.is_valid(digits)):
            yield found.span("number")


# --- Citizen service number --------------------------------------------------------------------
_SEPARATOR = re.compile(r"[ ./_-]{1,3}|,")
# How people and forms group a BSN; other groupings count only when nothing else stands beside.
_USUAL_SHAPES = frozenset(
    {(9,), (8,), (3, 3, 3), (4, 2, 3), (2, 2, 2, 3), (2, 3, 3), (4, 5), (5, 4), (4, 4), (1,) * 9}
)


def bsn_spans(text: str) -> Iterator[Span]:
    """Yield where citizen service numbers stand: 8 or 9 digits in any grouping that pass the eleven-test."""
    taken = _harmless(text)
    for group in _groups(text):
        yield from _bsns_in(text, group, taken)


def _groups(text: str) -> Iterator[list[Span]]:
    """Runs of digits with only a separator between them."""
    group: list[Span] = []
    for found in _RUN.finditer(text):
        if group and not _SEPARATOR.fullmatch(text, group[-1][1], found.start()):
            yield group
            group = []
        group.append(found.span())
    if group:
        yield group


def _bsns_in(text: str, group: list[Span], taken: list[Span]) -> Iterator[Span]:
    first = 0
    while first < len(group):
        last = _bsn_from(text, group, first, taken)
        if last is None:
            first += 1
        else:
            yield group[first][0], group[last][1]
            first = last + 1


def _bsn_from(text: str, group: list[Span], first: int, taken: list[Span]) -> int | None:
    """The index of the last run of a BSN that starts at run ``first``."""
    digits = ""
    shape: tuple[int, ...] = ()
    for last in range(first, min(len(group), first + 9)):
        start, end = group[last]
        digits += text[start:end]
        shape += (end - start,)
        if len(digits) > 9:
            return None
        alone = len(shape) == len(group)
        if (
            len(digits) in _LENGTHS_OF_A_BSN
            and (alone or shape in _USUAL_SHAPES)
            and bsn.is_valid(digits)
            and not _is_date(digits, shape)
            and _free(group[first][0], end, taken)
        ):
            return last
    return None


def _is_date(digits: str, shape: tuple[int, ...]) -> bool:
    """Whether 2-2-4 or 4-2-2 digits are a day of the last or the next century."""
    if shape == (2, 2, 4):
        day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    elif shape == (4, 2, 2):
        year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    else:
        return False
    try:
        return 1900 <= date(year, month, day).year < 2100
    except ValueError:
        return False
