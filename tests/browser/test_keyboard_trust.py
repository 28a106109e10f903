"""Without a mouse, where trust is at stake: signing in, a second factor, keeping apart, a copy, erasing.

Only keys are pressed, and wherever the focus comes it is seen: it has a ring, is on the screen, and nothing
lies over it.
"""

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse
from playwright.sync_api import expect

from matching.services import accept_offer, ask_volunteer
from people.models import User
from safeguarding.models import Block
from tests.browser.people import DESK, PHONE, Person
from tests.browser.server import running_server
from tests.factories.matching import NEVER_QUIET, Town
from tests.factories.people import PostcodeFactory

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)
MOST_STOPS = 120
# What has the focus: its words, and whether one can see that it has it, on the screen and not under a bar.
FOCUS = """
() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const box = here.getBoundingClientRect();
  const around = here.closest(".sk-card, .sk-row, .sk-option, label");
  const shows = [here, here.labels?.[0], around].filter(Boolean).some((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const uncovered = !top || here.contains(top) || top.contains(here) || !!here.labels?.[0]?.contains(top);
  const inside = box.bottom > 0 && box.top < innerHeight;
  const said = here.getAttribute("aria-label") ?? here.labels?.[0]?.innerText ?? here.innerText;
  return { words: (said ?? "").trim(), shows, uncovered, inside, name: here.name ?? "" };
}
"""


class Typist(Person):
    """Someone who never touches a mouse."""

    def is_told_what_is_wrong(self) -> None:
        """The focus is on the words of it."""
        found = self.here()
        assert found is not None, f"the focus is lost on {self.page.url}"
        assert "Dit vraagt nog aandacht" in str(found["words"])

    def here(self) -> dict[str, object] | None:
        """Where the focus is, which has to be seen; ``None`` outside the page, in the browser itself."""
        found: dict[str, object] | None = self.page.evaluate(FOCUS)
        if found is None:
            return None
        assert [found["shows"], found["inside"], found["uncovered"]] == [True] * 3, (self.page.url, found)
        return found

    def tab_to(self, words: str = "", *, name: str = "") -> None:
        """Press Tab until the focus is on what has these words, or this name; fail when it never is."""
        seen = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if (at := self.here()) is None:
                continue
            seen.append(at["words"])
            if words in str(at["words"]) and name in ("", at["name"]):
                return
        pytest.fail(f"{words or name!r} cannot be reached on {self.page.url}: {seen}")

    def goes(self, words: str = "", *, past: str = "") -> None:
        """Tab to a link or button and press it; another page comes."""
        if words:
            self.tab_to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        if past:
            assert past in self.page.url

    def types(self, text: str, *, name: str) -> None:
        """Tab to a field, unless the page has put the focus there, and fill it in."""
        if self.page.evaluate("document.activeElement.name") != name:
            self.tab_to(name=name)
        self.page.keyboard.type(text)

    def sign_in_by_code(self, user: User, letters: Path) -> None:
        """Through the mail."""
        before = set(letters.glob("*"))
        self.go(reverse("account_login"))
        self.types(user.email, name="email")
        self.goes(past="/account/")
        self.types(self._code(letters, before), name="code")
        self.goes()

    def _code(self, letters: Path, before: set[Path]) -> str:
        for _ in range(300):
            for letter in set(letters.glob("*")) - before:
                if found := re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", letter.read_text(), re.M):
                    return found[1]
            self.page.wait_for_timeout(100)
        raise AssertionError("no mail came")


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Where the server puts its mail."""
    return tmp_path / "mail"


@pytest.fixture
def site(child_environment: dict[str, str], letters: Path) -> Iterator[str]:
    """Where staff show a second factor."""
    told = {"EMAIL_URL": f"filemail:///{letters}", "STAFF_SECOND_FACTOR": "1"}
    with running_server({**child_environment, **told}) as base:
        yield base


@pytest.fixture
def town(transactional_db) -> Town:
    PostcodeFactory()
    made = Town(volunteers=1)
    made.policy(**NEVER_QUIET)
    accept_offer(
        ask_volunteer(made.request, made.volunteers[0], by=made.coordinator), by=made.volunteers[0].user
    )
    made.settle()
    return made


def set_up_a_second_factor(staff: Typist) -> None:
    """The desk leads there by itself; the code of the app is that of the letters on the page."""
    staff.go(reverse("desk"))
    staff.sees("vragen we een tweede bewijs")
    staff.goes("App met codes", past="/totp/activate/")
    secret = staff.page.locator("main code").inner_text()
    staff.types("000000", name="code")
    staff.goes()
    staff.is_told_what_is_wrong()
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    staff.tab_to(name="code")
    staff.page.keyboard.press("Control+A")
    staff.page.keyboard.type(code)
    staff.goes()
    staff.sees("Herstelcodes")
    staff.go(reverse("desk"))
    expect(staff.page).to_have_url(f"{staff.base}{reverse('desk')}")


def test_everything_of_trust_goes_by_keys_alone(browser, site, town, letters, tmp_path):
    staff = Typist(browser, site, size=DESK)
    staff.sign_in_by_code(town.coordinator, letters)
    set_up_a_second_factor(staff)
    assert Authenticator.objects.filter(user=town.coordinator, type="totp").exists()

    user = town.volunteers[0].user
    phone = Typist(browser, site, size=PHONE)
    phone.sign_in_by_code(user, letters)
    phone.go(reverse("agreements"))
    phone.goes("Boodschappen")
    phone.tab_to("Klopt er iets niet?")
    phone.page.keyboard.press("Enter")
    phone.goes("Niet meer ontmoeten")
    phone.types("Die van de boodschappen", name="note")
    phone.goes("Ja, houd ons uit elkaar", past=reverse("my-blocks"))
    assert Block.objects.get().set_by_id == user.pk

    phone.go(reverse("profile"))
    phone.goes("Uw gegevens", past=reverse("my-rights"))
    phone.tab_to("Mijn gegevens downloaden")
    with phone.page.expect_download() as download:
        phone.page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "kopie.zip")
    assert len(zipfile.ZipFile(tmp_path / "kopie.zip").namelist()) == 2

    phone.goes("Mijn gegevens wissen", past=reverse("erase-me"))
    phone.types("weg", name="word")
    phone.goes()
    phone.is_told_what_is_wrong()
    phone.tab_to(name="word")
    phone.page.keyboard.press("Control+A")
    phone.page.keyboard.type("wissen")
    phone.goes(past=f"{site}/")
    user.refresh_from_db()
    assert not user.is_active
    for person in (staff, phone):
        assert [fault for fault in person.faults if "422" not in fault] == []
