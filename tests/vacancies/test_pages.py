"""The pages of the bank: everybody's, the organisation's, the centre's; queries counted."""

import json
import re
from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from PIL import Image

from common import clock
from people.enums import OrganisationState
from people.models import AccessLog, Organisation
from recognition.enums import HoursState, Source
from recognition.models import HourEntry
from tests.factories.people import UserFactory, VolunteerFactory
from tests.factories.vacancies import DETAILS, Bank, contact_of, draft, make_bank, published, quick_vacancies
from vacancies import services
from vacancies.enums import VacancyCheck
from vacancies.models import Application, SavedVacancy, Vacancy, VacancyExposure
from vacancies.services.exposure import tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    tally.write()
    return make_bank()


def test_a_visitor_finds_filters_and_reads(client, bank):
    shown = published(bank, title="Chauffeur op de buurtbus", category="transport")
    published(bank, title="Gastvrouw <script>alert(1)</script>")
    page = client.get("/vacatures/", {"q": "chaufeur", "soort": ["transport", "bestaat niet"], "wijk": "x"})
    assert page.status_code == 200
    assert shown.title in client.get("/vacatures/", {"wijk": shown.district_id}).content.decode()
    assert shown.title in page.content.decode()
    assert "Gastvrouw" not in page.content.decode()
    assert "<script>alert(1)" not in client.get("/vacatures/").content.decode()
    wrong = client.get("/vacatures/", {"postcode": "abc"})
    assert wrong.status_code == 422
    assert shown.title in wrong.content.decode()
    nothing = client.get("/vacatures/", {"q": "zzzzzz"})
    assert "Chauffeur" not in nothing.content.decode()
    map_page = client.get("/vacatures/", {"als": "kaart", "postcode": "3431 AB"})
    assert '"lat": 52.0292' in map_page.content.decode()


@pytest.mark.parametrize(("most", "told"), [(1, True), (2, False)])
def test_a_map_with_too_many_points_says_so(client, bank, monkeypatch, most, told):
    monkeypatch.setattr("vacancies.web.bank.MOST_POINTS", most)
    quick_vacancies(bank, 2)
    page = client.get("/vacatures/", {"als": "kaart"})
    assert len(page.context["points"]) == most
    assert ("Op de kaart staan de eerste 1." in page.content.decode()) is told


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_takes_the_same_queries_however_many(client, bank, count, django_assert_num_queries):
    quick_vacancies(bank, count)
    client.get("/vacatures/")
    with django_assert_num_queries(3):  # what changed; the page; the centre of the frame
        page = client.get("/vacatures/")
    assert page.content.decode().count("sk-card--link") == count


def test_an_unchanged_list_is_not_sent_again(client, bank):
    vacancy = published(bank)
    first = client.get("/vacatures/")
    again = client.get("/vacatures/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    services.pause_vacancy(vacancy, by=bank.manager)
    assert client.get("/vacatures/", headers={"If-None-Match": first["ETag"]}).status_code == 200


# What schema.org knows of a JobPosting (and of any Thing), as far as a vacancy can have it.
OF_A_JOB_POSTING = {
    "@context", "@type", "title", "description", "identifier", "url", "image", "datePosted", "validThrough",
    "employmentType", "hiringOrganization", "industry", "workHours", "directApply", "jobLocation",
    "jobLocationType", "applicantLocationRequirements", "jobStartDate", "jobImmediateStart", "skills",
    "qualifications", "jobBenefits", "responsibilities", "totalJobOpenings",
}  # fmt: skip


def test_a_vacancy_tells_search_engines_and_shared_links(client, bank, django_assert_num_queries):
    vacancy = published(bank, task="Je rijdt </script><script>alert(1)</script> mensen.")
    after_midnight_in_town = datetime(2025, 6, 2, 22, 30, tzinfo=UTC)
    Vacancy.objects.filter(pk=vacancy.pk).update(published_at=after_midnight_in_town)
    client.get("/vacatures/")
    with django_assert_num_queries(6):  # it, trainings, logo, others like it, dates, the centre of the frame
        page = client.get(f"/vacatures/{vacancy.pk}/").content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(block[1])
    assert told["@type"] == "JobPosting"
    assert set(told) <= OF_A_JOB_POSTING
    until = Vacancy.objects.get(pk=vacancy.pk).expires_on
    assert told["validThrough"].startswith(f"{until.isoformat()}T23:59:59+0")  # the whole last day
    assert told["employmentType"] == "VOLUNTEER"
    assert told["datePosted"] == "2025-06-03"
    assert told["description"].startswith("Je rijdt </script>")
    assert told["jobLocation"]["address"]["postalCode"] == "3431AB"
    assert told["hiringOrganization"]["name"] == "Buurthuis De Kom"
    assert "<script>alert" not in page
    assert f'<h1 lang="nl">{vacancy.title}</h1>' in page  # read aloud as Dutch, always
    assert 'property="og:image"' in page
    on_paper = re.search(r'<p class="sk-print-only">(.*?)</p>', page)
    assert on_paper[1].endswith(f"/vacatures/{vacancy.pk}/")
    assert "ria@buurthuis.example" not in page
    assert "030 600" not in page
    picture = client.get(f"/vacatures/{vacancy.pk}/afbeelding.png")
    assert Image.open(BytesIO(picture.content)).size == (1200, 630)


def test_machines_read_along(client, bank):
    vacancy = published(bank, task="Je zet koffie & thee voor wie <18 is.")
    services.edit_organisation(bank.organisation, by=bank.manager, embed_origins=["https://www.kom.nl"])
    feed = ET.fromstring(client.get("/vacatures/feed.atom").content)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert [one.find("{http://www.w3.org/2005/Atom}id").text for one in entries] == [f"urn:uuid:{vacancy.pk}"]
    summary = entries[0].find("{http://www.w3.org/2005/Atom}summary")
    assert (summary.get("type"), summary.text) == ("html", "Je zet koffie &amp; thee voor wie &lt;18 is.")
    assert f"/vacatures/{vacancy.pk}/" in client.get("/sitemap.xml").content.decode()
    for owner, origin in ((bank.organisation, "https://www.kom.nl"), (bank.centre, "'none'")):
        framed = client.get(f"/vacatures/insluiten/{owner.pk}/")
        assert f"frame-ancestors {origin}" in framed["Content-Security-Policy"]
        assert "X-Frame-Options" not in framed
        assert vacancy.title in framed.content.decode()
    client.force_login(bank.manager)
    profile = client.get(f"/organisatie/{bank.organisation.pk}/profiel/").context["embed_code"]
    address = re.search(r'src="https?://[^/]+(/[^"]+)"', profile)[1]
    assert client.get(address).status_code == 200
    client.logout()
    for address in ("/vacatures/feed.atom", "/sitemap.xml"):
        tag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    services.suspend_organisation(bank.organisation, note="Klachten", by=bank.coordinator)
    for address in (
        f"/vacatures/{vacancy.pk}/", f"/vacatures/{vacancy.pk}/afbeelding.png",
        f"/vacatures/insluiten/{bank.organisation.pk}/", f"/organisaties/{bank.organisation.pk}/",
        f"/vacatures/{draft_of_other(bank).pk}/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    assert str(vacancy.pk) not in client.get("/vacatures/feed.atom").content.decode()


def draft_of_other(bank: Bank) -> Vacancy:
    return draft(make_bank(centre=bank.centre, name="Een ander"))


def test_what_was_shown_and_opened_is_counted_per_day(client, bank):
    vacancy = published(bank)
    client.get("/vacatures/")
    client.get("/vacatures/")
    client.get(f"/vacatures/{vacancy.pk}/")
    assert not VacancyExposure.objects.exists()
    assert tally.write() == 1
    client.get("/vacatures/")
    tally.write()
    assert VacancyExposure.objects.values_list("shown", "opened").get() == (3, 1)


def test_a_volunteer_answers_in_two_taps(client, bank):
    volunteer = VolunteerFactory(centre=bank.centre)
    client.force_login(volunteer.user)
    vacancy = published(bank)
    address = f"/vacatures/{vacancy.pk}/aanmelden/"
    form = client.get(address)
    message = form.context["form"]["message"].value()
    assert "Ria de Boer" in message
    sent = client.post(address, {"message": message, "phone": ""})
    answer = Application.objects.get()
    assert (sent.url, answer.message) == (f"/mijn-aanmeldingen/{answer.pk}/", message)
    assert client.get(address).url == sent.url
    page = client.get(sent.url).content.decode()
    assert "ria@buurthuis.example" not in page
    services.move_application(answer, to="conversation", by=bank.manager)
    assert "ria@buurthuis.example" in client.get(sent.url).content.decode()
    client.post(sent.url, {"text": "Tot dinsdag!"})
    assert "Tot dinsdag!" in client.get(sent.url).content.decode()
    client.post(f"{sent.url}intrekken/")
    assert Application.objects.get().state == "withdrawn"
    assert "Tot dinsdag!" in client.get(sent.url).content.decode()
    client.force_login(UserFactory())
    assert client.get(sent.url).status_code == 404
    assert client.post(f"{sent.url}intrekken/").status_code == 404


def test_a_stranger_answers_and_makes_an_account_on_the_way(client, bank, outbox):
    vacancy = published(bank)
    address = f"/vacatures/{vacancy.pk}/aanmelden/"
    wrong = client.post(address, {"message": "Ik kom!", "name": "", "email": "geen", "phone": ""})
    assert wrong.status_code == 422
    assert "Ik kom!" in wrong.content.decode()
    answer = {"message": "Ik kom!", "name": "Noor Vos", "email": "noor@voorbeeld.nl", "phone": "0612345678"}
    asked = client.post(address, answer)
    assert asked.status_code == 302
    assert not Application.objects.exists()
    done = client.post(asked.url, {"code": outbox.take().code}, follow=True)
    sent = Application.objects.get()
    assert (sent.user.name, sent.message, sent.phone) == ("Noor Vos", "Ik kom!", "+31612345678")
    assert done.redirect_chain[-1][0] == f"/mijn-aanmeldingen/{sent.pk}/"
    assert f"Je aanmelding is verstuurd naar {bank.organisation.name}." in done.content.decode()
    client.get("/vacatures/aanmelden/klaar/")
    assert Application.objects.count() == 1


def test_who_has_no_role_but_an_answer_begins_there_and_finds_their_hours(client, bank):
    helper = UserFactory()
    client.force_login(helper)
    assert client.get("/start/").url == reverse("join")
    answer = services.send_application(published(bank), message="", by=helper)
    assert client.get("/start/").url == reverse("my-applications")
    mine = reverse("my-application", args=[answer.pk])
    assert reverse("hours-add") not in client.get(mine).content.decode()
    services.start_application(answer, by=bank.manager)
    shown = client.get(mine).content.decode()
    assert reverse("hours-add") in shown
    assert f'href="{reverse("my-hours")}"' in client.get(reverse("inbox")).content.decode()  # in the menu
    other = UserFactory()
    gone = services.send_application(published(bank, title="Een andere vacature"), message="", by=other)
    services.withdraw_application(gone, by=other)
    client.force_login(other)
    assert client.get("/start/").url == reverse("join")


def test_saving_is_ones_own(client, bank):
    vacancy = published(bank)
    address = f"/vacatures/{vacancy.pk}/bewaren/"
    assert client.post(address).url.startswith("/account/login")
    user = UserFactory()
    client.force_login(user)
    client.post(address)
    client.post(address)
    assert SavedVacancy.objects.get().user == user
    assert vacancy.title in client.get("/vacatures/bewaard/").content.decode()
    assert client.post(address, {"weg": "1", "next": "https://elders.nl"}).url == f"/vacatures/{vacancy.pk}/"
    assert not SavedVacancy.objects.exists()
    assert client.post(f"/vacatures/{draft(bank).pk}/bewaren/").status_code == 404


FORM = {
    **{name: value for name, value in DETAILS.items() if name not in ("dayparts", "task")},
    "dayparts": ["1", "2"],
    "task": "Je rijdt mensen. Diploma vereist.",
    "reimbursement": "none",
}


def test_an_organisation_writes_and_the_centre_publishes(client, bank):
    client.force_login(bank.manager)
    home = client.get("/organisatie/")
    assert home.url == f"/organisatie/{bank.organisation.pk}/"
    new = f"/organisatie/{bank.organisation.pk}/vacatures/nieuw/"
    assert client.get(new).status_code == 200
    wrong = client.post(new, {**FORM, "hours": "30"})
    assert wrong.status_code == 422
    assert "Je rijdt mensen." in wrong.content.decode()
    saved = client.post(new, FORM)
    vacancy = Vacancy.objects.get()
    assert (saved.url, vacancy.state, vacancy.dayparts) == (
        f"/organisatie/vacatures/{vacancy.pk}/",
        "draft",
        0b110,
    )
    preview = client.get(saved.url).content.decode()
    assert "rijbewijs of EHBO" in preview
    advice = client.post("/organisatie/vacatures/meelezen/", {"title": "x", "task": "Diploma vereist"})
    assert "rijbewijs of EHBO" in advice.content.decode()
    client.post(f"{saved.url}insturen/")
    assert client.post(f"/balie/vacatures/{vacancy.pk}/publiceren/", {"checks": ["hours"]}).status_code == 403
    client.force_login(bank.coordinator)
    assert vacancy.title in client.get("/balie/vacatures/").content.decode()
    review = f"/balie/vacatures/{vacancy.pk}"
    assert client.post(f"{review}/publiceren/", {"checks": ["hours"]}).status_code == 422
    assert client.post(f"{review}/terugsturen/", {"note": ""}).status_code == 422
    client.post(f"{review}/publiceren/", {"checks": VacancyCheck.values})
    vacancy.refresh_from_db()
    assert vacancy.state == "published"


def test_another_organisation_sees_nothing_of_it(client, bank):
    vacancy = draft(bank)
    answer = services.send_application(published(bank), message="", by=UserFactory())
    client.force_login(make_bank(centre=bank.centre, name="Een ander").manager)
    for address in (
        f"/organisatie/{bank.organisation.pk}/", f"/organisatie/{bank.organisation.pk}/profiel/",
        f"/organisatie/vacatures/{vacancy.pk}/", f"/organisatie/vacatures/{vacancy.pk}/aanpassen/",
        f"/organisatie/aanmeldingen/{answer.pk}/", f"/organisatie/aanmeldingen/{answer.pk}/afwijzen/",
        f"/vacatures/{vacancy.pk}/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    for address in (
        f"/organisatie/vacatures/{vacancy.pk}/sluiten/",
        f"/organisatie/aanmeldingen/{answer.pk}/starten/",
    ):
        assert client.post(address).status_code == 404
    assert client.get("/balie/vacatures/").status_code == 403


def test_an_applicant_is_read_spoken_with_and_declined_kindly(client, bank):
    user = UserFactory(name="Noor Vos")
    answer = services.send_application(published(bank), message="Ik kom graag", by=user)
    address = f"/organisatie/aanmeldingen/{answer.pk}/"
    client.force_login(bank.coordinator)
    client.get(address)
    assert Application.objects.get().state == "sent"
    client.force_login(contact_of(bank.organisation))
    assert "Ik kom graag" in client.get(address).content.decode()
    assert Application.objects.get().state == "read"
    client.post(address, {"text": "Twijfel over maandag", "own": "on"})
    client.post(address, {"text": "Kun je dinsdag?"})
    client.post(f"{address}gesprek/")
    assert client.post(f"{address}afwijzen/", {"reason": "zomaar"}).status_code == 422
    client.post(f"{address}afwijzen/", {"reason": "moments", "note": "Fijn dat je er was"})
    client.force_login(user)
    page = client.get(f"/mijn-aanmeldingen/{answer.pk}/").content.decode()
    assert "Fijn dat je er was" in page
    assert "Kun je dinsdag?" in page
    assert "Twijfel over maandag" not in page


def test_whoever_sees_the_phone_number_of_an_applicant_leaves_a_row(client, bank):
    vacancy, user = published(bank), UserFactory()
    answer = services.send_application(vacancy, message="Ik kom graag", by=user, phone="0612345678")
    other = services.send_application(vacancy, message="Zonder nummer", by=UserFactory())
    reader = contact_of(bank.organisation)
    client.force_login(reader)
    client.get(f"/organisatie/aanmeldingen/{other.pk}/")
    assert not AccessLog.objects.exists()
    client.get(f"/organisatie/aanmeldingen/{answer.pk}/")
    client.get(f"/api/v1/applications/{answer.pk}")
    row = AccessLog.objects.get()
    assert (row.reader_id, row.subject_id, row.centre_id) == (reader.pk, answer.pk, bank.centre.pk)
    client.force_login(user)
    client.get(f"/api/v1/applications/{answer.pk}")
    assert AccessLog.objects.count() == 1


def test_an_organisation_asks_and_is_let_in(client, bank):
    page = "/organisaties/aanmelden/"
    assert client.get(page).status_code == 200
    asked = {
        "name": "De Brug", "postcode": "3431 AB", "contact_name": "Bo", "contact_email": "bo@brug.nl",
        "contact_phone": "", "website": "", "coc_number": "", "about": "Wij bouwen bruggen",
    }  # fmt: skip
    wrong = client.post(page, asked | {"contact_email": "bo"})
    assert (wrong.status_code, "Wij bouwen bruggen" in wrong.content.decode()) == (422, True)
    assert client.post(page, asked).status_code == 200
    organisation = Organisation.objects.get(name="De Brug")
    client.force_login(bank.coordinator)
    assert "De Brug" in client.get("/balie/vacatures/").content.decode()
    review = reverse("review-organisation", args=[organisation.pk])
    assert "bo@brug.nl" in client.get(review).content.decode()
    assert client.post(review, {"goedkeuren": "1", "checks": ["liability"]}).status_code == 422
    assert client.post(review, {"afwijzen": "1", "note": ""}).status_code == 422
    checks = ["not_for_profit", "liability", "named_contact", "no_paid_work", "everyone"]
    assert client.post(review, {"goedkeuren": "1", "checks": checks}).status_code == 302
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.APPROVED


def test_the_desk_of_an_organisation_counts_its_queries(client, bank, django_assert_num_queries):
    for title in ("Eerste vacature hier", "Tweede vacature hier", "Derde vacature hier"):
        services.send_application(published(bank, title=title), message="", by=UserFactory())
    client.force_login(bank.manager)
    address = f"/organisatie/{bank.organisation.pk}/"
    client.get(address)
    with django_assert_num_queries(13):  # among them: shifts that come, students who ask, hours to sign
        client.get(address)


def test_the_desk_of_an_organisation_says_who_waits_long_and_how_many_hours_wait(client, bank):
    sent = services.send_application(published(bank), message="", by=UserFactory())
    client.force_login(bank.manager)
    address = f"/organisatie/{bank.organisation.pk}/"
    assert ">Nieuw</span>" in (before := client.get(address).content.decode())
    assert "Uren tekenen</a>" in before
    Application.objects.filter(pk=sent.pk).update(reminded_at=clock.now())
    HourEntry.objects.create(
        user=UserFactory(),
        source=Source.OWN,
        centre=bank.centre,
        organisation=bank.organisation,
        day=clock.today(),
        minutes=60,
        state=HoursState.WAITING,
    )
    told = client.get(address).content.decode()
    assert ">Wacht al lang</span>" in told
    assert 'Uren tekenen <span class="sk-count">1</span></a>' in told
