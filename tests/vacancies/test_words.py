"""One word for one thing: a seat is "plek" in Dutch, and "plaats" is where something is."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parents[2]
A_SEAT = re.compile(r"\b(a|your|no|all|of|the|last|\)s) places?\b", re.IGNORECASE)
WHERE = re.compile(r"a place, or|a place in|safe place|or the place|At a place|time or place")
WRONG = re.compile(r"\b(een|je|jouw|uw|geen|alle) plaats(en)?\b", re.IGNORECASE)


def seats() -> dict[str, str]:
    """The Dutch of every sentence about a seat, of the apps that have seats."""
    found = {}
    for app in ("academy", "common", "notifications", "vacancies"):
        for entry in polib.pofile(str(ROOT / app / "locale/nl/LC_MESSAGES/django.po")):
            if A_SEAT.search(entry.msgid) and not WHERE.search(entry.msgid):
                found[entry.msgid] = entry.msgstr or " ".join(entry.msgstr_plural.values())
    return found


def test_a_seat_is_called_plek_everywhere():
    told = seats()
    assert len(told) > 30, "the test sees no seats"
    said_so = [
        dutch for dutch in told.values() if WRONG.search(dutch) or ("plaats" in dutch and "plek" not in dutch)
    ]
    assert said_so == []


@pytest.mark.parametrize("app", ["academy", "notifications"])
def test_where_it_is_stays_plaats(app):
    entries = polib.pofile(str(ROOT / app / "locale/nl/LC_MESSAGES/django.po"))
    told = [entry.msgstr for entry in entries if "time or place" in entry.msgid]
    assert told
    assert all("tijd of plaats" in dutch for dutch in told)
