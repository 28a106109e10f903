"""The main job with four people at once: from a question to done, live, without anybody reloading."""

import os
import re

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import expect

from events.services import record
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching.models import Assignment, DispatchPolicy
from people.events import VolunteerJoined
from people.models import Resident, Volunteer
from tests.browser.people import DESK, PHONE, Person
from tests.factories.matching import NEVER_QUIET
from tests.factories.people import (
    PASSWORD,
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    UserFactory,
    VolunteerFactory,
)

# Playwright's loop runs in this thread; Django's ORM is used beside it, not inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Wie brengt mij naar de oogarts? Ik mag daarna zelf niet rijden."


@pytest.fixture
def everybody(site, browser):
    """A resident, a coordinator and two volunteers, each signed in on a device of their own."""
    centre = CentreFactory()
    PostcodeFactory(district=centre.districts.first())
    DispatchPolicy.objects.create(centre=centre, wave_size=2, **NEVER_QUIET)
    accounts = {
        "resident": UserFactory(password=PASSWORD, name="Toos de Vries"),
        "coordinator": CoordinatorFactory(centre, password=PASSWORD, name="Marloes Dekkers"),
        "first": VolunteerFactory(
            centre=centre, screened=True, user=UserFactory(password=PASSWORD, name="Thijs Blokland")
        ).user,
        "second": VolunteerFactory(
            centre=centre, screened=True, user=UserFactory(password=PASSWORD, name="Fatima Haddad")
        ).user,
    }
    # The server has loaded its index before they came, and factories record no event.
    with transaction.atomic():
        for volunteer in Volunteer.objects.all():
            record(VolunteerJoined(volunteer_id=volunteer.pk, centre_id=centre.pk))
    people = {}
    for role, account in accounts.items():
        people[role] = Person(browser, site, size=DESK if role == "coordinator" else PHONE)
        people[role].sign_in(account.email)
    return people


def ask_for_a_ride(resident: Person) -> None:
    """The three steps, one question per screen, as a thumb would do them."""
    page = resident.page
    resident.go("/vraag-hulp/")
    page.get_by_text("Vervoer", exact=True).click()
    resident.press("Verder")
    page.locator("textarea[name=description]").fill(WORDS)
    resident.press("Verder")
    page.locator("input[name=destination]").fill("De oogarts in het ziekenhuis")
    resident.press("Verder")
    resident.press("Verder")  # once, as is filled in already
    page.get_by_text("Op een dag die ik kies").click()
    resident.press("Verder")
    page.get_by_text("Morgen", exact=True).click()
    resident.press("Verder")
    page.get_by_text("Op een vaste tijd").click()
    page.locator("input[name=start_time]").fill("14:30")
    resident.press("Verder")
    page.get_by_text("Voor mijzelf").click()
    resident.press("Verder")
    expect(page.locator("input[name=name], input[name=postcode]").first).to_be_visible()
    if page.locator("input[name=name]").count():
        page.locator("input[name=name]").fill("Toos de Vries")
        resident.press("Verder")
    page.locator("input[name=postcode]").fill("3431 AB")
    page.locator("input[name=house_number]").fill("12")
    resident.press("Verder")
    page.locator("input[name=phone]").fill("030 605 12 34")
    resident.press("Verder")
    # "No": the journey goes on with the resident's own yes to who comes.
    page.get_by_text("Nee, ik wil eerst horen wie er komt").click()
    page.locator("input[name=consent]").check()
    resident.press("Verstuur mijn hulpvraag")
    resident.sees("Dank u wel")


def say_done(person: Person) -> None:
    """Fold the part about the end open, where it is folded, and press its button."""
    button = person.page.locator("form[action$='/gedaan/'] button[type=submit]").first
    folded = person.page.locator("details:not([open])", has=person.page.locator("form[action$='/gedaan/']"))
    if folded.count():
        folded.first.locator("summary").first.click()
    with person.page.expect_navigation():
        button.click()


def test_from_question_to_done(everybody):
    resident, coordinator = everybody["resident"], everybody["coordinator"]
    first, second = everybody["first"], everybody["second"]
    coordinator.go("/balie/")
    for volunteer in (first, second):
        volunteer.go("/vandaag/")
    for person in (coordinator, first, second):
        person.wait_until_live()

    ask_for_a_ride(resident)
    request = HelpRequest.objects.get()
    resident.go(f"/mijn-hulpvragen/{request.pk}/")
    resident.wait_until_live()
    loads = {role: person.loads for role, person in everybody.items()}

    # The desk hears of it, approves, and asks; nobody reloads anything.
    row = coordinator.page.locator("[data-desk-row]", has_text="oogarts")
    expect(row).to_be_visible()
    row.locator("[data-desk-open]").click()
    coordinator.sees("Goedkeuren")
    coordinator.page.locator("form[action$='/goedkeuren/'] button[type=submit]").click()
    coordinator.page.locator("form[action$='/uitvragen/start/'] button[type=submit]").click()

    # Both phones show the question; the first to say yes wins.
    for volunteer in (first, second):
        expect(volunteer.page.get_by_role("button", name="Ja, ik help").first).to_be_visible()
    second.page.locator("a[href^='/uitvragen/']").first.click()
    second.wait_until_live()
    loads["second"] = second.loads
    first.press("Ja, ik help")
    expect(second.page.get_by_text(re.compile("Iemand anders helpt al", re.I)).first).to_be_visible()

    # The resident says yes to Thijs; only then do both see each other's data.
    first.page.wait_for_url(re.compile(r"/afspraken/"))
    assert "Dorpsstraat" not in first.page.content()
    assert "605 12 34" not in first.page.content()
    resident.sees("Thijs")
    assert "06 12345678" not in resident.page.content()
    first.wait_until_live()
    loads["first"] = first.loads
    resident.page.locator("form[action$='/ja/'] button[type=submit]").click()
    expect(resident.page.get_by_text("06 12345678").first).to_be_visible()
    expect(first.page.get_by_text("030 605 1234").first).to_be_visible()
    expect(first.page.get_by_text("3431 AB").first).to_be_visible()
    loads["resident"] = resident.loads

    # Both say that it is done.
    say_done(first)
    resident.sees("zegt dat het klaar is")  # from here on the part about the end lies open
    say_done(resident)
    resident.sees("Het is klaar.")
    request.refresh_from_db()
    assert request.state == RequestState.DONE
    assert Assignment.objects.get().state == "done"
    assert coordinator.loads == loads["coordinator"], "the desk reloaded"
    for role, person in everybody.items():
        assert not person.faults, (role, person.faults)


def test_the_address_never_stood_on_a_page_before_agreement(everybody):
    """The same, looked at from the question page: cell and neighbourhood only."""
    resident = everybody["resident"]
    ask_for_a_ride(resident)
    home = Resident.objects.get()
    assert home.cell is not None
    assert settings.CELL_RESOLUTION == 8
    everybody["first"].go("/in-de-buurt/")
    assert "605 12 34" not in everybody["first"].page.content()
