"""Every page in a real browser: nothing for axe-core to find, nothing wider than the screen, no fault."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.core.management.commands import flush
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from matching.supply import supply
from tests.access.world import World, build_world
from tests.browser.pages import own_pages
from tests.browser.people import DESK, PHONE, RULES_OF_LOOKS, Person
from tests.browser.server import running_server
from tests.conftest import environment_of_child

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

NARROWEST = {"width": 320, "height": 640}
# Each page is seen in every language, colour scheme and size, though not in every combination: opened in one
# language, then looked at on several screens. Every rule is tried on a wide and on a small one, and what the
# colours and the width can change also on the narrowest. Coordinator and administrator have the same pages:
# one has them in Dutch on small screens, the other in English on a wide one; both must fit wide and narrow.
# What one of them has alone is seen in every look.
# A look is a screen, its colours and the rules that are tried; None is to look at the width only.
Look = tuple[dict[str, int], str, tuple[str, ...] | None]
AT_THE_DOOR = (
    ("nl-NL", ((PHONE, "light", ()), (NARROWEST, "dark", RULES_OF_LOOKS))),
    ("en-GB", ((DESK, "dark", ()),)),
)
SMALL = ((PHONE, "light", ()), (NARROWEST, "dark", RULES_OF_LOOKS), (DESK, "dark", None))
WIDE = ((DESK, "dark", ()), (NARROWEST, "dark", None))
EVERY = ((DESK, "dark", ()), (PHONE, "light", ()), (NARROWEST, "dark", RULES_OF_LOOKS))
BOTH = ("coordinator", "administrator")
IN_DUTCH, IN_ENGLISH = (("nl-NL", SMALL),), (("en-GB", WIDE),)
# Who looks, how, and in how many parts, side by side.
LOOKERS = {
    "anonymous": (AT_THE_DOOR, 2),
    "owner": (AT_THE_DOOR, 2),
    "helper": (AT_THE_DOOR, 3),
    "coordinator": (IN_DUTCH, 5),
    "administrator": (IN_ENGLISH, 5),
    "officer": ((("nl-NL", EVERY),), 1),
}
PARTS = [(looker, part) for looker, (_looks, parts) in LOOKERS.items() for part in range(parts)]


pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Swept:
    """One town on one server, for all who only look."""

    base: str
    world: World

    def person(self, browser: Browser, looker: str, size: dict[str, int], language: str) -> Person:
        person = Person(browser, self.base, size=size, language=language)
        if looker != "anonymous":
            person.become(self.world.people[looker])
        return person


@pytest.fixture(scope="module")
def swept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Swept]:
    """It stands until the last of this file: in between nothing is emptied."""
    with django_db_blocker.unblock():
        world = build_world()
    with running_server(environment_of_child()) as base, pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", lambda *_args, **_kwargs: None)
        yield Swept(base, world)
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)
        supply.forget()


# Every operation is written the same way: one of each subject is looked at, the names of all of them.
IDS_OF_ALL = "() => [...document.querySelectorAll('[id]')].map((each) => each.id)"
KEEP_ONE_OF_EACH = (
    "() => document.querySelectorAll('section > article ~ article').forEach((each) => each.remove())"
)


def test_the_page_about_the_api_can_be_used(swept, browser):
    """As long as the API is wide, so in one look."""
    person = swept.person(browser, "anonymous", DESK, "nl-NL")
    person.go("/api/v1/docs")
    ids = person.page.evaluate(IDS_OF_ALL)
    assert len(ids) == len({*ids}) > 300
    person.page.evaluate(KEEP_ONE_OF_EACH)
    assert (person.violations(), person.faults) == ([], [])


@pytest.mark.parametrize(("looker", "part"), PARTS)
def test_every_page_can_be_used_by_everybody(swept, browser, looker, part):
    visits, parts = LOOKERS[looker]
    alone = seen_by_nobody_else(looker, swept.world)
    wrong = []
    for language, usual in visits:
        person = swept.person(browser, looker, usual[0][0], language)
        for path in own_pages(looker, swept.world)[part::parts]:
            looks = EVERY if path in alone else usual
            person.look(*looks[0][:2])
            person.go(path)
            wrong += [f"{path} {language} {each}" for each in seen(person, looks)]
    assert not wrong, "\n" + "\n".join(wrong)


def seen_by_nobody_else(looker: str, world: World) -> set[str]:
    """The pages of a coordinator that an administrator has not, and the other way about."""
    if looker not in BOTH:
        return set()
    theirs, others = (set(own_pages(each, world)) for each in sorted(BOTH, key=lambda each: each != looker))
    return theirs - others


def seen(person: Person, looks: tuple[Look, ...]) -> list[str]:
    """What is wrong with the page in each of these looks."""
    wrong = []
    for size, scheme, rules in looks:
        found = person.seen(size, scheme, rules)
        wrong += [f"{size['width']} {scheme}: {each}" for each in (*found, *person.faults)]
        person.faults.clear()
    return wrong
