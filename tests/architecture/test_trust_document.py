"""docs/trust.md names tests; each exists, for each of the twenty threats, and is no empty one."""

import ast
import re

import pytest

from tools.compile_messages import ROOT

DOCUMENT = (ROOT / "docs" / "trust.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)+)`", DOCUMENT)))
ROWS = {int(row[1]): row[0] for row in re.finditer(r"^\| (\d+) \|.*$", DOCUMENT, re.MULTILINE)}
# What the design asks for and nobody has built yet, as the document says itself.
OPEN: set[int] = set()


def find_test(name: str) -> ast.FunctionDef | None:
    """The function of a test by its id, or nothing."""
    path, *names = name.split("::")
    file = ROOT / path
    body: list[ast.stmt] = ast.parse(file.read_text()).body if file.exists() else []
    found: ast.stmt | None = None
    for each in names:
        found = next((node for node in body if getattr(node, "name", "") == each), None)
        body = getattr(found, "body", [])
    return found if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef) else None


def proves_something(test: ast.FunctionDef) -> bool:
    """Whether it can fail by what it says: an assertion, an error that it waits for, or a helper."""
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Attribute) and node.attr == "raises")
        or (isinstance(node, ast.Name) and "assert" in node.id)
        for node in ast.walk(test)
    )


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists_and_proves_something(name):
    found = find_test(name)
    assert found is not None, "docs/trust.md names a test that is not there"
    assert proves_something(found)


def test_each_of_the_twenty_has_a_proof_or_says_that_it_has_none():
    assert sorted(ROWS) == list(range(1, 21))
    without = {number for number, row in ROWS.items() if "`tests/" not in row}
    assert without == OPEN
    assert all("not yet" in ROWS[number] for number in OPEN)


def test_every_file_that_is_named_exists():
    missing = [
        path
        for path in re.findall(r"`((?:[a-z_]+/)+(?:\w+\.(?:py|sh))?)`", DOCUMENT)
        if not (ROOT / path).exists()
    ]
    assert missing == []


def test_a_test_that_went_is_missed():
    assert find_test("tests/access/test_matrix.py::test_that_went") is None
    assert find_test("tests/access/test_gone.py::test_x") is None
    assert find_test("tests/people/test_agenda.py::test_guesses_and_half_secrets_open_nothing") is not None
