"""All finders in one pass, each blind to what an earlier one has found."""

import unicodedata

from common.personal_data import addresses, mail, numbers
from common.personal_data.kinds import Finding, Kind

# The order decides: an account number holds digits that also look like a telephone number.
_FINDERS = (
    (Kind.EMAIL, mail.spans),
    (Kind.IBAN, numbers.iban_spans),
    (Kind.PHONE, numbers.phone_spans),
    (Kind.BSN, numbers.bsn_spans),
    (Kind.POSTCODE, addresses.postcode_spans),
    (Kind.ADDRESS, addresses.street_spans),
)
_TAKEN = "\x1f"


def find_personal_data(text: str) -> list[Finding]:
    """Return what identifies a person in ``text``, in order of place, without overlaps."""
    rest = _plain(text)
    findings: list[Finding] = []
    for kind, spans in _FINDERS:
        for start, end in spans(rest):
            findings.append(Finding(start, end, kind))
            rest = rest[:start] + _TAKEN * (end - start) + rest[end:]
    return sorted(findings)


def _plain(text: str) -> str:
    """The same text, place for place, with one kind of space, dash, quote and digit."""
    return "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    # Cf holds the invisible ones (zero-width space, joiners) that can hide a number.
    if category in ("Zs", "Cf"):
        return " "
    return "'" if character in "‘’`´" else character
