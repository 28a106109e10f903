"""Words that are scripts, in a real browser (threat 8 of docs/trust.md).

Everything that people can type is made one: every free column of every row of a whole town. Then staff open
all their pages. Nothing may run, nothing may be refused by the content security policy (that would mean it
stood there as code), and no element may come out of words.
"""

import json
import os

import pytest
from django.db import models

from common.encryption import EncryptedJSONField
from people.models import Resident
from safeguarding.models import Concern
from tests.access.world import build_world
from tests.browser.pages import own_pages
from tests.browser.people import DESK, Person
from tests.common.script_corpus import SCRIPTS
from tests.privacy.everything import all_models

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.django_db(transaction=True)

SHORT = "\"'><img src=x onerror=hacked=1>"
# The database keeps no null; a form would refuse it.
LONG = " ".join(SCRIPTS).replace("\x00", "")
# Not words but keys: addresses, digests, times of day, kinds kept by programs.
NO_WORDS = (
    "digest",
    "phone",
    "slug",
    "email",
    "password",
    "language",
    "postcode",
    "code",
    "key",
    "type",
    "group",
    "topic",
)
KEPT_BY_PROGRAMS = ("events", "places", "notifications")
# What words may never turn into, and no page of ours has.
NEVER = ", ".join(
    (
        *(f"[on{event}]" for event in ("error", "load", "focus", "toggle", "begin")),
        *("[srcdoc]", "[style]", "iframe", "object", "embed", "base", "xmp", "marquee", "math"),
        *(
            "template > script",
            "meta[http-equiv=refresh]",
            "a[href^='javascript' i]",
            "form[action^='java' i]",
        ),
        *("[hx-get*='evil']", "[src*='evil']", "[href*='evil']", "img[src='x']"),
    )
)


def words_for(field: models.Field) -> str:
    """What to put in a column of free words; nothing for other columns."""
    if not isinstance(field, models.CharField | models.TextField) or isinstance(field, models.SlugField):
        return ""
    if field.choices or isinstance(field, EncryptedJSONField) or any(word in field.name for word in NO_WORDS):
        return ""
    return LONG if field.max_length is None else SHORT if field.max_length > len(SHORT) + 3 else ""


def plant() -> set[str]:
    """Put scripts in every column of free words of every row; return which columns."""
    found = set()
    for model in all_models():
        fields = [field for field in model._meta.concrete_fields if words_for(field)]
        if model._meta.app_label in KEPT_BY_PROGRAMS or not fields:
            continue
        for number, row in enumerate(model._default_manager.all()):
            values = {field.name: f"{number if field.unique else ''}{words_for(field)}" for field in fields}
            model._default_manager.filter(pk=row.pk).update(**values)
            found |= {f"{model._meta.label}.{name}" for name in values}
    for resident in Resident.objects.all():
        resident.address = {"street": SHORT, "house_number": "1", "postcode": "3431AA", "city": SHORT}
        resident.save()
    for concern in Concern.objects.all():
        concern.told = {**concern.told, "story": LONG, "about": SHORT, "name": SHORT}
        concern.save()
    return found


def what_ran(person: Person) -> list[str]:
    """Signs on the page that words became more than words."""
    hacked = person.page.evaluate("String(window.hacked)")
    grown = person.page.evaluate(
        "(never) => [...document.querySelectorAll(never)].map((each) => each.outerHTML.slice(0, 120))", NEVER
    )
    signs = [*grown, *person.faults, *([] if hacked == "undefined" else ["a script ran"])]
    person.faults.clear()
    return signs


@pytest.mark.timeout(900)
def test_no_words_become_code_on_any_page_of_staff(site, browser):
    world = build_world()
    columns = plant()
    assert {
        "people.User.name", "people.Resident.name", "people.Organisation.name", "academy.Course.title_nl",
        "help_requests.HelpRequest.description", "help_requests.HelpRequest.summary",
    } <= columns  # fmt: skip
    wrong, shown = [], 0
    for looker in ("coordinator", "officer"):
        person = Person(browser, site, size=DESK)
        person.become(world.people[looker])
        for path in own_pages(looker, world):
            person.go(path)
            wrong += [f"{path}: {sign}" for sign in what_ran(person)]
            shown += person.page.evaluate("document.body.innerText.includes('hacked=1')")
        person.context.close()
    assert not wrong, "\n" + "\n".join(wrong)
    assert shown > 10, "the words were shown, as words"


def test_the_browser_would_have_told(site, browser):
    """Negative control: the same words, put on a page as code, leave both signs; even then nothing runs."""
    person = Person(browser, site, size=DESK)
    person.go("/")
    with person.page.expect_console_message(lambda told: "Content Security Policy" in told.text):
        person.page.evaluate(f"document.body.insertAdjacentHTML('beforeend', {json.dumps(SHORT)})")
    signs = what_ran(person)
    assert any("onerror" in sign and sign.startswith("<img") for sign in signs)
    assert any("Content Security Policy" in sign for sign in signs)
    assert "a script ran" not in signs
    person.context.close()
