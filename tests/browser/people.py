"""People with a browser: each has a window of their own, as large as their device."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from people.models import User
from tests.factories.people import PASSWORD, sign_in_by_code

# How long something may take on a machine that is busy with other things. What must come within a moment is
# measured (bench/README.md); here it only has to come.
PATIENT_MS = 30_000
expect.set_options(timeout=PATIENT_MS)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The map's background comes from outside, and there is no outside here.
NO_OUTSIDE = "net::ERR_NAME_NOT_RESOLVED"
# What colours and the width of the screen can break; the rest hangs on the markup, which they do not change.
RULES_OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
AXE = Axe()
# Only what is wrong leaves the browser: what axe found in order is many times as much.
WRONG = """
async (options) => (await axe.run(options)).violations
  .map((each) => `${each.id}: ${JSON.stringify(each.nodes.map((node) => node.target))}`)
"""
# Nothing is being fetched or moving.
AT_REST = """
() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")
  && document.getAnimations().every((each) => each.playState !== "running")
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Someone with a window, who notes what goes wrong in it."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        size: dict[str, int],
        language: str = "nl-NL",
        scheme: str = "light",
    ) -> None:
        self.base = base
        self.context: BrowserContext = browser.new_context(
            viewport=size, locale=language, color_scheme=scheme, reduced_motion="reduce"
        )
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.loads = 0
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("load", self._count)

    def _hear(self, message: object) -> None:
        if message.type == "error" and NO_OUTSIDE not in message.text:
            self.faults.append(message.text)

    def _count(self, _page: object) -> None:
        self.loads += 1

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Through the page for it, with a password."""
        self.page.goto(f"{self.base}/account/login/")
        self.page.locator("details:has(input[name=password]) > summary").click()
        form = self.page.locator("form:has(input[name=password])")
        form.locator("input[name=login]").fill(email)
        form.locator("input[name=password]").fill(password)
        form.locator("button[type=submit]").click()
        self.page.wait_for_url(lambda url: "/account/login" not in url)

    def become(self, user: User) -> None:
        """Be signed in already, with a session of the server's database."""
        client = Client()
        sign_in_by_code(client, user)
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.base}])

    def go(self, path: str) -> None:
        """Open an address and wait for the socket, where the page has one."""
        self.page.goto(f"{self.base}{path}")

    def wait_until_live(self) -> None:
        """Wait until this page's socket is open."""
        expect(self.page.locator("html")).to_have_attribute("data-live-state", "open")

    def press(self, name: str) -> None:
        """Press the visible button with this name."""
        self.page.get_by_role("button", name=name).first.click()

    def sees(self, text: str) -> None:
        """The text is, or comes, on the screen."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def look(self, size: dict[str, int], scheme: str) -> None:
        """Go on with the same page on a screen of this size, in these colours."""
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme)

    def violations(self, *, rules: Sequence[str] = ()) -> list[str]:
        """What axe-core finds wrong with the page once it has come to rest, seen at its full height.

        With ``rules`` only these are tried.
        """
        size = self.page.viewport_size
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        self.page.wait_for_function(AT_REST)
        only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.axe_script)
        found = self.page.evaluate(WRONG, {"resultTypes": ["violations"], **only})
        self.page.set_viewport_size(size)
        return found
