"""Someone who presses keys only; wherever the focus comes it is seen."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from people.models import User
from tests.browser.people import Person

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
        self.types(self.code(letters, before), name="code")
        self.goes()

    def code(self, letters: Path, before: set[Path]) -> str:
        """The code in the mail that comes after ``before``."""
        for _ in range(300):
            for letter in set(letters.glob("*")) - before:
                if found := re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", letter.read_text(), re.M):
                    return found[1]
            self.page.wait_for_timeout(100)
        raise AssertionError("no mail came")
