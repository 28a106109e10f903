"""People with a browser: each has a window of their own, as large as their device."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect, sync_playwright

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
    # No script of a test, nor axe, lives long enough to earn back what it takes to make it quicker.
    "--js-flags=--no-opt --no-maglev",
]
# The map's background comes from outside, and there is no outside here.
NO_OUTSIDE = "net::ERR_NAME_NOT_RESOLVED"
# What colours and the width of the screen can break; the rest hangs on the markup, which they do not change.
RULES_OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
AXE = Axe()
# Nothing is being fetched or moving.
STILL = """!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")
    && document.getAnimations().every((each) => each.playState !== "running")"""
# Until it is so, on a screen of this size. A frame comes before each look.
AT_REST = f"""
async ([width, height, patience]) => {{
  const until = performance.now() + patience;
  const frame = () => new Promise(requestAnimationFrame);
  const still = () => innerWidth === width && innerHeight === height && {STILL};
  for (await frame(); !still(); await frame())
    if (performance.now() > until) throw new Error("the page does not come to rest");
}}
"""
FULL_SIZE = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
# Only what is wrong leaves the browser: what axe found in order is many times as much.
WRONG = """
(await axe.run(options)).violations
  .map((each) => `${each.id}: ${JSON.stringify(each.nodes.map((node) => node.target))}`)
"""
# One round to the browser each.
MEASURED_AT_REST = f"async ([screen]) => {{ await ({AT_REST})(screen); return {FULL_SIZE}; }}"
WRONG_AT_REST = f"async ([screen, options]) => {{ await ({AT_REST})(screen); return {WRONG.strip()}; }}"


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
        self._size = (size["width"], size["height"])
        self._scheme = scheme
        self._has_axe = False
        self._devtools: CDPSession | None = None
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

    def seen(self, size: dict[str, int], scheme: str, rules: Sequence[str] | None = ()) -> list[str]:
        """What is wrong with the page, once it has come to rest, on a screen of this size in these colours.

        That it is wider than the screen, and what axe-core finds in it, seen at its full height. With
        ``rules`` only these are tried, with ``None`` none. The screen stays as high as the page was seen.
        """
        self.look(size, scheme)
        width, height = self.page.evaluate(MEASURED_AT_REST, [self._screen()])
        found = [] if rules is None else self._violations(height, rules)
        return [*found, "wider than the screen"] if width > size["width"] else found

    def look(self, size: dict[str, int], scheme: str) -> None:
        """Go on with the same page on a screen of this size, in these colours."""
        self._lay_out(size["width"], size["height"])
        if scheme != self._scheme:
            self.page.emulate_media(color_scheme=scheme)
            self._scheme = scheme

    def violations(self, *, rules: Sequence[str] = ()) -> list[str]:
        """What axe-core finds wrong with the page once it has come to rest, seen at its full height.

        With ``rules`` only these are tried.
        """
        size = self._size
        self.page.wait_for_function(f"() => {STILL}")  # also where what is fetched leads to another page
        _, height = self.page.evaluate(FULL_SIZE)
        found = self._violations(height, rules)
        self._lay_out(*size)
        return found

    def _violations(self, height: int, rules: Sequence[str]) -> list[str]:
        self._lay_out(self._size[0], max(height, self._size[1]))
        self._bring_axe()
        only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
        return self.page.evaluate(WRONG_AT_REST, [self._screen(), {"resultTypes": ["violations"], **only}])

    def _screen(self) -> list[int]:
        return [*self._size, PATIENT_MS]

    def _lay_out(self, width: int, height: int) -> None:
        """As on a screen of this size. The window stays as it is, so that no more than that is drawn."""
        if (width, height) == self._size:
            return
        self._size = (width, height)
        self._devtools = self._devtools or self.context.new_cdp_session(self.page)
        metrics = {"width": width, "height": height, "screenWidth": width, "screenHeight": height}
        how = {"deviceScaleFactor": 1, "mobile": False, "dontSetVisibleSize": True}
        self._devtools.send("Emulation.setDeviceMetricsOverride", {**metrics, **how})

    def _bring_axe(self) -> None:
        """To this page, and with every page after it."""
        if not self._has_axe:
            self.page.add_init_script(AXE.axe_script)
            self.page.evaluate(AXE.axe_script)
            self._has_axe = True
