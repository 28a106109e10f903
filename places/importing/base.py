"""What a reader gives: values that are right, and sentences about lines that are not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from shapely.geometry.base import BaseGeometry


class Mistake(ValueError):
    """A line is wrong; the text says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that was not imported. ``where`` names it the way one finds it in the file: "line 12"."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of a geographical file: its columns by plain name (``plain``) and its shape in WGS84."""

    where: str
    columns: Mapping[str, Any]
    geometry: BaseGeometry


class Coded(Protocol):
    """A row with a code that may come once in a file."""

    @property
    def where(self) -> str:
        """Where in the file it stands."""

    @property
    def code(self) -> str:
        """Its code."""


Row = TypeVar("Row", bound=Coded)


def once(rows: Iterable[Row | Fault | None]) -> Iterator[Row | Fault | None]:
    """Yield the rows, with a fault in the place of each whose code has come before."""
    seen: dict[str, str] = {}
    for row in rows:
        if row is None or isinstance(row, Fault):
            yield row
        elif row.code in seen:
            yield Fault(
                row.where, f"{row.code} comes twice, first at {seen[row.code]}; remove one of the two"
            )
        else:
            seen[row.code] = row.where
            yield row


def plain(name: str) -> str:
    """Return a column name without case, spaces and underscores, since every edition spells them anew.

    "WK_CODE", "wijkcode" and "aantalInwoners" become "wkcode", "wijkcode" and "aantalinwoners".
    """
    return "".join(sign for sign in name.lower() if sign.isalnum())


def first_value(columns: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first of the named columns that holds something, as stripped text; "" when none does."""
    for name in names:
        value = columns.get(name)
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""
