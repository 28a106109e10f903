"""The pages on which someone uses their rights, and those on which the centre does it for them."""

import io
import json
import zipfile

import pytest
from django.urls import reverse

from academy.services import invite_to_course
from events.worker import Worker
from help_requests.services import file_request
from matching import services
from matching.models import Review
from people.models import AccessLog, DeletionRun, Erasure, Resident, User, Volunteer
from people.services import note_read
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import Town
from tests.factories.people import (
    BlockFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    sign_in_by_code,
)

pytestmark = pytest.mark.django_db
DUTCH = {"Accept-Language": "nl"}
ERASE = "/profiel/rechten/wissen/"


@pytest.fixture
def town(clock, settings, tmp_path):
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
    return Town(volunteers=2)


def unpacked(response):
    """The two files of a download, as data and as text."""
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        names = packed.namelist()
        return names, json.loads(packed.read(names[0])), packed.read(names[1]).decode()


def lived_volunteer(town):
    volunteer = town.volunteers[0]
    train(volunteer, CourseFactory(title_nl="Tillen"))
    invite_to_course(CourseFactory(title_nl="Luisteren"), volunteer, by=town.coordinator)
    offer = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    assignment = services.accept_offer(offer, by=volunteer.user)
    Review.objects.create(
        assignment=assignment, occasion="trial", asked_at=assignment.created_at, volunteer_outcome=2
    )
    note_read(volunteer, by=town.coordinator)
    BlockFactory(volunteer=volunteer, resident=ResidentFactory(centre=town.centre))
    Worker().run_due()
    return volunteer


def test_a_volunteer_takes_everything_along_and_nothing_of_others(town, client):
    volunteer = lived_volunteer(town)
    resident = town.request.resident
    Resident.objects.filter(pk=resident.pk).update(name="Qxzander", phone="+31698765432")
    sign_in_by_code(client, volunteer.user)
    response = client.get(reverse("my-export"), headers=DUTCH)
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    names, told, page = unpacked(response)
    assert names == ["mijn-gegevens.json", "mijn-gegevens.html"]
    data = told["data"]
    assert data["account"][0]["email"] == volunteer.user.email
    assert data["volunteer"][0]["phone"] == volunteer.phone
    assert [row["course"] for row in data["trainings"]] == ["Tillen"]
    assert [row["course"] for row in data["training_invitations"]] == ["Luisteren"]
    assert {row["requirement"] for row in data["screening"]} >= {"vog", "talk"}
    assert [row["category"] for row in data["offers"]] == ["groceries"]
    assert [row["category"] for row in data["appointments"]] == ["groceries"]
    assert [row["outcome"] for row in data["reviews"]] == [2]
    assert data["messages"]
    assert [row["who"] for row in data["who_looked"]] == [town.coordinator.name]
    assert "Boodschappen" in page
    assert "Wie keek naar mijn gegevens" in page
    for foreign in ("Qxzander", "98765432", str(resident.pk)):
        assert foreign not in json.dumps(told) + page
    assert "password" not in json.dumps(told)


def test_a_resident_takes_their_words_along(town, client):
    resident = town.request.resident
    file_request(
        resident, by=resident.user, category="garden", description="De heg <b>groeit</b>.", dayparts=1
    )
    RepresentativeFactory(resident=resident, user=UserFactory(name="Dochter Bo"))
    sign_in_by_code(client, resident.user)
    _names, told, page = unpacked(client.get(reverse("my-export"), headers={"Accept-Language": "en"}))
    data = told["data"]
    assert data["residents"][0]["address"].startswith("Dorpsstraat 12")
    assert "De heg <b>groeit</b>." in {row["description"] for row in data["requests"]}
    assert data["represented_by"][0]["name"] == "Dochter Bo"
    assert "De heg &lt;b&gt;groeit&lt;/b&gt;." in page
    assert "Who looked at my data" not in page, "nobody did"


def test_the_page_tells_what_was_agreed_and_who_looked(town, client):
    resident = town.request.resident
    note_read(resident, by=town.coordinator)
    client.force_login(resident.user)
    page = client.get(reverse("my-rights"), headers=DUTCH).content.decode()
    assert town.coordinator.name in page
    assert "opende de gegevens" in page
    other = ResidentFactory(user=UserFactory())
    client.force_login(other.user)
    assert town.coordinator.name not in client.get(reverse("my-rights"), headers=DUTCH).content.decode()


def test_consent_is_taken_back_and_given_again_on_the_page(town, client):
    volunteer = town.volunteers[0]
    client.force_login(volunteer.user)
    for answer, agrees in (("intrekken", False), ("geven", True)):
        response = client.post(reverse("my-consent", args=[volunteer.pk, answer]), headers=DUTCH)
        assert response.url == reverse("my-rights")
        volunteer.refresh_from_db()
        assert (volunteer.consented_at is not None) is agrees
    assert client.post(reverse("my-consent", args=[volunteer.pk, "anders"])).status_code == 404
    assert client.post(reverse("my-consent", args=[town.volunteers[1].pk, "intrekken"])).status_code == 404


def test_only_the_word_erases(town, client):
    user = town.request.resident.user
    sign_in_by_code(client, user)
    for word in ("", "wis", "ERASE"):
        assert client.post(ERASE, {"word": word}, headers=DUTCH).status_code == 422
    assert not Erasure.objects.exists()
    assert client.post(ERASE, {"word": "wissen "}, headers=DUTCH).url == reverse("home")
    assert client.get(reverse("profile")).status_code == 302, "signed out"
    Worker().run_due()
    assert User.objects.get(pk=user.pk).name == ""
    assert Erasure.objects.get().reason == "own"


def test_erasing_and_the_copy_ask_again_who_is_there(town, client, clock):
    password = "samen-doen-we-het"
    user = UserFactory(password=password)
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    again = reverse("account_reauthenticate")
    assert client.get(reverse("my-export")).url.startswith(again)
    client.post(again, {"password": password})
    assert client.get(reverse("my-export")).status_code == 200
    assert client.get(ERASE).status_code == 200
    clock.forward(minutes=6)
    for address in (ERASE, reverse("my-export")):
        assert client.get(address).url.startswith(again)
    assert client.post(ERASE, {"word": "WISSEN"}, headers=DUTCH).url.startswith(again)
    assert not Erasure.objects.exists()


def test_the_centre_does_it_for_who_has_no_account(town, client):
    resident = ResidentFactory(centre=town.centre, name="Ans de Wit")
    address = reverse("rights-for", args=["inwoner", resident.pk])
    client.force_login(town.coordinator)
    assert client.get(address).status_code == 200
    client.post(reverse("consent-for", args=["inwoner", resident.pk, "intrekken"]))
    resident.refresh_from_db()
    assert resident.consented_at is None
    _names, told, _page = unpacked(
        client.get(reverse("export-of", args=["inwoner", resident.pk]), headers=DUTCH)
    )
    assert told["data"]["residents"][0]["name"] == "Ans de Wit"
    assert AccessLog.objects.filter(subject_id=resident.pk, act="exported", why="asked").count() == 1
    assert client.post(address, {"word": "WISSEN"}, headers=DUTCH).status_code == 422, "no reason"
    assert client.post(address, {"word": "WISSEN", "reason": "own"}, headers=DUTCH).status_code == 422
    done = client.post(address, {"word": "WISSEN", "reason": "asked"}, headers=DUTCH)
    assert done.url == reverse("residents")
    Worker().run_due()
    assert Resident.objects.get(pk=resident.pk).name == ""
    assert Erasure.objects.get().reason == "asked"


def test_a_phone_only_residents_data_are_corrected_with_a_row(town, client):
    resident = ResidentFactory(centre=town.centre, name="Ans de Wit")
    client.force_login(town.coordinator)
    form = {"name": "Ans de Witte", "phone": "030 123 45 67", "email": "", "contact_preference": "phone"}
    assert client.post(reverse("resident-edit", args=[resident.pk, "contact"]), form).status_code == 302
    resident.refresh_from_db()
    assert resident.name == "Ans de Witte"
    assert [row.act for row in AccessLog.objects.filter(subject_id=resident.pk)] == ["changed"]
    page = client.get(reverse("rights-for", args=["inwoner", resident.pk]), headers=DUTCH).content.decode()
    assert "Veranderd" in page


def test_staff_handles_not_themselves(town, client):
    own = ResidentFactory(centre=town.centre, user=town.coordinator)
    sign_in_by_code(client, town.coordinator)
    assert client.get(reverse("rights-for", args=["inwoner", own.pk])).status_code == 404
    response = client.post(ERASE, {"word": "WISSEN"}, headers=DUTCH)
    assert response.status_code == 409
    assert not Erasure.objects.exists()


def test_a_volunteer_too(town, client):
    volunteer = town.volunteers[0]
    client.force_login(town.coordinator)
    address = reverse("rights-for", args=["vrijwilliger", volunteer.pk])
    assert volunteer.user.name in client.get(address).content.decode()
    assert client.get(reverse("rights-for", args=["inwoner", volunteer.pk])).status_code == 404
    assert client.get(reverse("rights-for", args=["ander", volunteer.pk])).status_code == 404
    client.post(address, {"word": "WISSEN", "reason": "deceased"}, headers=DUTCH)
    Worker().run_due()
    assert Volunteer.objects.get(pk=volunteer.pk).phone == ""
    assert not User.objects.get(pk=volunteer.user_id).is_active


def test_the_report_tells_terms_and_what_went(town, client, clock):
    for count in (400, 17):
        DeletionRun.objects.create(purpose="messages", days=365, count=count)
    Erasure.objects.create(centre=town.centre, reason="deceased", done_at=clock.now())
    client.force_login(town.coordinator)
    page = client.get(reverse("deletions"), headers=DUTCH).content.decode()
    for words in ("417", "Overleden", "730", "Hulpvragen die voorbij zijn"):
        assert words in page
