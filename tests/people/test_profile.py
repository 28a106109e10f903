"""One's own profile on the pages."""

import re
from datetime import date

import pytest
from django.urls import reverse

from people.enums import Dislike, HelpCategory, Language, Need, Skill, VolunteerState
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(settings):
    settings.CELL_MIN_POSTCODES = 1
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


@pytest.fixture
def volunteer(centre):
    skills = HelpCategory.to_mask([HelpCategory.GARDEN]) | Skill.to_mask([Skill.CAR])
    return VolunteerFactory(centre=centre, skills=skills, dayparts=0b1)


@pytest.fixture
def me(client, volunteer):
    client.force_login(volunteer.user)
    return client


def part(name):
    return reverse("profile-volunteer", args=[name])


PAGES = ["profile", "profile-account", "own-data", "profile-pause", "profile-leave"]


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_for_who_is_signed_in(client, name):
    assert client.get(reverse(name)).url.startswith(reverse("account_login"))


def test_the_profile_tells_everything_and_leads_to_every_part(me):
    html = me.get(reverse("profile")).content.decode()
    for name in ("likes", "when", "where", "extras", "limits"):
        assert part(name) in html
    assert reverse("own-data") in html


def test_the_profile_costs_the_same_with_more_residents(client, queries_on):
    user = UserFactory()
    client.force_login(user)
    for _ in range(3):
        RepresentativeFactory(user=user)
        with queries_on("people_volunteer", "people_resident") as made:
            client.get(reverse("profile"))
        assert len(made()) == 2


@pytest.mark.parametrize("name", ["likes", "when", "where", "extras", "limits"])
def test_every_part_shows_what_it_is_and_keeps_it_when_sent_back(me, volunteer, name):
    page = me.get(part(name))
    form = page.context["form"]
    before = {
        field: getattr(volunteer, field) for field in ("skills", "dayparts", "languages", "dislikes", "phone")
    }
    data = {bound.html_name: bound.value() for bound in form}
    if name == "when":
        data = {"dayparts": ["0"]}
    assert (
        me.post(part(name), {key: value for key, value in data.items() if value is not None}).status_code
        == 302
    )
    volunteer.refresh_from_db()
    assert {field: getattr(volunteer, field) for field in before} == before


def test_a_change_of_one_half_of_the_skills_keeps_the_other(me, volunteer):
    me.post(part("likes"), {"likes": ["pets"]})
    volunteer.refresh_from_db()
    assert HelpCategory.from_mask(volunteer.skills) == [HelpCategory.PETS]
    assert Skill.from_mask(volunteer.skills) == [Skill.CAR]
    me.post(part("extras"), {"languages": ["nl", "ar"], "abilities": ["dogs"], "dislikes": ["noise"]})
    volunteer.refresh_from_db()
    assert HelpCategory.from_mask(volunteer.skills) == [HelpCategory.PETS]
    assert Skill.from_mask(volunteer.skills) == [Skill.DOGS]
    assert Language.from_mask(volunteer.languages) == [Language.DUTCH, Language.ARABIC]
    assert Dislike.from_mask(volunteer.dislikes) == [Dislike.NOISE]


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("likes", {}, "likes"),
        ("likes", {"likes": ["nonsense"]}, "likes"),
        ("when", {}, "dayparts"),
        ("where", {"postcode": "9999 XX", "reach": "5"}, "postcode"),
        ("extras", {"abilities": ["dogs"]}, "languages"),
        ("limits", {"phone": "1", "monthly_ask_cap": "8", "running_cap": "2"}, "phone"),
        ("limits", {"phone": "0612345678", "monthly_ask_cap": "0", "running_cap": "2"}, "monthly_ask_cap"),
    ],
)
def test_a_wrong_value_is_said_at_the_field(me, name, data, field):
    answer = me.post(part(name), data)
    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()


def test_a_pause_and_its_end(clock, me, volunteer):
    assert me.post(reverse("profile-pause"), {"until": "2025-06-01"}).status_code == 422
    assert me.post(reverse("profile-pause"), {"until": "2025-06-20"}).status_code == 302
    volunteer.refresh_from_db()
    assert volunteer.paused_until == date(2025, 6, 20)
    assert reverse("profile-resume") in me.get(reverse("profile")).content.decode()
    me.post(reverse("profile-resume"))
    volunteer.refresh_from_db()
    assert volunteer.paused_until is None


def test_stopping_asks_first(me, volunteer):
    me.get(reverse("profile-leave"))
    volunteer.refresh_from_db()
    assert volunteer.state == VolunteerState.ACTIVE
    assert me.post(reverse("profile-leave")).url == reverse("profile")
    volunteer.refresh_from_db()
    assert volunteer.state == VolunteerState.LEFT
    assert me.get(part("likes")).status_code == 404
    assert me.get(reverse("join")).status_code == 200


@pytest.mark.parametrize("name", ["profile-pause", "profile-leave"])
def test_who_is_no_volunteer_has_no_volunteer_pages(client, name):
    client.force_login(UserFactory())
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse("profile-resume")).status_code == 404
    assert client.get(part("likes")).status_code == 404


def test_an_unknown_part_does_not_exist(me):
    assert me.get(part("nonsense")).status_code == 404


def test_name_and_language(client):
    user = UserFactory()
    client.force_login(user)
    answer = client.post(reverse("profile-account"), {"name": "Wil", "language": "en"})
    user.refresh_from_db()
    assert (user.name, user.language) == ("Wil", "en")
    assert answer.cookies["django_language"].value == "en"
    assert '<html lang="en"' in client.get(reverse("profile")).content.decode()
    assert client.post(reverse("profile-account"), {"name": "", "language": "en"}).status_code == 422


class TestResidentDetails:
    def edit(self, resident, name):
        return reverse("profile-resident", args=[resident.pk, name])

    def test_the_resident_and_who_acts_for_them_change_them(self, client, centre):
        user = UserFactory()
        resident = ResidentFactory(centre=centre, user=user)
        helper = RepresentativeFactory(resident=resident).user
        for person, name in ((user, "Wil Bakker"), (helper, "Wilhelmina Bakker")):
            client.force_login(person)
            assert client.get(self.edit(resident, "contact")).status_code == 200
            data = {"name": name, "phone": "030 1234567", "email": "", "contact_preference": "phone"}
            assert client.post(self.edit(resident, "contact"), data).url == reverse("profile")
            resident.refresh_from_db()
            assert resident.name == name

    def test_a_new_address_and_what_a_helper_should_know(self, client, centre):
        user = UserFactory()
        resident = ResidentFactory(centre=centre, user=user)
        client.force_login(user)
        home = {"street": "Kerkpad", "house_number": "1", "postcode": "3431 AB", "city": "Nieuwegein"}
        assert client.post(self.edit(resident, "home"), home).status_code == 302
        about = {"languages": ["nl"], "needs": ["rollator"], "age_band": "80+", "pets": "on"}
        assert client.post(self.edit(resident, "about"), about).status_code == 302
        resident.refresh_from_db()
        assert resident.address["street"] == "Kerkpad"
        assert Need.from_mask(resident.needs) == [Need.ROLLATOR]
        assert (resident.pets, resident.smokes, resident.any_screened_volunteer) == (True, False, False)

    def test_wrong_values_stay_on_the_page(self, client, centre):
        user = UserFactory()
        resident = ResidentFactory(centre=centre, user=user)
        client.force_login(user)
        home = {"street": "Kerkpad", "house_number": "1", "postcode": "9999 XX", "city": "Houten"}
        answer = client.post(self.edit(resident, "home"), home)
        assert answer.status_code == 422
        html = answer.content.decode()
        assert 'href="#id_postcode"' in html
        assert 'value="Kerkpad"' in html
        unreachable = {"name": "Wil", "phone": "", "email": "", "contact_preference": "phone"}
        assert client.post(self.edit(resident, "contact"), unreachable).status_code == 422

    def test_another_s_record_looks_absent(self, client, centre):
        resident = ResidentFactory(centre=centre, user=UserFactory())
        for other in (UserFactory(), VolunteerFactory(centre=centre).user, CoordinatorFactory(centre)):
            client.force_login(other)
            assert client.get(self.edit(resident, "contact")).status_code == 404
            assert client.post(self.edit(resident, "contact"), {"name": "x"}).status_code == 404
        assert client.get(self.edit(resident, "nonsense")).status_code == 404

    def test_own_data_lists_every_record_and_no_one_else_s(self, client, centre):
        user = UserFactory()
        ResidentFactory(centre=centre, user=user, name="Wil Bakker")
        ResidentFactory(centre=centre, name="Piet Anders")
        client.force_login(user)
        html = client.get(reverse("own-data")).content.decode()
        assert re.search("Wil Bakker", html)
        assert "Piet Anders" not in html
