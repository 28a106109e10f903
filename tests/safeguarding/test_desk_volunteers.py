"""Volunteers on the pages of the centre's staff."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.enums import HelpCategory, Role, VolunteerState
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
    screen,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def desk(client, centre):
    client.force_login(CoordinatorFactory(centre))
    return client


def page(volunteer):
    return reverse("volunteer", args=[volunteer.pk])


def step(volunteer, requirement="vog"):
    return reverse("volunteer-screening", args=[volunteer.pk, requirement])


def listed(desk, **query):
    return {item["volunteer"] for item in desk.get(reverse("volunteers"), query).context["listed"]}


class TestTheList:
    def test_it_shows_one_s_own_centre(self, desk, centre):
        mine = VolunteerFactory(centre=centre)
        VolunteerFactory()
        assert listed(desk) == {mine}

    def test_filters(self, desk, centre):
        applied = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED, user__name="Fatma Yılmaz")
        pets = VolunteerFactory(centre=centre, skills=HelpCategory.to_mask([HelpCategory.PETS]))
        screen(pets)
        assert listed(desk, q="yılm") == {applied}
        assert listed(desk, q=pets.user.email) == {pets}
        assert listed(desk, state="applied") == {applied}
        assert listed(desk, category="garden") == {applied}
        assert listed(desk, category="pets") == {applied, pets}
        assert listed(desk, screening="complete") == {pets}
        assert listed(desk, screening="missing") == {applied}
        assert listed(desk, q="niemand") == set()
        assert listed(desk, state="nonsense") == {applied, pets}

    def test_it_costs_the_same_for_one_and_for_three(self, desk, centre):
        counts = []
        for more in (1, 2):
            for _ in range(more):
                VolunteerFactory(centre=centre, screened=True)
            with CaptureQueriesContext(connection) as made:
                desk.get(reverse("volunteers"))
            own = [query for query in made if "volunteer" in query["sql"] or "screening" in query["sql"]]
            counts.append(len(own))
        # How many there are, the volunteers of the page, their screenings.
        assert counts == [3, 3]


class TestOneVolunteer:
    def test_it_shows_contact_and_every_step(self, desk, centre):
        volunteer = VolunteerFactory(centre=centre)
        html = desk.get(page(volunteer)).content.decode()
        assert "06 12345678" in html
        for requirement in Requirement:
            assert step(volunteer, requirement) in html

    def test_letting_take_part(self, desk, centre):
        volunteer = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
        assert desk.post(reverse("volunteer-activate", args=[volunteer.pk])).url == page(volunteer)
        volunteer.refresh_from_db()
        assert volunteer.state == VolunteerState.ACTIVE
        assert desk.post(reverse("volunteer-activate", args=[volunteer.pk])).status_code == 409

    def test_closing_and_opening_the_account(self, desk, centre):
        volunteer = VolunteerFactory(centre=centre)
        address = reverse("suspension", args=[volunteer.user_id])
        assert desk.post(address).status_code == 422
        desk.post(address, {"reason": "money", "note": "Vroeg om geld."})
        volunteer.user.refresh_from_db()
        assert volunteer.user.suspended_at is not None
        assert "Vroeg om geld." in desk.get(address).content.decode()
        assert volunteer.user.name in desk.get(reverse("suspensions")).content.decode()
        assert desk.post(address, {"note": " "}).status_code == 422
        desk.post(address, {"note": "Bleek een ander te zijn."})
        volunteer.user.refresh_from_db()
        assert volunteer.user.is_active
        assert "Bleek een ander te zijn." in desk.get(reverse("suspensions")).content.decode()

    @pytest.mark.parametrize(
        ("last", "badge"),
        [
            (date(2025, 6, 2), "danger"),
            (date(2025, 6, 3), "warning"),
            (date(2026, 1, 1), "success"),
            (None, "success"),
        ],
    )
    def test_a_step_is_shown_as_it_stands_today(self, clock, desk, centre, last, badge):
        volunteer = VolunteerFactory(centre=centre)
        screen(volunteer, Requirement.VOG, valid_until=last)
        shown = {found.screening.requirement: found for found in desk.get(page(volunteer)).context["steps"]}
        assert shown[Requirement.VOG].badge == badge
        assert shown[Requirement.TALK].badge == "neutral"


class TestRecording:
    def test_a_vog(self, clock, desk, centre):
        volunteer = VolunteerFactory(centre=centre)
        assert 'value="2025-06-03"' in desk.get(step(volunteer)).content.decode()
        data = {"state": "valid", "number": "123", "seen_on": "2025-06-01", "valid_until": "2028-06-01"}
        assert desk.post(step(volunteer), data).url == page(volunteer)
        row = Screening.objects.get()
        assert (row.number, row.seen_on, row.valid_until) == ("123", date(2025, 6, 1), date(2028, 6, 1))
        assert 'value="123"' in desk.get(step(volunteer)).content.decode()

    def test_a_talk_asks_for_no_number(self, desk, centre):
        volunteer = VolunteerFactory(centre=centre)
        assert 'name="number"' not in desk.get(step(volunteer, "talk")).content.decode()
        assert desk.post(step(volunteer, "talk"), {"state": "in_progress"}).status_code == 302
        assert Screening.objects.get().state == ScreeningState.IN_PROGRESS

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"state": "valid"}, "number"),
            ({"state": "valid", "number": "1", "seen_on": "2099-01-01"}, "seen_on"),
            ({"state": "refused", "number": "1"}, "state"),
            ({}, "state"),
        ],
    )
    def test_a_wrong_value_is_said_at_the_field(self, desk, centre, data, field):
        answer = desk.post(step(VolunteerFactory(centre=centre)), data)
        assert answer.status_code == 422
        assert f'href="#id_{field}' in answer.content.decode()
        assert not Screening.objects.exists()

    def test_an_unknown_step_does_not_exist(self, desk, centre):
        assert desk.get(step(VolunteerFactory(centre=centre), "nonsense")).status_code == 404


class TestWhoMayNot:
    def addresses(self, volunteer):
        return [page(volunteer), step(volunteer)]

    def acts(self, volunteer):
        return [
            reverse("volunteer-activate", args=[volunteer.pk]),
            reverse("suspension", args=[volunteer.user_id]),
            step(volunteer),
        ]

    def test_another_centre_s_volunteer_looks_absent(self, desk):
        other = VolunteerFactory(state=VolunteerState.APPLIED)
        assert [desk.get(address).status_code for address in self.addresses(other)] == [404, 404]
        assert [desk.post(address).status_code for address in self.acts(other)] == [404, 404, 404]

    @pytest.mark.parametrize("kind", ["nobody", "user", "volunteer", "trainer", "analyst"])
    def test_who_is_no_staff(self, client, centre, kind):
        volunteer = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
        people = {
            "user": UserFactory,
            "volunteer": lambda: volunteer.user,
            "trainer": lambda: staff(Role.TRAINER, centre),
            "analyst": lambda: staff(Role.ANALYST, centre),
        }
        expected = 302 if kind == "nobody" else 404
        if kind != "nobody":
            client.force_login(people[kind]())
        gets = [reverse("volunteers"), *self.addresses(volunteer)]
        assert [client.get(address).status_code for address in gets] == [expected] * 3
        assert [client.post(address).status_code for address in self.acts(volunteer)] == [expected] * 3
        volunteer.refresh_from_db()
        assert volunteer.state == VolunteerState.APPLIED

    def test_a_confidential_officer_looks_and_records_nothing(self, client, centre):
        volunteer = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
        client.force_login(staff(Role.CONFIDENTIAL_OFFICER, centre))
        shown = client.get(page(volunteer))
        assert shown.status_code == 200
        assert step(volunteer) not in shown.content.decode()
        assert client.post(step(volunteer), {"state": "valid", "number": "1"}).status_code == 404
        assert client.post(reverse("volunteer-activate", args=[volunteer.pk])).status_code == 403

    def test_a_coordinator_who_volunteers_too_does_not_handle_themselves(self, client, centre):
        volunteer = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
        RoleGrantFactory(user=volunteer.user, role=Role.COORDINATOR, centre=centre)
        client.force_login(volunteer.user)
        assert step(volunteer) not in client.get(page(volunteer)).content.decode()
        assert client.get(step(volunteer)).status_code == 404
        assert client.post(reverse("volunteer-activate", args=[volunteer.pk])).status_code == 403
        assert client.post(reverse("suspension", args=[volunteer.user_id])).status_code == 404
