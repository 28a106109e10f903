"""People for programs."""

import pytest
from django.urls import reverse

from events.models import EventRecord
from people.enums import HelpCategory, Role, Skill, VolunteerState
from people.models import Resident, Volunteer
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    RepresentativeFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
    screen,
    staff,
)

pytestmark = pytest.mark.django_db

ME, PROFILE = "/api/v1/me", "/api/v1/me/volunteer-profile"
JOIN = {
    "phone": "0612345678",
    "postcode": "3431AB",
    "categories": ["groceries"],
    "skills": ["dogs"],
    "dayparts": 3,
    "adult": True,
    "consented": True,
}
REGISTER = {
    "name": "Wil Bakker",
    "phone": "0301234567",
    "address": {"street": "Dorpsstraat", "houseNumber": "12", "postcode": "3431AB", "city": "Nieuwegein"},
    "needs": ["rollator"],
    "consented": True,
}


@pytest.fixture
def centre():
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


def post(client, address, body=None):
    return client.post(address, body or {}, content_type="application/json")


def patch(client, address, body):
    return client.patch(address, body, content_type="application/json")


class TestMe:
    def test_reading_and_changing(self, client, centre):
        user = CoordinatorFactory(centre)
        client.force_login(user)
        me = client.get(ME).json()
        assert me["email"] == user.email
        assert me["roles"] == [{"role": "coordinator", "centre": str(centre.pk), "organisation": None}]
        assert patch(client, ME, {"language": "en"}).json()["language"] == "en"

    def test_nothing_else_can_be_changed(self, client):
        user = UserFactory()
        client.force_login(user)
        for field in (
            "email",
            "isStaff",
            "isSuperuser",
            "isActive",
            "suspendedAt",
            "roles",
            "id",
            "password",
        ):
            patch(client, ME, {field: "x@y.nl", "name": "Wil"})
        before = (user.email, user.is_staff, user.is_superuser, user.is_active, user.pk, user.password)
        user.refresh_from_db()
        assert before == (
            user.email,
            user.is_staff,
            user.is_superuser,
            user.is_active,
            user.pk,
            user.password,
        )
        assert user.name == "Wil"

    def test_wrong_values(self, client):
        client.force_login(UserFactory())
        assert patch(client, ME, {"language": "xx"}).status_code == 400
        assert patch(client, ME, {"name": "  "}).status_code == 400


class TestMyProfile:
    def test_from_joining_to_leaving(self, client, centre):
        user = UserFactory()
        client.force_login(user)
        assert client.get(PROFILE).status_code == 404
        made = post(client, PROFILE, JOIN)
        assert made.status_code == 201
        assert (made.json()["categories"], made.json()["skills"]) == (["groceries"], ["dogs"])
        assert post(client, PROFILE, JOIN).json()["code"] == "already-volunteer"

        changed = patch(client, PROFILE, {"categories": ["pets", "garden"], "reachKm": 2.5}).json()
        assert changed["categories"] == ["garden", "pets"]
        assert changed["skills"] == ["dogs"]
        assert changed["reachKm"] == 2.5
        assert patch(client, PROFILE, {"skills": []}).json()["categories"] == ["garden", "pets"]

        assert post(client, f"{PROFILE}/pause", {"until": "2099-01-01"}).status_code == 422
        assert post(client, f"{PROFILE}/resume").json()["pausedUntil"] is None
        assert post(client, f"{PROFILE}/leave").json()["state"] == "left"
        assert client.get(PROFILE).status_code == 404

    @pytest.mark.parametrize(
        ("changes", "status", "field"),
        [
            ({"categories": []}, 400, "categories"),
            ({"categories": ["nonsense"]}, 400, "categories.0"),
            ({"dayparts": 0}, 400, "dayparts"),
            ({"dayparts": 1 << 21}, 400, "dayparts"),
            ({"postcode": "9999XX"}, 422, "postcode"),
            ({"phone": "1"}, 422, "phone"),
            ({"consented": False}, 422, "consent"),
        ],
    )
    def test_wrong_values_are_named(self, client, centre, changes, status, field):
        client.force_login(UserFactory())
        answer = post(client, PROFILE, JOIN | changes)
        assert answer.status_code == status
        assert [error["name"] for error in answer.json()["errors"]] == [field]
        assert not Volunteer.objects.exists()

    def test_state_and_centre_are_not_for_the_volunteer_to_set(self, client, centre):
        volunteer = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
        client.force_login(volunteer.user)
        patch(
            client,
            PROFILE,
            {"state": "active", "centre": str(CentreFactory().pk), "leftAt": None, "phone": "0612345679"},
        )
        volunteer.refresh_from_db()
        assert (volunteer.state, volunteer.centre) == (VolunteerState.APPLIED, centre)
        assert volunteer.phone == "+31612345679"


class TestMyResidents:
    def test_own_and_represented_and_no_other(self, client, centre):
        user = UserFactory()
        own = ResidentFactory(centre=centre, user=user)
        represented = RepresentativeFactory(user=user, resident=ResidentFactory(centre=centre)).resident
        other = ResidentFactory(centre=centre)
        client.force_login(user)
        items = client.get("/api/v1/me/residents").json()["items"]
        assert {item["id"] for item in items} == {str(own.pk), str(represented.pk)}
        assert client.get(f"/api/v1/me/residents/{other.pk}").status_code == 404
        assert patch(client, f"/api/v1/me/residents/{other.pk}", {"name": "x"}).status_code == 404
        changed = patch(
            client, f"/api/v1/me/residents/{own.pk}", {"name": "Wil", "address": REGISTER["address"]}
        )
        assert changed.json()["address"]["houseNumber"] == "12"

    def test_all_of_a_change_or_nothing(self, client, centre):
        user = UserFactory()
        own = ResidentFactory(centre=centre, user=user, name="Wil")
        client.force_login(user)
        body = {"address": REGISTER["address"] | {"street": "Kerkpad"}, "phone": "1"}
        assert patch(client, f"/api/v1/me/residents/{own.pk}", body).status_code == 422
        own.refresh_from_db()
        assert own.address["street"] == "Dorpsstraat"
        assert not EventRecord.objects.filter(type="people.resident_changed").exists()


class TestStaff:
    def test_registering_a_resident(self, client, centre):
        client.force_login(CoordinatorFactory(centre))
        made = post(client, "/api/v1/residents", REGISTER)
        assert made.status_code == 201
        assert made.json()["needs"] == ["rollator"]
        assert Resident.objects.get().centre == centre
        without = {key: value for key, value in REGISTER.items() if key != "address"}
        assert post(client, "/api/v1/residents", without).json()["centre"] == str(centre.pk)

    def test_who_may_not_register(self, client, centre):
        for other in (
            UserFactory(),
            VolunteerFactory(centre=centre).user,
            CoordinatorFactory(),
            staff(Role.ANALYST, centre),
        ):
            client.force_login(other)
            assert post(client, "/api/v1/residents", REGISTER).status_code == 403
        assert not Resident.objects.exists()

    def test_residents_of_one_s_own_centre_only(self, client, centre):
        mine, other = ResidentFactory(centre=centre), ResidentFactory()
        client.force_login(CoordinatorFactory(centre))
        assert [item["id"] for item in client.get("/api/v1/residents").json()["items"]] == [str(mine.pk)]
        assert client.get(f"/api/v1/residents/{other.pk}").status_code == 404
        assert patch(client, f"/api/v1/residents/{other.pk}", {"name": "x"}).status_code == 404
        assert patch(client, f"/api/v1/residents/{mine.pk}", {"name": "Wil"}).json()["name"] == "Wil"

    def test_answers_about_residents_are_kept_nowhere(self, client, centre):
        resident = ResidentFactory(centre=centre, user=UserFactory())
        for user, prefix in ((CoordinatorFactory(centre), "/api/v1"), (resident.user, "/api/v1/me")):
            client.force_login(user)
            for address in (f"{prefix}/residents", f"{prefix}/residents/{resident.pk}"):
                answer = client.get(address)
                assert answer.status_code == 200
                assert answer.headers["Cache-Control"] == "no-store"
                assert "ETag" not in answer.headers
            changed = patch(client, f"{prefix}/residents/{resident.pk}", {"name": "Wil"})
            assert changed.headers["Cache-Control"] == "no-store"
        assert "no-store" not in client.get("/api/v1/centres").headers.get("Cache-Control", "")
        assert "ETag" in client.get("/api/v1/centres").headers

    @pytest.mark.parametrize("address", ["/api/v1/residents", "/api/v1/volunteers"])
    def test_nobody_else_sees_anybody(self, client, centre, address):
        volunteer = VolunteerFactory(centre=centre)
        ResidentFactory(centre=centre)
        assert client.get(address).status_code == 401
        for other in (
            UserFactory(),
            volunteer.user,
            staff(Role.ANALYST, centre),
            staff(Role.TRAINER, centre),
        ):
            client.force_login(other)
            assert client.get(address).json()["items"] == []

    def test_volunteers(self, client, centre):
        mine, other = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED), VolunteerFactory()
        VolunteerFactory(centre=centre)
        client.force_login(CoordinatorFactory(centre))
        items = client.get("/api/v1/volunteers?state=applied").json()["items"]
        assert [item["id"] for item in items] == [str(mine.pk)]
        assert client.get(f"/api/v1/volunteers/{other.pk}").status_code == 404
        assert post(client, f"/api/v1/volunteers/{other.pk}/activate").status_code == 404
        assert post(client, f"/api/v1/volunteers/{mine.pk}/activate").json()["state"] == "active"
        assert post(client, f"/api/v1/volunteers/{mine.pk}/activate").status_code == 409

    def test_a_confidential_officer_looks_and_does_not_touch(self, client, centre):
        mine = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
        resident = ResidentFactory(centre=centre)
        client.force_login(staff(Role.CONFIDENTIAL_OFFICER, centre))
        assert client.get(f"/api/v1/volunteers/{mine.pk}").status_code == 200
        assert post(client, f"/api/v1/volunteers/{mine.pk}/activate").status_code == 403
        assert patch(client, f"/api/v1/residents/{resident.pk}", {"name": "x"}).status_code == 403

    @pytest.mark.parametrize("kind", ["residents", "volunteers"])
    def test_a_list_costs_the_same_for_one_and_for_three(self, client, centre, kind, queries_on):
        factory = ResidentFactory if kind == "residents" else VolunteerFactory
        client.force_login(CoordinatorFactory(centre))
        for _ in range(3):
            factory(centre=centre)
            with queries_on("people_resident", "people_volunteer", "places_district", "people_user") as made:
                client.get(f"/api/v1/{kind}")
            # The signed-in user and the rows.
            assert len(made()) == 2


class TestCentres:
    def test_everyone_may_know_how_to_reach_them(self, client, centre):
        item = client.get("/api/v1/centres").json()["items"][0]
        assert item == {
            "id": str(centre.pk),
            "name": centre.name,
            "slug": centre.slug,
            "phone": centre.phone,
            "email": centre.email,
        }
        assert client.get(f"/api/v1/centres/{centre.pk}").json() == item


class TestScreenings:
    def test_staff_record_and_volunteers_read_their_own(self, client, centre):
        volunteer = VolunteerFactory(centre=centre)
        client.force_login(CoordinatorFactory(centre))
        body = {
            "volunteer": str(volunteer.pk),
            "requirement": "vog",
            "number": "123",
            "validUntil": "2099-01-01",
        }
        assert post(client, "/api/v1/screenings", body).json()["state"] == "valid"
        assert post(client, "/api/v1/screenings", body | {"number": ""}).json()["code"] == "number-needed"
        assert post(client, "/api/v1/screenings", body | {"state": "refused"}).status_code == 400
        client.force_login(volunteer.user)
        assert [item["requirement"] for item in client.get("/api/v1/screenings").json()["items"]] == ["vog"]
        assert post(client, "/api/v1/screenings", body).status_code == 404

    def test_another_centre_s_volunteer_looks_absent(self, client, centre):
        other = VolunteerFactory()
        screen(other)
        client.force_login(CoordinatorFactory(centre))
        body = {"volunteer": str(other.pk), "requirement": "talk"}
        assert post(client, "/api/v1/screenings", body).status_code == 404
        assert client.get(f"/api/v1/screenings?volunteer={other.pk}").json()["items"] == []

    def test_nobody_screens_themselves(self, client, centre):
        volunteer = VolunteerFactory(centre=centre)
        RoleGrantFactory(user=volunteer.user, role=Role.COORDINATOR, centre=centre)
        client.force_login(volunteer.user)
        body = {"volunteer": str(volunteer.pk), "requirement": "talk"}
        assert post(client, "/api/v1/screenings", body).status_code == 403


def test_masks_and_keys_agree():
    both = HelpCategory.to_mask(HelpCategory.values) | Skill.to_mask(Skill.values)
    assert [*HelpCategory.from_mask(both), *Skill.from_mask(both)] == [*HelpCategory, *Skill]


def test_the_names_of_the_addresses():
    assert reverse("api:me") == ME
    assert reverse("api:my-volunteer-profile") == PROFILE
