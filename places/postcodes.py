"""Dutch postcodes as people type them.

A postcode with letters (PC6, "3431AB") is one side of part of a street, about 17 addresses;
the four digits alone (PC4, "3431") are an area of some thousands of people.
"""

import re

from places.errors import InvalidPostcode

PC4_LENGTH = 4
PC6_LENGTH = 6
# These three were never given out, because of what they stood for in the Second World War.
NEVER_ISSUED = frozenset({"SA", "SD", "SS"})

_WHOLE = re.compile(r"([1-9][0-9]{3})\s*([A-Za-z]{2})?", re.ASCII)
_LEADING = re.compile(r"([1-9][0-9]{3})\s*([A-Za-z]{2})(?![A-Za-z])", re.ASCII)
# Inside a text two lower-case letters after a space are more likely a word ("Plein 1945 in Utrecht").
_INSIDE = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{3})(?:\s?([A-Z]{2})|([a-z]{2}))(?![A-Za-z])", re.ASCII)


def normalise_postcode(text: str) -> str:
    """Return ``text`` as "3431AB", or as "3431" when it has no letters.

    Raises:
        InvalidPostcode: it is not a Dutch postcode.
    """
    match = _WHOLE.fullmatch(text.strip())
    if match is None or (match[2] or "").upper() in NEVER_ISSUED:
        raise InvalidPostcode()
    return match[1] + (match[2] or "").upper()


def postcode_in(text: str) -> str | None:
    """Return the normalised postcode that an address carries, or ``None``.

    Understands "3431ab 12", "Dorpsstraat 12, 3431 AB Nieuwegein" and a postcode alone.
    Four digits count only when they are the whole text, since a house number looks the same.
    """
    text = text.strip()
    try:
        return normalise_postcode(text)
    except InvalidPostcode:
        match = _LEADING.match(text) or _INSIDE.search(text)
    if match is None:
        return None
    letters = "".join(group for group in match.groups()[1:] if group).upper()
    return None if letters in NEVER_ISSUED else match[1] + letters


def shown_postcode(code: str) -> str:
    """Return a normalised postcode the way people write it: "3431 AB"."""
    return f"{code[:PC4_LENGTH]} {code[PC4_LENGTH:]}".rstrip()
