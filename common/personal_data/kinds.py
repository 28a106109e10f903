"""The kinds of personal data that are looked for."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found. Only a BSN is refused; for the others a text without them is suggested."""

    BSN = "bsn"
    EMAIL = "email"
    IBAN = "iban"
    PHONE = "phone"
    POSTCODE = "postcode"
    ADDRESS = "address"


@dataclass(frozen=True, order=True)
class Finding:
    """One place in a text: ``text[start:end]``."""

    start: int
    end: int
    kind: Kind
