"""What a reader gives: values that are right, and sentences about lines that are not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
