"""Whoever is suspended or signs out loses what their device keeps for on the way."""

import os

import pytest
from playwright.sync_api import Route, expect

from academy.models import Course
from academy.services import begin
from people.services.accounts import suspend_user
from tests.browser.people import PHONE, Person
from tests.factories.academy import CourseFactory, lesson
from tests.factories.people import CentreFactory, PostcodeFactory, VolunteerFactory

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "async () => (await caches.keys()).some((name) => name.startsWith('sk-lessons'))"
# It waits by itself: to wait_for_function every promise is a yes.
GONE = f"""
async () => {{
  const kept = {KEPT};
  for (let turn = 0; turn < 600 && (await kept()); turn++) await new Promise((done) => setTimeout(done, 50));
  return !(await kept());
}}
"""
ANSWERS = "async (path) => Boolean(await caches.match(path, { ignoreVary: true }))"
STEP = "/leren/dementie/stap/2/"
# The page stays where it is, so that it is not the page to sign in that clears.
STAY = "sessionStorage.setItem('sk:reloaded', String(Date.now() + 3_600_000))"
# By the socket means: not by a part of the page that fetches itself again.
BY_SOCKET = "addEventListener('htmx:beforeRequest', (event) => event.preventDefault(), true)"
NO_SOCKET = "window.WebSocket = class extends EventTarget { close() {} }"


def learner_with_a_copy(browser, site, course, *, socket: bool) -> Person:
    """Someone on the first step, with the whole course on their phone."""
    user = VolunteerFactory(centre=CentreFactory()).user
    begin(course, user, by=user)
    learner = Person(browser, site, size=PHONE)
    learner.context.add_init_script(f"{STAY}; {BY_SOCKET if socket else NO_SOCKET}")
    learner.become(user)
    learner.user = user
    learner.go("/leren/dementie/stap/1/")
    learner.page.locator("[data-lesson][data-kept]").wait_for()
    assert learner.page.evaluate(KEPT)
    assert learner.page.evaluate(ANSWERS, STEP)
    return learner


def test_lessons_kept_on_a_phone_go_as_soon_as_it_hears_of_a_suspension(site, browser):
    PostcodeFactory()
    course = CourseFactory(slug="dementie", title_nl="Omgaan met dementie")
    lesson(course)

    # By the socket that closes.
    first = learner_with_a_copy(browser, site, course, socket=True)
    first.wait_until_live()
    suspend_user(first.user, by=None)
    assert first.page.evaluate(GONE)
    assert first.page.url.endswith("/leren/dementie/stap/1/")

    # By the answer to what was done in a tunnel, where nothing was heard.
    second = learner_with_a_copy(browser, site, course, socket=False)
    second.context.set_offline(True)
    second.press("Verder")
    expect(second.page.get_by_role("heading", level=1, name="Stap 2")).to_be_visible()
    suspend_user(second.user, by=None)
    assert second.page.evaluate(KEPT)  # it cannot know yet
    second.context.set_offline(False)
    assert second.page.evaluate(GONE)
    assert second.page.url.endswith("/leren/dementie/stap/2/")

    # Nothing of it answers any more where there is no connection.
    for learner in (first, second):
        assert not learner.page.evaluate(ANSWERS, STEP)


def test_a_lesson_opened_in_another_tab_while_signing_out_is_not_kept(site, browser):
    PostcodeFactory()
    lesson(CourseFactory(slug="dementie", title_nl="Omgaan met dementie"))
    learner = learner_with_a_copy(browser, site, Course.objects.get(), socket=False)
    other = learner.context.new_page()
    other.goto(f"{site}/privacy/")

    def answer_once_the_lesson_is_there(route: Route) -> None:
        assert other.evaluate(GONE)  # at the way out, and then
        other.goto(f"{site}{STEP}")
        assert other.evaluate(KEPT)
        route.continue_()

    learner.page.route("**/account/logout/", answer_once_the_lesson_is_there)
    learner.page.get_by_text("Menu", exact=True).click()
    learner.press("Uitloggen")
    learner.page.wait_for_url(f"{site}/")
    assert learner.page.evaluate(GONE)
    assert not other.evaluate(ANSWERS, STEP)
