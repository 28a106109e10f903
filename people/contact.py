"""Phone numbers and addresses as people type them, and as they are kept."""

from dataclasses import asdict, dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common.words import phone_words
from people.errors import InvalidEmail, InvalidPhone
from places.postcodes import shown_postcode

COUNTRY = "NL"


@dataclass(frozen=True, slots=True)
class Address:
    """A Dutch home address: ``postcode`` in any spelling, ``house_number`` with its addition ("12a")."""

    street: str
    house_number: str
    postcode: str
    city: str = ""

    def as_dict(self) -> dict[str, str]:
        """The four parts, as ``Resident.address`` keeps them."""
        return asdict(self)

    @property
    def lines(self) -> tuple[str, str]:
        """The two lines of an envelope."""
        place = f"{shown_postcode(self.postcode)} {self.city}".strip()
        return f"{self.street} {self.house_number}".strip(), place


def normalise_phone(text: str, *, field: str = "phone") -> str:
    """Return a number as "+31612345678" (E.164); empty stays empty. A number without country is Dutch.

    Raises:
        InvalidPhone: it is not a number that can exist.
    """
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone(field=field) from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone(field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_phone(number: str) -> str:
    """Return a kept number as people write it: "06 12345678", or international from abroad."""
    return phone_words(number)


def normalise_email(text: str, *, field: str = "email") -> str:
    """Return an e-mail address in lower case; empty stays empty.

    Raises:
        InvalidEmail: it is not an address.
    """
    address = text.strip().lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidEmail(field=field) from error
    return address
