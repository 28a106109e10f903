"""Learning in a real browser: from sign-up to a first offer, a code at the door, lessons in a tunnel."""

import io
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image
from playwright.sync_api import expect

from academy.models import Certificate, Enrolment, Session, StepDone
from academy.services import begin, enrol, require_course_for
from common import clock
from events.services import record
from help_requests.events import RequestOpened
from matching.models import DispatchPolicy, Offer
from people.enums import ALL_DAYPARTS, HelpCategory, Role
from people.events import VolunteerJoined
from tests.browser.people import DESK, PHONE, Person
from tests.browser.server import running_server
from tests.factories.academy import CourseFactory, lesson
from tests.factories.knowledge import write_article
from tests.factories.matching import NEVER_QUIET, open_request
from tests.factories.people import (
    PASSWORD,
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)
STEPS_OF_SCREENING = ("talk", "references", "code_of_conduct", "vog", "id_seen")


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Where the server puts its mail."""
    return tmp_path / "mail"


@pytest.fixture
def site(child_environment: dict[str, str], letters: Path) -> Iterator[str]:
    with running_server({**child_environment, "EMAIL_URL": f"filemail:///{letters}"}) as base:
        yield base


@pytest.fixture
def centre():
    found = CentreFactory()
    PostcodeFactory(district=found.districts.first())
    DispatchPolicy.objects.create(centre=found, **NEVER_QUIET)
    return found


@pytest.fixture
def course(centre):
    made = CourseFactory(slug="dementie", title_nl="Omgaan met dementie", valid_months=24)
    lesson(made)
    return made


def do_the_lessons(person: Person) -> None:
    """Two texts and a question, first answered too hastily."""
    page = person.page
    for step in (1, 2):
        expect(page.get_by_role("heading", level=1, name=f"Stap {step}")).to_be_visible()
        page.locator("[data-lesson][data-ready]").wait_for()
        person.press("Verder")
    page.locator("[data-lesson][data-ready]").wait_for()
    page.get_by_label("Haasten").check()
    person.press("Kijk na")
    person.sees("Rust helpt meer.")
    page.get_by_label("Wachten").check()
    person.press("Kijk na")
    person.sees("Zo houd je contact.")
    person.press("Verder")


def sign_up(newcomer: Person, letters: Path) -> None:
    """The five screens, and the code from the mail."""
    page = newcomer.page
    newcomer.go("/doe-mee/likes/")
    page.locator("label", has_text="Gezelschap").first.click()
    newcomer.press("Verder")
    for box in page.locator("input[name=dayparts]").all():
        box.check()
    newcomer.press("Verder")
    page.locator("input[name=postcode]").fill("3431 AB")
    newcomer.press("Verder")
    newcomer.press("Verder")
    for name, value in (("name", "Fatma Yilmaz"), ("email", "fatma@voorbeeld.nl"), ("phone", "06 12345678")):
        page.locator(f"input[name={name}]").fill(value)
    page.locator("input[name=age][value='18']").check()
    page.locator("input[name=consent]").check()
    newcomer.press("Meld mij aan")
    page.locator("input[name=code]").fill(code_of(letters, page))
    newcomer.press("Verder")
    page.wait_for_url(re.compile("/in-de-buurt/"))


def code_of(letters: Path, page) -> str:
    """The code of the newest mail, as soon as the worker has sent it."""
    for _ in range(300):
        found = [re.search(r"^\d{6}$", each.read_text(), re.M) for each in letters.glob("*.log")]
        if codes := [each.group() for each in found if each]:
            return codes[-1]
        page.wait_for_timeout(100)
    raise AssertionError("no mail came")


def test_a_newcomer_becomes_a_companion_from_sign_up_to_first_offer(site, browser, letters, centre, course):
    require_course_for(HelpCategory.COMPANY, course, centre, by=None)
    coordinator = Person(browser, site, size=DESK)
    coordinator.become(CoordinatorFactory(centre))
    request = open_request(centre, category=HelpCategory.COMPANY, dayparts=ALL_DAYPARTS)
    with transaction.atomic():
        record(RequestOpened(request_id=request.pk, centre_id=centre.pk))
    newcomer = Person(browser, site, size=PHONE)
    sign_up(newcomer, letters)

    # The coordinator sees the papers, and lets her take part.
    desk = coordinator.page
    coordinator.go("/vrijwilligers/")
    desk.get_by_role("link", name="Fatma Yilmaz").first.click()
    address = desk.url
    for step in STEPS_OF_SCREENING:
        desk.goto(f"{address}screening/{step}/")
        desk.locator("input[name=state][value=valid]").check()
        if step == "vog":
            desk.locator("input[name=number]").fill("123456")
            desk.locator("input[name=valid_until]").fill(f"{clock.today() + timedelta(days=900)}")
        with desk.expect_navigation():
            desk.locator("main form button[type=submit]").first.click()
    desk.goto(address)
    coordinator.press("Laat meedoen")

    # One training stands between her and the question near by; she does it on her phone.
    phone = newcomer.page
    newcomer.go("/leren/")
    newcomer.sees("Deze training opent 1 hulpvraag bij jou in de buurt.")
    assert newcomer.violations() == []
    phone.get_by_role("link", name="Omgaan met dementie").first.click()
    newcomer.press("Begin")
    assert newcomer.violations() == []
    do_the_lessons(newcomer)
    newcomer.sees("Goed gedaan!")
    phone.get_by_role("link", name="Je certificaat").click()
    newcomer.sees("Dit certificaat is echt en geldt vandaag.")
    newcomer.go("/in-de-buurt/")
    expect(phone.locator("a[href^='/in-de-buurt/']", has_text="Gezelschap").first).to_be_visible()

    # And now she is asked.
    coordinator.go(f"/balie/hulpvragen/{request.pk}/")
    desk.locator("form[action$='/uitvragen/start/'] button[type=submit]").click()
    newcomer.go("/vandaag/")
    expect(phone.get_by_role("button", name="Ja, ik help").first).to_be_visible()
    assert Offer.objects.get().volunteer.user.email == "fatma@voorbeeld.nl"
    for person in (newcomer, coordinator):
        assert not person.faults, person.faults


def test_a_trainer_runs_a_meeting_with_a_code_at_the_door(site, browser, centre):
    CourseFactory(slug="tillen", title_nl="Veilig tillen")
    trainer = Person(browser, site, size=DESK)
    teacher = staff(Role.TRAINER, centre, password=PASSWORD, name="Winston Pinas")
    trainer.sign_in(teacher.email)
    desk = trainer.page
    expect(desk).to_have_url(re.compile("/trainer/"))
    desk.get_by_role("link", name="Plan een bijeenkomst").click()
    desk.locator("select[name=course]").select_option(label="Veilig tillen")
    tomorrow = clock.today() + timedelta(days=1)
    desk.locator("input[name=day]").fill(str(tomorrow))
    for name, value in (("begins", "19:30"), ("ends", "21:30"), ("call_url", "https://bellen.nl/tillen")):
        desk.locator(f"input[name={name}]").fill(value)
    trainer.press("Plan in")
    trainer.sees("De bijeenkomst is gepland.")
    session = Session.objects.get()

    # Two sign up; the hour comes.
    learner = Person(browser, site, size=PHONE)
    learner.become(VolunteerFactory(centre=centre, user=UserFactory(name="Thijs Blokland")).user)
    phone = learner.page
    learner.go("/leren/tillen/")
    phone.locator("a[href^='/bijeenkomsten/']").first.click()
    learner.press("Meld je aan")
    learner.sees("Je hebt een plek.")
    enrol(session, VolunteerFactory(centre=centre).user, by=None)
    now = clock.now()
    Session.objects.update(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=1))

    # The code at the door, scanned with the phone of who comes.
    trainer.go(f"/trainer/bijeenkomsten/{session.pk}/deur/")
    assert trainer.violations() == []
    code = desk.get_by_role("link", name="Het adres achter de code").get_attribute("href")
    phone.goto(code)
    learner.press("Ik ben er")
    learner.sees("Je staat als aanwezig op de lijst.")
    desk.get_by_role("link", name="De lijst").click()
    expect(desk.get_by_role("row", name=re.compile("Thijs Blokland"))).to_contain_text("Was er")
    assert trainer.violations() == []
    trainer.press("Rond af")
    desk.locator("#confirm button[value=yes]").click()
    trainer.sees("Afgerond")
    assert Enrolment.objects.filter(state="no_show").count() == 1
    assert Certificate.objects.get().user.name == "Thijs Blokland"

    # Between two meetings: a picture where the cursor was, seen before it is kept.
    trainer.go("/kennis/beheer/nieuw/")
    text = desk.get_by_label("Tekst", exact=True)
    text.fill("Eerst.\n\nDaarna.")
    text.evaluate("field => field.setSelectionRange(3, 3)")
    desk.get_by_text("Een afbeelding").click()
    written = io.BytesIO()
    Image.new("RGB", (40, 20), "green").save(written, "PNG")
    drawing = {"name": "gras.png", "mimeType": "image/png", "buffer": written.getvalue()}
    desk.locator("input[name=picture]").set_input_files(drawing)  # type: ignore[arg-type]
    desk.locator("input[name=alt]").fill("Gras")
    trainer.press("Zet in de tekst")
    expect(text).to_have_value(
        re.compile(r"^Eerst\.\n\n!\[Gras\]\(/kennis/beeld/[0-9a-f-]{36}/\)\n\nDaarna\.$")
    )
    expect(desk.locator("#preview").get_by_alt_text("Gras")).to_be_visible()
    assert trainer.violations() == []

    # Afterwards: how it was.
    learner.go(f"/bijeenkomsten/{session.pk}/hoe-was-het/")
    phone.get_by_label("Heel goed").check()
    phone.locator("main form button[type=submit]").click()
    learner.sees("Dank je wel!")
    trainer.go(f"/trainer/bijeenkomsten/{session.pk}/")
    trainer.sees("5 van 5")
    for person in (learner, trainer):
        assert not person.faults, person.faults


# Lets the count of messages fail; gives the number of toasts after it.
COUNT_FAILS = """() => new Promise((done, broken) => {
  const told = () => done(document.querySelectorAll(".sk-toast").length);
  document.body.addEventListener("htmx:sendError", () => setTimeout(told), { once: true });
  setTimeout(() => broken(new Error("no call failed")), 20000);
  document.body.dispatchEvent(new CustomEvent("sk:inbox"));
})"""


def test_lessons_go_on_in_a_tunnel_and_count_afterwards(site, browser, centre, course):
    user = VolunteerFactory(centre=centre, screened=True).user
    with transaction.atomic():
        record(VolunteerJoined(volunteer_id=user.volunteer.pk, centre_id=centre.pk))
    begin(course, user, by=user)
    learner = Person(browser, site, size=PHONE)
    learner.become(user)
    learner.go("/leren/dementie/stap/1/")
    learner.page.locator("[data-lesson][data-kept]").wait_for()
    learner.context.set_offline(True)
    assert learner.page.evaluate(COUNT_FAILS) == 0, "a count that nobody asked for lays nothing over a button"
    do_the_lessons(learner)
    learner.sees("Dat was de laatste stap.")
    assert not StepDone.objects.exists()
    learner.context.set_offline(False)
    learner.page.wait_for_function("() => localStorage.length === 0")
    assert StepDone.objects.count() == 3
    assert Certificate.objects.get().user == user
    learner.go("/leren/dementie/klaar/")
    learner.sees("Goed gedaan!")


def test_what_one_looks_up_in_the_street_is_on_the_phone_until_one_signs_out(site, browser, centre):
    """One article is read with a connection; the other, of a topic for on the way, was never opened."""
    user = VolunteerFactory(centre=centre, screened=True).user
    with transaction.atomic():
        record(VolunteerJoined(volunteer_id=user.volunteer.pk, centre_id=centre.pk))
    write_article("Welk nummer bel ik", "Bel **112** bij gevaar.", topics=["zorgsignaal"])
    write_article("Fondsen", "Vraag om geld.")
    write_article("Vergaderen", "Wees kort.")
    reader = Person(browser, site, size=PHONE)
    reader.become(user)
    reader.go("/kennis/fondsen/")
    reader.sees("Dit kun je ook zonder internet lezen.")
    reader.context.set_offline(True)
    for address, words in (
        ("/kennis/welk-nummer-bel-ik/", "bij gevaar"),
        ("/kennis/fondsen/", "Vraag om geld"),
        ("/kennis/onderwerp/zorgsignaal/", "Iedereen"),
        ("/kennis/vergaderen/", "U hebt nu geen internet"),
    ):
        reader.go(address)
        reader.sees(words)
    reader.context.set_offline(False)
    reader.go("/kennis/fondsen/")
    reader.sees("Dit kun je ook zonder internet lezen.")
    reader.context.clear_cookies()
    reader.go("/kennis/vergaderen/")
    gone = "async () => !(await caches.keys()).some((name) => name.startsWith('sk-lessons'))"
    reader.page.wait_for_function(gone)
    # What a visitor reads stays nowhere.
    assert reader.page.locator("[data-carried]").is_hidden()
