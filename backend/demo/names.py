"""Invented names, streets and phone numbers. Whoever bears such a name by chance is not meant."""

import json
from pathlib import Path
from random import Random

_NAMES = json.loads((Path(__file__).parent / "names.json").read_text())


def full_name(chance: Random) -> str:
    """A first name and a surname."""
    return f"{chance.choice(_NAMES['first'])} {chance.choice(_NAMES['last'])}"


def phone_number(number: int) -> str:
    """An invented mobile number, valid in form; nothing in the demonstration ever rings it."""
    return f"+3161000{number % 10_000:04d}"


def street_address(chance: Random, postcode: str) -> dict[str, str]:
    """An address that does not exist."""
    return {
        "street": chance.choice(_NAMES["streets"]),
        "house_number": str(chance.randint(1, 120)),
        "postcode": postcode,
        "city": "Nieuwegein",
    }
