"""Values of a file's front, each checked; what is wrong is said with its name."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from academy.services.packing import FileRefused

LANGUAGES = ("nl", "en")


class Front:
    """What stands in front of a part."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def knows(self, *names: str) -> None:
        """Refuse names that mean nothing here: mostly typing errors."""
        unknown = [name for name in self._values if name not in names]
        if unknown:
            raise FileRefused(_("“%(name)s” means nothing here.") % {"name": unknown[0][:60]})

    def text(self, name: str, longest: int, default: str | None = None) -> str:
        """A text of some length."""
        value = self._values.get(name, default)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or (default is None and not value.strip()) or len(value) > longest:
            raise _wrong(name)
        if "\x00" in value:
            raise _wrong(name)
        return value

    def in_languages(self, name: str, longest: int) -> dict[str, str]:
        """A text, in Dutch or per language."""
        return languages(self._values.get(name), name, longest)

    def texts(self, name: str) -> list[str]:
        """A list of short texts."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or len(value) > 50 or not all(_short(each) for each in value):
            raise _wrong(name)
        return [str(each) for each in value]

    def choice(self, name: str, values: Collection[str], default: str) -> str:
        """One of some words."""
        value = self._values.get(name, default)
        if value not in values:
            raise _wrong(name)
        return str(value)

    def choices(self, name: str, values: Collection[str]) -> list[str]:
        """Some of some words."""
        found = self.texts(name)
        if not set(found) <= set(values):
            raise _wrong(name)
        return found

    def number(self, name: str, low: int, high: int, default: int | None) -> int | None:
        """A whole number."""
        value = self._values.get(name, default)
        if value is None and default is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _wrong(name)
        return value

    def day(self, name: str) -> date | None:
        """A day as 2027-01-31; ``None`` when it is not there."""
        if self._values.get(name) is None:
            return None
        try:
            return date.fromisoformat(self.text(name, 10))
        except ValueError:
            raise _wrong(name) from None

    def flag(self, name: str) -> bool:
        """True or false; false when it is not there."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise _wrong(name)
        return value

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A list of names with values."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise _wrong(name)
        return value


def languages(value: Any, name: str, longest: int) -> dict[str, str]:
    """Return a text per language; a plain one is Dutch, none is empty."""
    if value is None:
        return {}
    texts = {"nl": value} if isinstance(value, str) else value
    if not isinstance(texts, dict) or not set(texts) <= set(LANGUAGES):
        raise _wrong(name)
    for each in texts.values():
        if not isinstance(each, str) or len(each) > longest or "\x00" in each:
            raise _wrong(name)
    return {code: texts[code] for code in LANGUAGES if texts.get(code)}


def plain(texts: Mapping[str, str]) -> Any:
    """Return the texts as they stand in a file: only Dutch is written without its language."""
    kept = {code: texts[code] for code in LANGUAGES if texts.get(code)}
    return kept["nl"] if list(kept) == ["nl"] else kept


def _short(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) <= 120


def _wrong(name: str) -> FileRefused:
    return FileRefused(_("“%(name)s” is missing, too long or not as it should be.") % {"name": name})
