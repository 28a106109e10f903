"""Every string for people is translated, and every catalogue knows every string of its app."""

import ast
import re
import shutil

import polib
import pytest

from tools.collect_messages import NOT_APPS, collect
from tools.compile_messages import ROOT, catalogues, compile_catalogue


def names(root):
    return [str(path.relative_to(root)) for path in catalogues(root)]


def untranslated(catalogue):
    """The entries of a catalogue that people would see in English, or guessed."""
    entries = [entry for entry in catalogue if not entry.obsolete]
    return [entry.msgid for entry in entries if entry.fuzzy or not entry.translated()]


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """A copy of the project whose catalogues were collected from its code and templates just now."""
    copy = tmp_path_factory.mktemp("messages") / "project"
    not_code = shutil.ignore_patterns(
        ".*",
        "__pycache__",
        "*.mo",
        "node_modules",
        "*.sqlite3*",
        *(name.removesuffix("/*") for name in NOT_APPS),
    )
    shutil.copytree(ROOT, copy, ignore=not_code)
    collect(copy)
    return copy


@pytest.mark.parametrize("name", names(ROOT))
def test_every_string_is_translated(name):
    assert untranslated(polib.pofile(str(ROOT / name))) == []


@pytest.mark.parametrize("name", names(ROOT))
def test_the_catalogue_knows_every_string_and_no_other(name, collected):
    def messages(root):
        return {
            (entry.msgctxt, entry.msgid) for entry in polib.pofile(str(root / name)) if not entry.obsolete
        }

    assert messages(ROOT) == messages(collected)


# Read by residents ("u") as by volunteers and staff ("je"): these pages address nobody by either.
SHARED = ("account", "mfa", "usersessions")
STAFF_ONLY = "You work with other people's data."


def addressed(catalogue, words):
    """The strings of a catalogue that stand in ``words`` and say "je"."""
    told = [entry for entry in catalogue if not entry.msgid.startswith(STAFF_ONLY)]
    shown = [entry for entry in told if f'"{entry.msgid}"' in words]
    return [
        entry.msgid for entry in shown if re.search(r"\b(je|jij|jou|jouw)\b", entry.msgstr, re.IGNORECASE)
    ]


def test_the_pages_of_signing_in_address_residents_and_volunteers_alike():
    dutch = polib.pofile(str(ROOT / "people/locale/nl/LC_MESSAGES/django.po"))
    pages = [page for name in SHARED for page in (ROOT / "people/templates" / name).rglob("*.*")]
    words = "".join(page.read_text() for page in [*pages, ROOT / "people/web/account_forms.py"])
    assert addressed(dutch, words) == []
    assert addressed(dutch, f'"{STAFF_ONLY}" "Your password" "You are not on your own"') == [
        "You are not on your own"
    ], "a guard that sees nothing proves nothing"


def unknown_aliases(source):
    """The names under which a module translates and that the collector does not know."""
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    names = [name for node in imports if node.module == "django.utils.translation" for name in node.names]
    return [name.asname for name in names if "gettext" in name.name and name.asname not in (None, "_")]


def test_strings_are_translated_under_names_that_the_collector_knows():
    modules = [path for app in ROOT.glob("*/apps.py") for path in app.parent.rglob("*.py")]
    assert {path: found for path in modules if (found := unknown_aliases(path.read_text()))} == {}
    assert unknown_aliases("from django.utils.translation import gettext as _now") == ["_now"]
    assert unknown_aliases("from django.utils.translation import gettext as _, ngettext") == []


def test_every_app_with_strings_has_a_catalogue(collected):
    assert names(collected) == names(ROOT)


def test_an_untranslated_or_fuzzy_entry_is_seen():
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Done", msgstr="Klaar"))
    catalogue.append(polib.POEntry(msgid="Not now", msgstr=""))
    catalogue.append(polib.POEntry(msgid="Send", msgstr="Verstuur", flags=["fuzzy"]))
    assert untranslated(catalogue) == ["Not now", "Send"]


def test_a_catalogue_is_compiled_without_gettext_when_it_changed(tmp_path):
    source = tmp_path / "django.po"
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=n != 1;",
    }
    catalogue.append(polib.POEntry(msgid="One volunteer", msgstr="Één vrijwilliger"))
    catalogue.save(str(source))

    assert compile_catalogue(source) is True
    assert compile_catalogue(source) is False
    assert [entry.msgstr for entry in polib.mofile(str(source.with_suffix(".mo")))] == ["Één vrijwilliger"]


def said_twice(books):
    """The strings with a translation of their own in two catalogues: people see only one of them."""
    said = {}
    for book in books:
        for entry in book:
            words = entry.msgstr or tuple(sorted(entry.msgstr_plural.items()))
            said.setdefault((entry.msgctxt, entry.msgid), set()).add(words)
    return {key: words for key, words in said.items() if len(words) > 1}


def test_a_string_is_translated_alike_in_every_app():
    dutch = [polib.pofile(str(ROOT / name)) for name in names(ROOT) if "/nl/" in name]
    assert said_twice(dutch) == {}


def test_a_string_with_two_translations_is_seen_unless_its_context_differs():
    first, second = polib.POFile(), polib.POFile()
    first.append(polib.POEntry(msgid="Read on", msgstr="Lees verder"))
    second.append(polib.POEntry(msgid="Read on", msgstr="Gelezen op"))
    second.append(polib.POEntry(msgid="Your name", msgstr="Uw naam"))
    first.append(polib.POEntry(msgid="Your name", msgctxt="informal", msgstr="Je naam"))
    assert list(said_twice([first, second])) == [(None, "Read on")]
