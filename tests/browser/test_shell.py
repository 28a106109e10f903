"""The frame in a real browser: display, keyboard, confirmation, toasts, refusals, desk keys, map, weight."""

import gzip
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from tests.browser.people import DESK, PHONE, Person
from tests.browser.server import running_server
from tests.conftest import environment_of_child
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import CentreFactory, CoordinatorFactory, VolunteerFactory

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

NARROWEST = {"width": 320, "height": 640}
FIRST_VISIT_BYTES = 150_000
LATER_PAGE_BYTES = 30_000
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def site(django_db_setup: None) -> Iterator[str]:
    """One server for all: what it keeps in mind is not of one test."""
    with running_server(environment_of_child()) as base:
        yield base


@pytest.fixture
def visitor(site: str, browser: Browser) -> Person:
    CentreFactory()
    return Person(browser, site, size=PHONE)


def theme_of(page: Page) -> str | None:
    return page.locator("html").get_attribute("data-theme")


def test_colours_change_at_once_and_stay(visitor):
    visitor.go("/privacy/")
    loads = visitor.loads
    with visitor.page.expect_response("**/weergave/"):
        visitor.press("Donker")
    assert theme_of(visitor.page) == "dark"
    assert visitor.loads == loads
    visitor.go("/")
    assert theme_of(visitor.page) == "dark"
    expect(visitor.page.get_by_role("button", name="Donker")).to_have_attribute("aria-pressed", "true")
    assert visitor.faults == []


def test_everything_about_display_works_without_javascript(site, browser):
    context = browser.new_context(java_script_enabled=False, locale="nl-NL", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site}/privacy/")
    page.get_by_role("button", name="Grote letters").click()
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    assert page.url == f"{site}/privacy/"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your privacy")


def test_the_keyboard_finds_the_content_first(visitor):
    visitor.go("/privacy/")
    visitor.page.keyboard.press("Tab")
    skip = visitor.page.get_by_role("link", name="Naar de inhoud")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()


def test_the_menu_opens_and_escape_gives_the_focus_back(visitor):
    visitor.go("/")
    menu = visitor.page.locator("summary", has_text="Menu")
    menu.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("navigation", name="Menu", exact=True)).to_be_visible()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("navigation", name="Menu", exact=True)).to_be_hidden()
    expect(menu).to_be_focused()


# Size, chosen colours, letters, what the device wants.
LOOKS = (
    (PHONE, "auto", "normal", "light"),
    (NARROWEST, "dark", "large", "light"),
    (DESK, "contrast", "normal", "light"),
    (NARROWEST, "contrast", "large", "dark"),
    (DESK, "auto", "normal", "dark"),
)
EVERY_PART = ("/", "/stijl/", "/stijl/?fouten=1", "/bestaat-niet/")


def test_every_part_can_be_used_in_every_look(site, browser):
    CentreFactory()
    wrong = []
    for size, theme, letters, scheme in LOOKS:
        person = Person(browser, site, size=size, scheme=scheme)
        chosen = {"sk_theme": theme, "sk_text": letters}
        person.context.add_cookies([{"name": name, "value": chosen[name], "url": site} for name in chosen])
        for path in EVERY_PART:
            person.go(path)
            look = f"{path} {size['width']} {theme} {letters} {scheme}"
            wrong += [f"{look}: {violation}" for violation in person.violations()]
            if person.page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                wrong.append(f"{look}: wider than the screen")
        person.context.close()
    assert wrong == []


def test_what_cannot_be_undone_is_asked_first(visitor):
    visitor.go("/stijl/")
    withdraw = visitor.page.get_by_role("button", name="Trek in")
    withdraw.click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text("Weet u het zeker?")
    visitor.press("Nee, terug")
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    assert "ingetrokken" not in visitor.page.url
    withdraw.click()
    visitor.page.get_by_role("button", name="Ja", exact=True).click()
    visitor.page.wait_for_url("**/stijl/?ingetrokken=ja")


def test_going_back_or_refreshing_sends_no_form_again(visitor):
    """Whoever left a form with errors finds it clean, instead of the question to send it once more."""
    visitor.go("/zorg-melden/")
    page, sent = visitor.page, []
    page.on(
        "request", lambda request: sent.append(request.method) if request.is_navigation_request() else None
    )
    form = page.locator("main form")
    form.evaluate("form => { form.noValidate = true; form.removeAttribute('action') }")
    with page.expect_navigation():
        form.get_by_role("button").last.click()
    expect(page.locator("[data-focus]")).to_be_focused()
    assert form.get_attribute("action").endswith("/zorg-melden/")
    page.goto(f"{visitor.base}/privacy/")
    assert page.go_back().status == 200
    expect(page.locator("[data-focus]")).to_have_count(0)
    page.reload()
    assert sent == ["POST", "GET", "GET", "GET"]


def test_a_toast_tells_and_takes_back(visitor):
    visitor.go("/stijl/")
    visitor.page.evaluate(
        """() => {
          document.body.addEventListener("sk:refresh", () => (document.body.dataset.refreshed = "yes"));
          const detail = {text: "Fatma is gevraagd.", undo: "/weergave/"};
          document.body.dispatchEvent(new CustomEvent("sk-toast", {detail}));
        }"""
    )
    expect(visitor.page.get_by_role("status").filter(has_text="Fatma is gevraagd.")).to_be_visible()
    with visitor.page.expect_response("**/weergave/") as undone:
        visitor.press("Ongedaan maken")
    assert undone.value.request.method == "POST"
    expect(visitor.page.locator("body")).to_have_attribute("data-refreshed", "yes")
    expect(visitor.page.get_by_text("Fatma is gevraagd.")).to_have_count(0)


def test_a_refused_fragment_is_told_at_the_top_and_leaves_the_page_whole(visitor):
    visitor.go("/stijl/")
    visitor.page.evaluate("htmx.ajax('GET', '/bestaat-niet/', 'main h1')")
    alert = visitor.page.locator("#messages [role=alert]")
    expect(alert).to_contain_text("Wij kunnen deze pagina niet vinden")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Onderdelen van de stijl")


def test_a_lost_connection_is_told(visitor):
    visitor.go("/stijl/")
    visitor.context.set_offline(True)
    visitor.page.evaluate("void htmx.ajax('GET', '/privacy/', 'main h1').catch(() => null)")
    visitor.sees("Er is nu geen verbinding.")


def test_a_fragment_for_someone_signed_out_leads_the_whole_page_to_the_door(site, browser):
    volunteer = VolunteerFactory()
    person = Person(browser, site, size=PHONE)
    person.become(volunteer.user)
    person.go("/berichten/")
    person.context.clear_cookies(name="sessionid")
    person.page.evaluate("htmx.ajax('GET', '/vandaag/', 'main')")
    person.page.wait_for_url("**/account/login/?next=/berichten/")


def test_whoever_signs_out_comes_home_however_soon_the_socket_hears_of_it(site, browser):
    person = Person(browser, site, size=PHONE)
    person.become(VolunteerFactory().user)
    person.go("/profiel/")
    person.wait_until_live()

    def answer_once_the_page_has_heard(route: Route) -> None:
        with person.page.expect_websocket():  # closed, it knocks again
            answer = route.fetch(max_redirects=0)
        route.fulfill(response=answer)

    person.page.route("**/account/logout/", answer_once_the_page_has_heard)
    person.press("Uitloggen")
    person.page.wait_for_url(f"{site}/")


def test_the_bar_of_a_phone_never_hides_what_has_the_focus(site, browser):
    volunteer = VolunteerFactory()
    person = Person(browser, site, size=NARROWEST)
    person.become(volunteer.user)
    person.go("/profiel/")
    bar = person.page.locator(".sk-bottom").bounding_box()
    for _ in range(40):
        person.page.keyboard.press("Tab")
        focused = person.page.evaluate(
            """() => {
              const element = document.activeElement;
              const box = element.getBoundingClientRect();
              return element.closest("main") ? box.bottom : null;
            }"""
        )
        assert focused is None or focused <= bar["y"] + 1


@pytest.fixture
def desk(site, browser) -> Person:
    """A coordinator at a desk with two new requests."""
    centre = CentreFactory()
    for words in ("Lamp ophangen in de gang.", "Een ritje naar de kapper."):
        HelpRequestFactory(resident__centre=centre, state=RequestState.SUBMITTED, description=words)
    person = Person(browser, site, size=DESK)
    person.become(CoordinatorFactory(centre))
    person.go("/balie/")
    return person


def test_the_desk_is_walked_and_opened_by_keys(desk):
    rows = desk.page.locator("[data-desk-open]")
    loads = desk.loads
    for key, row in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
        desk.page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#panel [data-key]").first).to_be_visible()
    expect(desk.page.locator("#panel")).to_be_focused()
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    desk.page.keyboard.press("Escape")
    expect(rows.nth(0)).to_be_focused()
    assert desk.loads == loads
    assert desk.faults == []


def test_a_part_is_not_fetched_again_while_a_form_in_it_is_on_its_way(desk):
    HelpRequest.objects.update(state=RequestState.OPEN)
    # What the socket tells of the same form would fetch the part too.
    desk.context.add_init_script("window.WebSocket = class extends EventTarget { close() {} }")
    desk.go("/balie/?lijst=gevraagd")
    desk.page.locator("[data-desk-open]").first.click()
    start = desk.page.locator("form[action$='/uitvragen/start/'] button")
    expect(start).to_be_visible()
    sent, asked = [], []
    desk.page.on("request", lambda request: asked.append(request.url.split("/")[-2]))
    with desk.page.expect_request("**/uitvragen/start/"):
        # Held on its way: ``sent`` has it until the test lets it go.
        desk.page.route("**/uitvragen/start/", lambda route: sent.extend([route]))
        start.click()
    desk.page.evaluate("document.body.dispatchEvent(new CustomEvent('sk:refresh'))")
    assert "kandidaten" not in asked
    with desk.page.expect_response("**/kandidaten/"):
        sent[0].continue_()
    assert asked.count("kandidaten") == 1
    assert desk.faults == []


def test_every_tab_of_the_desk_is_in_sight(desk):
    outside = "tabs => tabs.filter(tab => tab.getBoundingClientRect().right > innerWidth).length"
    tabs = desk.page.locator("#desk-tabs a")
    assert tabs.count() > 8
    assert tabs.evaluate_all(outside) == 0


def test_the_desk_shows_its_keys_and_leaves_letters_to_who_types(desk):
    desk.page.keyboard.press("?")
    keys = desk.page.get_by_role("dialog", name="Toetsen")
    expect(keys).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    desk.page.keyboard.press("/")
    search = desk.page.locator("[data-desk-search]")
    expect(search).to_be_focused()
    desk.page.keyboard.type("jk1?")
    expect(search).to_have_value("jk1?")


def test_the_map_stands_beside_its_points_without_tiles(visitor):
    visitor.page.route("https://service.pdok.nl/**", lambda route: route.abort())
    visitor.go("/stijl/")
    markers = visitor.page.locator(".sk-map .leaflet-marker-icon")
    expect(markers).to_have_count(3)
    markers.first.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".leaflet-popup")).to_contain_text("Batau Noord · 600 meter")


def test_places_that_lie_over_each_other_are_one_that_comes_nearer_by_key(visitor):
    """As the map of the bank has it; the page of components stands in for it."""

    def with_many(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace("data-map ", 'data-map data-many="Toon # hier" ')
        )

    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.route("https://service.pdok.nl/**", lambda route: route.abort())
    visitor.page.route("**/stijl/", with_many)
    visitor.go("/stijl/")
    markers = visitor.page.locator(".sk-map .leaflet-marker-icon")
    apart = visitor.page.locator(".sk-marker:not(.sk-marker--many)")
    expect(markers.first).to_be_attached()
    for _ in range(6):
        visitor.page.locator(".leaflet-control-zoom-out").press("Enter")
    together = visitor.page.get_by_role("button", name="Toon 3 hier")
    expect(together).to_have_count(1)
    expect(markers).to_have_count(1)
    together.focus()
    visitor.page.keyboard.press("Enter")
    expect(together).to_have_count(0)
    expect(visitor.page.locator("[data-map]")).to_be_focused()
    expect(apart.first).to_be_attached()


def test_without_the_map_library_no_empty_box_is_left(visitor):
    visitor.page.route("**/leaflet/leaflet*.js", lambda route: route.abort())
    visitor.go("/stijl/")
    expect(visitor.page.locator("[data-map]")).to_be_hidden()


def test_a_first_visit_is_light_and_a_later_page_lighter(site, browser):
    """Sizes as they travel through a proxy that compresses: every answer packed with gzip."""
    CentreFactory()
    person = Person(browser, site, size=PHONE)
    answers: list[Response] = []

    def hear(answer: Response) -> None:
        answers.append(answer)

    person.page.on("response", hear)

    def packed_on(path: str) -> dict[str, int]:
        answers.clear()
        person.go(path)
        person.page.wait_for_load_state("networkidle")
        return {answer.url: _packed(answer) for answer in answers}

    assert 10_000 < sum(packed_on("/").values()) < FIRST_VISIT_BYTES
    later = {url: size for url, size in packed_on("/vraag-hulp/").items() if "/static/" not in url}
    assert 0 < sum(later.values()) < LATER_PAGE_BYTES


def _packed(answer: Response) -> int:
    return 0 if 300 <= answer.status < 400 else len(gzip.compress(answer.body()))
