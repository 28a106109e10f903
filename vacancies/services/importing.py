"""Vacancies from a table (CSV): every line by itself, good ones kept as drafts, the others explained."""

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import DomainError, InvalidInput
from common.permissions import require
from people.models import Organisation, User
from vacancies.enums import Reimbursement, VacancyCategory, VacancyKind, VacancyState
from vacancies.models import Vacancy
from vacancies.services.life import submit_vacancy
from vacancies.services.moving import lock_organisation
from vacancies.services.writing import draft_vacancy

MOST_LINES = 500
# A cell that begins so is a formula to a spreadsheet: it was meant for someone else.
FORMULA = ("=", "@", "\t", "\r", "|", "%")
_YES = frozenset({"ja", "yes", "true", "1", "x"})


@dataclass(frozen=True)
class Line:
    """What became of one line.

    Attributes:
        number: as a spreadsheet counts rows, empty ones too; the heading is 1.
        problem: all that is wrong with it, each with the name of its column as the table has it.
        field: of the first thing that is wrong.
        known: the organisation has this vacancy already, of before or of an earlier line: not kept again.
    """

    number: int
    title: str
    problem: str = ""
    field: str = ""
    vacancy: Vacancy | None = None
    known: bool = False

    @property
    def good(self) -> bool:
        """Whether it is (or would be) a new vacancy."""
        return not self.problem and not self.known


@dataclass(frozen=True)
class Table:
    """What a text holds: each column that we read as the table writes it, those that we do not, and rows."""

    columns: Mapping[str, str]
    unread: Sequence[str]
    rows: Sequence[tuple[int, Mapping[str, str]]]

    def after(self, number: int) -> Sequence[tuple[int, Mapping[str, str]]]:
        """The rows after the line with this number."""
        return [row for row in self.rows if row[0] > number]


class _Wrong(Exception):
    """What is wrong with the cells of one line: per column a sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__()
        self.found = found


@transaction.atomic
def import_vacancies(
    organisation: Organisation,
    text: str,
    *,
    dry_run: bool,
    submit: bool = False,
    after: int | None = None,
    by: User | None,
) -> list[Line]:
    """Make a draft of every good line; with ``submit`` send those that are complete to the centre.

    ``dry_run`` tells the same and keeps nothing. Who sends a table twice at once has it once. Columns may be
    in any order, by their Dutch or English name; separated by semicolons, commas or tabs. A long table is
    taken in portions: with ``after``, the number of a line (0 for all), the ``MOST_LINES`` that follow it.

    Raises:
        InvalidInput: it is no table, has no title column, or is too long to be taken at once.
        Forbidden: ``by`` does not write for the organisation.
    """
    require(by, "vacancies.edit_vacancy", Vacancy(organisation=organisation, centre=organisation.centre))
    table, known = read_table(text), _kept(lock_organisation(organisation.pk))
    if after is None and len(table.rows) > MOST_LINES:
        raise _too_long(table)
    lines = []
    for number, row in table.after(after or 0)[:MOST_LINES]:
        title = row.get("title", "")[:80]
        try:
            values = _details(row)
        except _Wrong as wrong:
            told = (f"{table.columns[name]}: {sentence}" for name, sentence in wrong.found.items())
            lines.append(Line(number, title, " ".join(told), next(iter(wrong.found))))
            continue
        same = _same(values)
        line = Line(number, title, known=True)
        if same not in known:
            line = _one(organisation, number, values, table, dry_run=dry_run, submit=submit, by=by)
        if line.good:
            known.add(same)
        lines.append(line)
    return lines


def read_table(text: str) -> Table:
    """Return the rows of a table, with their numbers. Raises ``InvalidInput`` when it is none."""
    heading = text.split("\n", 1)[0]
    separator = max(";,\t", key=heading.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        found = list(enumerate(reader, start=1))
    except csv.Error:
        sentence = _("We cannot read this as a table; look at line %(number)d. Save it as CSV.")
        raise InvalidInput(sentence % {"number": reader.line_num}, field="file") from None
    written = found[0][1] if found else []
    names = [_COLUMNS.get(name.strip().lower(), "") for name in written]
    if "title" not in names:
        raise InvalidInput(_("The first line names the columns. One of them is “titel”."), field="file")
    filled = [(number, line) for number, line in found[1:] if any(cell.strip() for cell in line)]
    return Table(
        columns={name: each.strip() for name, each in zip(names, written, strict=True) if name},
        unread=[each.strip() for name, each in zip(names, written, strict=True) if not name and each.strip()],
        rows=[(number, _cells(names, line)) for number, line in filled],
    )


def _too_long(table: Table) -> InvalidInput:
    sentence = _("At most %(count)d lines at a time; this table has %(found)d. Split it.")
    return InvalidInput(sentence % {"count": MOST_LINES, "found": len(table.rows)}, field="file")


def _cells(names: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(names, line, strict=False) if name}


def _same(values: Mapping[str, Any]) -> tuple[str, str, date | None]:
    """What tells two vacancies of one organisation apart: the same words, elsewhere or on another day."""
    day = values.get("on_date") if values.get("kind") == VacancyKind.ONE_OFF else None
    title, postcode = str(values.get("title", "")), str(values.get("postcode", ""))
    return (" ".join(title.lower().split()), postcode.replace(" ", "").upper(), day)


def _kept(organisation: Organisation) -> set[tuple[str, str, date | None]]:
    running = Vacancy.objects.filter(organisation=organisation).exclude(state=VacancyState.CLOSED)
    return {_same(row) for row in running.values("title", "postcode", "on_date", "kind")}


def _one(
    organisation: Organisation,
    number: int,
    values: Mapping[str, Any],
    table: Table,
    *,
    dry_run: bool,
    submit: bool,
    by: User | None,
) -> Line:
    title = str(values.get("title", ""))[:80]
    try:
        with transaction.atomic():
            made = draft_vacancy(organisation, by=by, **values)
            made = submit_vacancy(made, by=by) if submit else made
            if dry_run:
                transaction.set_rollback(True)
    except DomainError as refusal:
        field = getattr(refusal, "field", None) or ""
        column = table.columns.get(field, "")
        return Line(number, title, f"{column}: {refusal.message}" if column else str(refusal.message), field)
    return Line(number, title, vacancy=None if dry_run else made)


def _details(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a line. Raises ``_Wrong`` with all that cannot be read."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, cell in row.items():
        try:
            if cell:
                values[name] = _READERS[name](_harmless(cell, name), name)
        except InvalidInput as refusal:
            wrong[name] = str(refusal.message)
    if wrong:
        raise _Wrong(wrong)
    return values


def _harmless(cell: str, name: str) -> str:
    if cell.startswith(FORMULA):
        raise InvalidInput(_("A cell may not begin with %(sign)s.") % {"sign": cell[0]}, field=name)
    return cell


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


def _among(choices: Collection[tuple[Any, Any]]) -> Callable[[str, str], str]:
    """A reader of a choice by its key, by its words, or by the first of its words when no other begins so."""

    def read(cell: str, name: str) -> str:
        wanted = cell.lower()
        named = {str(key): str(label).lower() for key, label in choices}
        exact = [key for key, label in named.items() if wanted in (key, label)]
        found = exact or [key for key, label in named.items() if label.startswith(f"{wanted} ")]
        if len(found) == 1:
            return found[0]
        sentence = _("“%(text)s” is not one of the choices: %(choices)s.")
        raise InvalidInput(sentence % {"text": cell[:30], "choices": "; ".join(named.values())}, field=name)

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
COLUMNS = (
    "titel", "taak", "wie", "aanbod", "adres", "postcode", "plaats", "contactpersoon", "e-mail", "telefoon",
    "categorie", "hoe vaak", "uren", "vergoeding", "datum", "vanaf", "tot", "aantal", "minimumleeftijd",
    "vanuit huis",
)  # fmt: skip
"""The Dutch names, as the example has them: each column once."""
_EXAMPLE = (
    "Taalmaatje", "Je oefent elke week een uur Nederlands met iemand die het leert.", "Je hebt geduld.",
    "Een training en koffie.", "Schouwstede 1", "3431 JB", "Nieuwegein", "Ria de Boer", "ria@voorbeeld.nl",
    "030 123 45 67", "language", "recurring", "1,5", "expenses", "", "", "", "3", "18", "nee",
)  # fmt: skip


def example() -> list[str]:
    """Return one line of a table with every column of ``COLUMNS``, choices in the active language.

    It begins a month from now: an example of the past would be refused.
    """
    words = dict(zip(COLUMNS, _EXAMPLE, strict=True))
    begins = clock.today() + timedelta(days=30)
    words["vanaf"] = f"{begins.day}-{begins.month}-{begins.year}"
    chosen = (("categorie", VacancyCategory), ("hoe vaak", VacancyKind), ("vergoeding", Reimbursement))
    return list((words | {name: str(kinds(words[name]).label).lower() for name, kinds in chosen}).values())
