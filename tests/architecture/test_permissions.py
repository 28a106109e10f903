"""Each permission that the rules grant is asked somewhere, and each that is asked is granted by a rule."""

import re
from collections.abc import Iterable

import pytest
import rules.permissions

from tools.compile_messages import ROOT

GRANTED = re.compile(r'add_perm\(\s*"([a-z_]+\.[a-z_]+)"')
ASKED = re.compile(r'(?:require\(|has_perm\()[^)]*?"([a-z_]+\.[a-z_]+)"', re.DOTALL)
# Of the vacancy bank: its rules stand, the pages that ask them follow.
FOR_PAGES_TO_COME = {"vacancies.keep_webhooks", "vacancies.view_organisation"}
NAMED = re.compile(r'"([a-z_]+\.[a-z_]+)"')
APPS = (
    "people",
    "safeguarding",
    "academy",
    "help_requests",
    "vacancies",
    "matching",
    "recognition",
    "simulation",
)


def sources(*, rules_only: bool) -> Iterable[str]:
    """The code of the apps: that of the rules, or all the rest."""
    for app in (*APPS, "notifications", "backend"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if (path.name == "rules.py") is rules_only:
                yield path.read_text()


def unasked(granted: set[str], rest: Iterable[str]) -> set[str]:
    """Those that nobody asks."""
    return granted - {name for text in rest for name in NAMED.findall(text)}


def granted() -> set[str]:
    return {name for text in sources(rules_only=True) for name in GRANTED.findall(text)}


def test_every_permission_is_asked():
    assert unasked(granted(), sources(rules_only=False)) <= FOR_PAGES_TO_COME


def test_every_permission_asked_is_granted_by_a_rule():
    asked = {name for text in sources(rules_only=False) for name in ASKED.findall(text)}
    django_s_own = {name for name in asked if re.search(r"\.(add|change|delete|view)_[a-z]+$", name)}
    assert asked - django_s_own <= granted()
    assert len(asked) > 40


def test_an_idle_one_is_seen():
    assert unasked({"people.dream"}, sources(rules_only=False)) == {"people.dream"}


@pytest.mark.django_db
def test_nothing_is_granted_to_nobody():
    from django.contrib.auth.models import AnonymousUser

    refused = {name for name in granted() if not rules.permissions.has_perm(name, AnonymousUser(), None)}
    assert refused == granted()
