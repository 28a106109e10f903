"""Reporting a concern: by anybody, without an account, on any phone; and by programs."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from people.enums import Role
from safeguarding.models import Concern
from safeguarding.queries import centre_for_concern
from safeguarding.services import read_concern
from safeguarding.web.concern_token import read_token, token_of
from tests.factories.matching import Town
from tests.factories.people import CentreFactory, PostcodeFactory, UserFactory, VolunteerFactory, staff

pytestmark = pytest.mark.django_db
NUMBERS = ('href="tel:112"', 'href="tel:113"', 'href="tel:08002000"')
TOLD = {"danger": "no", "subject": "other", "story": "Ik hoor elke avond geschreeuw."}


@pytest.fixture
def centre():
    return CentreFactory()


def send(client, **told):
    return client.post(reverse("report-concern"), TOLD | told)


def told_to(officer):
    return read_concern(Concern.objects.get().pk, by=officer, via="page").told


class TestThePage:
    def test_anybody_reports_without_a_name_or_an_account(self, client, centre):
        officer = staff(Role.CONFIDENTIAL_OFFICER, centre)
        answer = send(client)
        concern = Concern.objects.get()
        assert answer.status_code == 200
        assert concern.reference in answer.content.decode()
        assert concern.centre == centre
        told = told_to(officer)
        assert told["story"] == TOLD["story"]
        assert (told["name"], told["phone"], told["email"]) == ("", "", "")

    def test_the_numbers_to_call_always_stand_there(self, client, centre):
        pages = [client.get(reverse("report-concern")), send(client, story=""), send(client)]
        for page, status in zip(pages, (200, 422, 200), strict=True):
            assert page.status_code == status
            assert [number for number in NUMBERS if number not in page.content.decode()] == []

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, client, centre):
        page = send(client, phone="12", name="Buurvrouw").content.decode()
        assert "Buurvrouw" in page
        assert TOLD["story"] in page
        assert send(client, story="Mijn BSN is 111222333").status_code == 422
        assert not Concern.objects.exists()

    def test_what_is_missing_is_asked_in_friendly_words(self, client, centre):
        page = send(client, story="", subject="", danger="").content.decode()
        assert "Vertel wat u ziet of hoort." in page
        assert "Kies wat het beste past." in page
        assert "is vereist" not in page

    def test_nothing_stays_in_the_browser(self, client, centre):
        answer = send(client)
        assert "no-store" in answer.headers["Cache-Control"]
        assert not [
            value for value in client.session.values() if Concern.objects.get().reference in str(value)
        ]

    def test_pressing_send_again_reports_once(self, client, centre):
        first = client.get(reverse("report-concern")).context["form"]["key"].value()
        pages = [send(client, key=first).content.decode() for _ in range(2)]
        assert all(Concern.objects.get().reference in page for page in pages)

    def test_many_from_one_address_are_asked_to_call_and_solve_no_puzzle(self, client, centre):
        for _ in range(10):
            assert send(client).status_code == 200
        page = send(client)
        assert page.status_code == 429
        assert TOLD["story"] in page.content.decode()
        assert all(number in page.content.decode() for number in NUMBERS)
        assert Concern.objects.count() == 10
        other = Client(REMOTE_ADDR="203.0.113.9")
        assert send(other).status_code == 200

    def test_both_languages(self, client, centre):
        assert "Maakt u zich zorgen om iemand?" in client.get(reverse("report-concern")).content.decode()
        english = client.get(reverse("report-concern"), headers={"accept-language": "en"}).content.decode()
        assert "Are you worried about someone?" in english

    def test_every_page_leads_there(self, client, centre):
        assert reverse("report-concern") in client.get("/").content.decode()


class TestAboutARequest:
    @pytest.mark.parametrize("side", ["resident", "volunteer"])
    def test_the_page_of_a_request_leads_to_a_form_that_knows_it(self, side, client):
        from matching.services import accept_offer, ask_volunteer

        town = Town(volunteers=1)
        town.request.resident.any_screened_volunteer = True
        town.request.resident.save()
        offer = ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        assignment = accept_offer(offer, by=town.volunteers[0].user)
        reader, path = {
            "resident": (town.resident_user, reverse("my-request", args=[town.request.pk])),
            "volunteer": (town.volunteers[0].user, reverse("agreement", args=[assignment.pk])),
        }[side]
        client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(path).content.decode()
        token = page.split(f"{reverse('report-concern')}?over=")[1].split('"')[0]
        assert str(town.request.pk) not in token
        form = client.get(reverse("report-concern"), {"over": token})
        assert "Wij zien welke hulpvraag u bekeek." in form.content.decode()
        send(client, over=token)
        officer = staff(Role.CONFIDENTIAL_OFFICER, town.centre)
        assert told_to(officer)["help_request"] == str(town.request.pk)
        desk = Client()
        desk.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
        shown = desk.get(reverse("concern", args=[Concern.objects.get().pk])).content.decode()
        assert reverse("desk-request", args=[town.request.pk]) in shown

    @pytest.mark.parametrize("token", ["", "x", "gAAAAA", "a" * 500])
    def test_what_is_not_ours_says_nothing(self, token, client, centre):
        assert read_token(token) is None
        assert client.get(reverse("report-concern"), {"over": token}).status_code == 200
        assert send(client, over=token).status_code == 200
        assert told_to(staff(Role.CONFIDENTIAL_OFFICER, centre))["help_request"] == ""

    def test_a_token_says_what_it_was_given(self):
        request, centre = uuid4(), uuid4()
        assert read_token(token_of(request, centre)) == (request, centre)


class TestWhichCentre:
    def test_of_the_request_the_place_or_who_reports_and_else_the_first(self):
        first, second = CentreFactory(code=1), CentreFactory(code=2)
        PostcodeFactory(code="3431ZZ", district=second.districts.first())
        nobody = UserFactory()
        assert centre_for_concern(nobody, "") == first
        assert centre_for_concern(nobody, "3431 zz") == second
        assert centre_for_concern(nobody, "9999XX") == first
        assert centre_for_concern(VolunteerFactory(centre=second).user, "") == second
        assert centre_for_concern(nobody, "", second.pk) == second


class TestTheApi:
    url = "/api/v1/concern-reports"

    def post(self, client, **told):
        return client.post(self.url, {"story": TOLD["story"]} | told, content_type="application/json")

    def test_anybody_reports_and_hears_a_code_only(self, client, centre):
        answer = self.post(client, danger="yes")
        assert answer.status_code == 201
        assert answer.json() == {"reference": Concern.objects.get().reference}
        assert answer.headers["Cache-Control"] == "no-store"
        assert Concern.objects.get().urgent

    def test_what_is_wrong(self, client, centre):
        assert self.post(client, story="").status_code == 400
        assert self.post(client, story="BSN 111222333").status_code == 422
        assert self.post(client, centre=str(uuid4())).status_code == 404
        assert not Concern.objects.exists()

    def test_page_and_api_share_one_limit(self, client, centre):
        for _ in range(5):
            send(client)
            self.post(client)
        assert self.post(client).status_code == 429
        assert send(client).status_code == 429

    def test_it_cannot_be_read_back(self, client, centre):
        self.post(client)
        assert client.get(self.url).status_code in {401, 405}
