"""The data map of docs/privacy.md names every table, and no term that is not a setting."""

import re

from django.conf import settings

from tests.privacy.everything import all_models
from tools.compile_messages import ROOT

DOCUMENT = ROOT / "docs" / "privacy.md"
ROW = re.compile(r"^\| ([a-z_]+\.[A-Za-z]+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def rows(text: str) -> dict[str, tuple[str, ...]]:
    """The rows of the table of tables: purpose, basis, term by model."""
    return {found[0]: found[1:] for found in ROW.findall(text)}


def test_every_table_is_in_the_data_map_and_nothing_else():
    known = {model._meta.label for model in all_models() if not model._meta.auto_created}
    assert set(rows(DOCUMENT.read_text())) == known


def test_what_holds_something_of_a_person_says_for_what_and_how_long():
    for label, (what, purpose, basis, kept) in rows(DOCUMENT.read_text()).items():
        if not what.startswith("none"):
            assert purpose, label
            assert "–" not in (basis, kept), label


def test_a_term_named_there_is_a_setting():
    named = set(re.findall(r"`([A-Z_]+_DAYS)`", DOCUMENT.read_text()))
    assert len(named) >= 8
    assert {name for name in named if not hasattr(settings, name)} == set()
