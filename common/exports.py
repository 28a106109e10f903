"""Tables to take away: CSV, XLSX and ODS, safe to open in a spreadsheet.

A cell that begins like a formula is one to a spreadsheet, whoever wrote the words (threat 9 of
docs/trust.md). So text is marked as text. The whole table is made before anything is answered: what goes
wrong becomes a page that says so, never half a file that looks whole. Rows are taken one by one from any
iterable (``queryset.iterator()``), and their number is bounded.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any

import tablib
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import DomainError

FORMULA_SIGNS = "=+-−@|%"
# Excel's own limit of a cell.
MAX_CELL = 32_767
MAX_NAME = 80
Cell = str | Promise | int | float | Decimal | bool | date | datetime | time | None


class ExportFormat(StrEnum):
    """The kinds of file; the value is its ending."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.ODS: "application/vnd.oasis.opendocument.spreadsheet",
}
# As many as are made within some seconds and tens of megabytes.
MAX_ROWS = {ExportFormat.CSV: 50_000, ExportFormat.XLSX: 10_000, ExportFormat.ODS: 5_000}


class TooManyRows(DomainError):
    """The table is longer than the kind of file may be."""

    status = 413
    code = "too-many-rows"
    message = _("This is too much for one file. Choose a shorter period, or fewer kinds.")


@dataclass(frozen=True, slots=True)
class Table:
    """What is taken away: a title (the name of the file and the sheet), the heads and the rows."""

    title: str | Promise
    columns: Sequence[str | Promise]
    rows: Iterable[Sequence[Cell]]


def export_response(table: Table, kind: ExportFormat) -> HttpResponse:
    """Return the table as a file to save, named after its title and today. Raises ``TooManyRows``."""
    response = HttpResponse(export(table, kind), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = attachment(f"{table.title} {clock.today():%Y-%m-%d}", kind)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def attachment(name: str, ending: str) -> str:
    """Return the Content-Disposition of a file to save, with any letters in its name."""
    plain = re.sub(r"[^\w-]+", "-", name)[:MAX_NAME].strip("-") or "samenkracht"
    return str(content_disposition_header(as_attachment=True, filename=f"{plain}.{ending}"))


def export(table: Table, kind: ExportFormat) -> bytes:
    """Return the bytes of a file with the table. Raises ``TooManyRows``."""
    if kind is ExportFormat.CSV:
        return _csv(table)
    sheet = tablib.Dataset(
        *([_kept(safe_cell(cell)) for cell in row] for row in _bounded(table, kind)),
        headers=[safe_text(str(column)) for column in table.columns],
        title=_printable(str(table.title)),
    )
    content = sheet.export(kind.value)
    assert isinstance(content, bytes)  # noqa: S101  (to the type checker tablib says nothing)
    return content


def safe_cell(value: Cell) -> str | int | float | Decimal | date | time:
    """Return what a cell shows: text marked as such, a moment as it was in Amsterdam, yes and no in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | float | Decimal | date | time):
        return value
    return safe_text(str(value))


def safe_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, without signs that a file cannot hold.

    An apostrophe goes in front where the first sign that shows, in its plain width, could begin a formula or
    a command, and where a tab or a line end stands first.
    """
    cleaned = _printable(text, keep="\t\n\r")[:MAX_CELL]
    first = next((sign for sign in cleaned if not _is_blank(sign)), "")
    plain = unicodedata.normalize("NFKC", first)[:1]
    is_formula = plain in set(FORMULA_SIGNS) or cleaned[:1] in ("\t", "\r", "\n")
    return f"'{cleaned[: MAX_CELL - 1]}" if is_formula else cleaned


def _is_blank(sign: str) -> bool:
    """Whether nothing shows of a sign: spaces of any kind, marks of direction, what joins or breaks."""
    return unicodedata.category(sign)[0] in "ZC"


def _printable(text: str, keep: str = "") -> str:
    """Without control characters, and without halves of signs that no file can hold."""
    return "".join(sign for sign in text if sign in keep or unicodedata.category(sign) not in ("Cc", "Cs"))


def _bounded(table: Table, kind: ExportFormat) -> Iterable[Sequence[Cell]]:
    limit = MAX_ROWS[kind]
    rows = iter(table.rows)
    yield from islice(rows, limit)
    if next(rows, None) is not None:
        raise TooManyRows


def _csv(table: Table) -> bytes:
    """As Dutch spreadsheets open it at once: semicolons, decimal commas, and a mark that it is UTF-8."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=";")
    writer.writerow([safe_text(str(column)) for column in table.columns])
    for row in _bounded(table, ExportFormat.CSV):
        writer.writerow([_csv_words(safe_cell(cell)) for cell in row])
    return lines.getvalue().encode("utf-8-sig")


def _csv_words(value: Any) -> str:
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _kept(value: Any) -> Any:
    """A decimal as a number that both kinds of sheet know."""
    return float(value) if isinstance(value, Decimal) else value
