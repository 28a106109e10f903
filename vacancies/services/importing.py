"""Vacancies from a table (CSV): every line by itself, good ones kept as drafts, the others explained."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, InvalidInput
from common.permissions import require
from people.models import Organisation, User
from vacancies.enums import Reimbursement, VacancyCategory, VacancyKind
from vacancies.models import Vacancy
from vacancies.services.life import submit_vacancy
from vacancies.services.writing import draft_vacancy

MOST_LINES = 500
# A cell that begins so is a formula to a spreadsheet: it was meant for someone else.
FORMULA = ("=", "@", "\t", "\r", "|", "%")
_YES = frozenset({"ja", "yes", "true", "1", "x"})


@dataclass(frozen=True)
class Line:
    """What became of one line; ``number`` as a spreadsheet counts, the heading being 1."""

    number: int
    title: str
    problem: str = ""
    field: str = ""
    vacancy: Vacancy | None = None

    @property
    def good(self) -> bool:
        """Whether it is (or would be) a vacancy."""
        return not self.problem


def import_vacancies(
    organisation: Organisation, text: str, *, dry_run: bool, submit: bool = False, by: User | None
) -> list[Line]:
    """Make a draft of every good line; with ``submit`` send those that are complete to the centre.

    ``dry_run`` tells the same and keeps nothing. Columns may be in any order, by their Dutch or English name;
    separated by semicolons or commas.

    Raises:
        InvalidInput: it is no table, has no title column, or is too long.
        Forbidden: ``by`` does not write for the organisation.
    """
    require(by, "vacancies.edit_vacancy", Vacancy(organisation=organisation, centre=organisation.centre))
    rows = _rows(text)
    return [
        _one(organisation, number, row, dry_run=dry_run, submit=submit, by=by)
        for number, row in enumerate(rows, start=2)
    ]


def _rows(text: str) -> list[dict[str, str]]:
    heading = text.split("\n", 1)[0]
    separator = ";" if heading.count(";") >= heading.count(",") else ","
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        raise InvalidInput(_("We cannot read this as a table. Save it as CSV."), field="file") from None
    names = [_COLUMNS.get(name.strip().lower(), "") for name in table[0]] if table else []
    if "title" not in names:
        raise InvalidInput(_("The first line names the columns. One of them is “titel”."), field="file")
    lines = [line for line in table[1:] if any(cell.strip() for cell in line)]
    if len(lines) > MOST_LINES:
        raise InvalidInput(_("At most %(count)d lines at a time.") % {"count": MOST_LINES}, field="file")
    return [{name: cell.strip() for name, cell in zip(names, line, strict=False) if name} for line in lines]


def _one(
    organisation: Organisation,
    number: int,
    row: dict[str, str],
    *,
    dry_run: bool,
    submit: bool,
    by: User | None,
) -> Line:
    title = row.get("title", "")[:80]
    try:
        with transaction.atomic():
            made = draft_vacancy(organisation, by=by, **_details(row))
            made = submit_vacancy(made, by=by) if submit else made
            if dry_run:
                transaction.set_rollback(True)
    except DomainError as refusal:
        return Line(number, title, str(refusal.message), getattr(refusal, "field", None) or "")
    return Line(number, title, vacancy=None if dry_run else made)


def _details(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, cell in row.items():
        if cell.startswith(FORMULA):
            raise InvalidInput(_("A cell may not begin with %(sign)s.") % {"sign": cell[0]}, field=name)
        if cell:
            values[name] = _READERS[name](cell, name)
    return values


def _text(cell: str, name: str) -> str:
    return cell


def _number(cell: str, name: str) -> Decimal:
    try:
        found = Decimal(cell.replace(",", "."))
    except InvalidOperation:
        raise InvalidInput(_("This is not a number: %(text)s.") % {"text": cell[:20]}, field=name) from None
    if not found.is_finite() or abs(found) > 9999:
        raise InvalidInput(_("This is not a number: %(text)s.") % {"text": cell[:20]}, field=name)
    return found.quantize(Decimal("0.1"))


def _whole(cell: str, name: str) -> int:
    return int(_number(cell, name))


def _day(cell: str, name: str) -> date:
    parts = cell.replace("/", "-").split("-")
    ordered = parts if len(parts[0]) == 4 else parts[::-1]
    try:
        year, month, day = map(int, ordered)
        return date(year, month, day)
    except (ValueError, OverflowError):
        sentence = _("Write a day as 31-12-2026: %(text)s.") % {"text": cell[:20]}
        raise InvalidInput(sentence, field=name) from None


def _yes(cell: str, name: str) -> bool:
    return cell.lower() in _YES


def _among(choices: Iterable[tuple[Any, Any]]) -> Callable[[str, str], str]:
    """A reader of a choice by its key or by its words."""

    def read(cell: str, name: str) -> str:
        for key, label in choices:
            if cell.lower() in (str(key), str(label).lower()):
                return str(key)
        raise InvalidInput(_("This is not one of the choices: %(text)s.") % {"text": cell[:30]}, field=name)

    return read


_READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(
        (
            "title", "task", "profile", "offer", "address", "postcode", "city", "contact_name",
            "contact_email", "contact_phone",
        ),
        _text,
    ),
    "category": _among(VacancyCategory.choices),
    "kind": _among(VacancyKind.choices),
    "reimbursement": _among(Reimbursement.choices),
    **dict.fromkeys(("on_date", "starts_on", "ends_on"), _day),
    "hours": _number,
    **dict.fromkeys(("wanted", "minimum_age"), _whole),
    "online": _yes,
}  # fmt: skip
_COLUMNS: dict[str, str] = {name: name for name in _READERS} | {
    "titel": "title",
    "taak": "task",
    "wie": "profile",
    "aanbod": "offer",
    "adres": "address",
    "plaats": "city",
    "contactpersoon": "contact_name",
    "e-mail": "contact_email",
    "email": "contact_email",
    "telefoon": "contact_phone",
    "categorie": "category",
    "hoe vaak": "kind",
    "vergoeding": "reimbursement",
    "datum": "on_date",
    "vanaf": "starts_on",
    "tot": "ends_on",
    "uren": "hours",
    "aantal": "wanted",
    "minimumleeftijd": "minimum_age",
    "vanuit huis": "online",
}
COLUMNS = tuple(name for name in _COLUMNS if name not in _READERS)
"""The Dutch names, as an example file has them."""
