"""What is said and suggested to people about what was found."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.personal_data.finder import find_personal_data
from common.personal_data.kinds import Finding, Kind

_PLACEHOLDERS = {
    Kind.BSN: _("[citizen service number]"),
    Kind.EMAIL: _("[e-mail address]"),
    Kind.IBAN: _("[account number]"),
    Kind.PHONE: _("[phone number]"),
    Kind.POSTCODE: _("[postcode]"),
    Kind.ADDRESS: _("[address]"),
}
_CONTACT = _("Only people who have agreed on something see each other's contact details.")
_ADDRESS = _("Your helper gets the address once you have agreed.")
_SENTENCES = {
    Kind.BSN: [
        _("There is a citizen service number (BSN) in this text."),
        _("Please take it out: we never need it."),
    ],
    Kind.EMAIL: [_("There is an e-mail address in this text."), _CONTACT],
    Kind.IBAN: [_("There is an account number in this text."), _("Nobody needs it to help.")],
    Kind.PHONE: [_("There is a phone number in this text."), _CONTACT],
    Kind.POSTCODE: [_("There is a postcode in this text."), _ADDRESS],
    Kind.ADDRESS: [_("There seems to be an address in this text."), _ADDRESS],
}


def mask_personal_data(text: str) -> str:
    """Return ``text`` with every finding replaced by a word for it, as a suggestion for the writer."""
    parts: list[str] = []
    place = 0
    for finding in find_personal_data(text):
        parts += [text[place : finding.start], str(_PLACEHOLDERS[finding.kind])]
        place = finding.end
    return "".join(parts) + text[place:]


def describe(findings: Iterable[Finding]) -> list[str]:
    """Return one text per kind that was found, what matters most first: what it is, why it can go."""
    found = {finding.kind for finding in findings}
    return [_sentence(kind) for kind in Kind if kind in found]


def refuse_bsn(text: str, *, field: str | None = None) -> None:
    """Raise when ``text`` holds a citizen service number: it may not be stored, not even for a moment.

    Raises:
        InvalidInput: with the sentence for people, on ``field``.
    """
    if any(finding.kind is Kind.BSN for finding in find_personal_data(text)):
        raise InvalidInput(_sentence(Kind.BSN), field=field)


def _sentence(kind: Kind) -> str:
    return " ".join(map(str, _SENTENCES[kind]))
