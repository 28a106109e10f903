"""Parts of the week the way people say them: "maandag t/m vrijdag in de ochtend"."""

from functools import lru_cache
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

DAYS = 7
PARTS = 3
# From this many days on end with the same parts, the first and the last say it.
A_STRETCH = 3


def week_words(mask: int) -> list[str]:
    """Say the parts of the week in ``mask``, one phrase each; its bits are ``weekday * 3 + part``."""
    return list(_said(mask, get_language()))


@lru_cache(maxsize=4096)
def _said(mask: int, _language: str | None) -> tuple[str, ...]:
    """A list says the same weeks over and over, and each takes a dozen look-ups of words."""
    days = [(day, mask >> day * PARTS & 0b111) for day in range(DAYS)]
    phrases: list[str] = []
    for parts, run in groupby(days, key=lambda each: each[1]):
        stretch = [day for day, _parts in run]
        if parts:
            phrases += _stretch_words(stretch, parts)
    return tuple(phrases)


def _stretch_words(days: list[int], parts: int) -> list[str]:
    names = [label for number, label in enumerate(_part_labels()) if parts >> number & 1]
    if len(days) < A_STRETCH:
        return [phrase for day in days for phrase in _day_words(str(WEEKDAYS[day]), names)]
    words = {"first": WEEKDAYS[days[0]], "last": WEEKDAYS[days[-1]]}
    said = _("every day") if len(days) == DAYS else _("%(first)s to %(last)s") % words
    if len(names) == PARTS:
        return [said]
    return [_("%(days)s in the %(part)s") % {"days": said, "part": _(" or ").join(names)}]


def _day_words(day: str, names: list[str]) -> list[str]:
    if len(names) == PARTS:
        return [day]
    # Dutch makes one word of it: maandagochtend.
    return [pgettext("daypart", "%(weekday)s %(part)s") % {"weekday": day, "part": name} for name in names]


def _part_labels() -> tuple[str, str, str]:
    return _("morning"), _("afternoon"), _("evening")
