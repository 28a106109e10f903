"""Every page in a real browser: nothing for axe-core to find, nothing wider than the screen, no fault."""

import os

import pytest

from tests.access.world import build_world
from tests.browser.pages import LOOKERS, own_pages
from tests.browser.people import DESK, PHONE, RULES_OF_LOOKS, Person

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

NARROWEST = {"width": 320, "height": 640}
# Each page is seen in every language, colour scheme and size, though not in every combination. Every rule is
# tried on the markup of each language, and on the third look what that look can change.
LOOKS = (
    (PHONE, "nl-NL", "light", ()),
    (DESK, "en-GB", "dark", ()),
    (NARROWEST, "nl-NL", "dark", RULES_OF_LOOKS),
)

pytestmark = pytest.mark.django_db(transaction=True)


# Every operation is written the same way: one of each subject is looked at, the names of all of them.
IDS_OF_ALL = "() => [...document.querySelectorAll('[id]')].map((each) => each.id)"
KEEP_ONE_OF_EACH = (
    "() => document.querySelectorAll('section > article ~ article').forEach((each) => each.remove())"
)


def test_the_page_about_the_api_can_be_used(site, browser):
    """As long as the API is wide, so in one look."""
    person = Person(browser, site, size=DESK)
    person.go("/api/v1/docs")
    ids = person.page.evaluate(IDS_OF_ALL)
    assert len(ids) == len({*ids}) > 300
    person.page.evaluate(KEEP_ONE_OF_EACH)
    assert (person.violations(), person.faults) == ([], [])
    person.context.close()


@pytest.mark.timeout(900)  # as many pages as a role has
@pytest.mark.parametrize("looker", LOOKERS)
def test_every_page_can_be_used_by_everybody(site, browser, looker):
    world = build_world()
    wrong = []
    for size, language, scheme, rules in LOOKS:
        person = Person(browser, site, size=size, language=language, scheme=scheme)
        if looker != "anonymous":
            person.become(world.people[looker])
        for path in own_pages(looker, world):
            person.go(path)
            where = f"{path} {size['width']} {language} {scheme}"
            wrong += [f"{where}: {violation}" for violation in person.violations(rules=rules)]
            if person.page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                wrong.append(f"{where}: wider than the screen")
            wrong += [f"{where}: {fault}" for fault in person.faults]
            person.faults.clear()
        person.context.close()
    assert not wrong, "\n" + "\n".join(wrong)
