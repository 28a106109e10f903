"""The documents say what is true of the code."""

import re

import pytest

from tools.compile_messages import ROOT

SETTINGS = (ROOT / "backend" / "settings.py").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
VARIABLES = sorted(set(re.findall(r'(?:env|Env\(\))\.\w+\(\s*"([A-Z_]+)"', SETTINGS)))


def test_settings_read_their_variables_in_the_known_way():
    assert len(VARIABLES) > 20


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_environment_variable_is_documented(variable):
    assert f"| `{variable}` |" in OPERATIONS


def test_no_variable_is_documented_that_does_not_exist():
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE))
    assert documented == set(VARIABLES)


def test_every_decision_is_listed():
    decisions = ROOT / "docs" / "decisions"
    index = (decisions / "README.md").read_text()
    missing = [path.name for path in decisions.glob("[0-9]*.md") if f"({path.name})" not in index]
    assert missing == []
