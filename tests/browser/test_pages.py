"""Every page in a real browser: nothing for axe-core to find, nothing wider than the screen, no fault."""

import os

import pytest

from tests.access.world import build_world
from tests.browser.pages import LOOKERS, own_pages
from tests.browser.people import DESK, PHONE, Person

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

NARROWEST = {"width": 320, "height": 640}
# Each page is seen in every language, colour scheme and size, though not in every combination.
LOOKS = (
    (PHONE, "nl-NL", "light"),
    (DESK, "en-GB", "dark"),
    (NARROWEST, "nl-NL", "dark"),
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("looker", LOOKERS)
def test_every_page_can_be_used_by_everybody(site, browser, looker):
    world = build_world()
    wrong = []
    for size, language, scheme in LOOKS:
        person = Person(browser, site, size=size, language=language, scheme=scheme)
        if looker != "anonymous":
            person.become(world.people[looker])
        for path in own_pages(looker, world):
            person.go(path)
            where = f"{path} {size['width']} {language} {scheme}"
            wrong += [f"{where}: {violation}" for violation in person.violations()]
            if person.page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                wrong.append(f"{where}: wider than the screen")
            wrong += [f"{where}: {fault}" for fault in person.faults]
            person.faults.clear()
        person.context.close()
    assert not wrong, "\n" + "\n".join(wrong)
