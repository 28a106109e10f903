"""Roles, scope and suspension."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from people import queries, services
from people.enums import Role
from people.models import RoleGrant
from people.queries import centres_of, has_role, is_staff_of, roles_of
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    OrganisationFactory,
    PostcodeFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db


def event_types():
    return list(EventRecord.objects.order_by("pk").values_list("type", flat=True))


class TestReading:
    def test_one_query_answers_every_question_of_a_request(self, django_assert_num_queries):
        centre = CentreFactory()
        user = CoordinatorFactory(centre)
        RoleGrantFactory(user=user, role=Role.VOLUNTEER, centre=CentreFactory())
        with django_assert_num_queries(1):
            assert roles_of(user) == {Role.COORDINATOR, Role.VOLUNTEER}
            assert centres_of(user) == {centre.pk}
            assert has_role(user, Role.COORDINATOR, centre.pk)
            assert not has_role(user, Role.VOLUNTEER, centre.pk)
            assert is_staff_of(user, centre.pk)
            assert not is_staff_of(user, uuid4())
            assert not is_staff_of(user, None)

    def test_a_volunteer_is_no_staff_of_the_centre(self):
        volunteer = VolunteerFactory()
        assert has_role(volunteer.user, Role.VOLUNTEER, volunteer.centre_id)
        assert centres_of(volunteer.user) == frozenset()

    @pytest.mark.parametrize("role", [Role.TRAINER, Role.ANALYST, Role.ORGANISATION, Role.REFERRER])
    def test_other_roles_in_a_centre_are_no_staff_either(self, role):
        centre = CentreFactory()
        assert not is_staff_of(staff(role, centre), centre.pk)

    def test_an_ended_grant_counts_no_more(self):
        user = CoordinatorFactory()
        services.end_role(user.role_grants.get(), by=None)
        assert roles_of(user) == frozenset()

    def test_a_change_is_seen_by_the_instance_that_was_given(self):
        centre, user = CentreFactory(), UserFactory()
        assert roles_of(user) == frozenset()
        grant = services.grant_role(user, Role.COORDINATOR, centre=centre, by=None)
        assert is_staff_of(user, centre.pk)
        services.end_role(grant, by=None)
        assert not is_staff_of(user, centre.pk)

    @pytest.mark.parametrize("field", [{"is_active": False}, {"suspended_at": "2025-01-01T00:00Z"}])
    def test_who_may_not_act_holds_nothing(self, field):
        user = CoordinatorFactory(**field)
        assert roles_of(user) == frozenset()
        assert centres_of(user) == frozenset()
        assert not queries.residents_of(user).exists()
        assert queries.volunteer_of(user) is None

    def test_nobody_is_nobody(self):
        for nobody in (None, AnonymousUser()):
            assert roles_of(nobody) == frozenset()
            assert not queries.residents_of(nobody).exists()
            assert queries.volunteer_of(nobody) is None

    def test_staff_of_a_centre_each_once_without_those_who_may_not_act(self):
        centre = CentreFactory()
        both = CoordinatorFactory(centre)
        RoleGrantFactory(user=both, role=Role.ADMINISTRATOR, centre=centre)
        officer = staff(Role.CONFIDENTIAL_OFFICER, centre)
        services.suspend_user(CoordinatorFactory(centre), by=None)
        services.end_role(CoordinatorFactory(centre).role_grants.get(), by=None)
        CoordinatorFactory()
        VolunteerFactory(centre=centre)
        assert set(queries.staff_of(centre.pk)) == {both, officer}
        assert queries.staff_of(centre.pk).count() == 2
        assert list(queries.staff_of(centre.pk, Role.CONFIDENTIAL_OFFICER)) == [officer]

    def test_the_centre_of_a_district_and_of_a_cell(self):
        centre = CentreFactory()
        postcode = PostcodeFactory(district=centre.districts.get())
        assert queries.centre_for(centre.districts.get()) == centre
        assert queries.centre_for(postcode.cell) == centre
        assert queries.centre_for(None) is None

    def test_staff_see_the_people_of_their_own_centre(self):
        mine, other = CentreFactory(), CentreFactory()
        resident, volunteer = ResidentFactory(centre=mine), VolunteerFactory(centre=mine)
        ResidentFactory(centre=other)
        VolunteerFactory(centre=other)
        user = CoordinatorFactory(mine)
        assert list(queries.residents_in_scope(user)) == [resident]
        assert list(queries.volunteers_in_scope(user)) == [volunteer]
        assert not queries.residents_in_scope(volunteer.user).exists()

    def test_a_resident_is_found_by_exactly_the_number_or_address_and_only_in_scope(self):
        mine = CentreFactory()
        resident = ResidentFactory(centre=mine, phone="+31612345678", email="wil@voorbeeld.nl")
        ResidentFactory(phone="+31612345678", email="wil@voorbeeld.nl")
        user = CoordinatorFactory(mine)
        assert list(queries.residents_reached_by(user, phone="+31612345678")) == [resident]
        assert list(queries.residents_reached_by(user, email="WIL@voorbeeld.nl")) == [resident]
        assert not queries.residents_reached_by(user, phone="+31612345679").exists()
        assert not queries.residents_reached_by(user).exists()


class TestRoles:
    def test_only_an_administrator_of_the_centre_gives_and_ends_roles(self):
        centre, user = CentreFactory(), UserFactory()
        administrator = AdministratorFactory(centre)
        for other in (
            user,
            CoordinatorFactory(centre),
            AdministratorFactory(),
            VolunteerFactory(centre=centre).user,
        ):
            with pytest.raises(Forbidden):
                services.grant_role(user, Role.COORDINATOR, centre=centre, by=other)
        grant = services.grant_role(user, Role.COORDINATOR, centre=centre, by=administrator)
        with pytest.raises(Forbidden):
            services.end_role(grant, by=CoordinatorFactory(centre))
        services.end_role(grant, by=administrator)
        assert event_types() == ["people.role_granted", "people.role_ended"]

    def test_giving_and_ending_twice_is_once(self):
        centre, user = CentreFactory(), UserFactory()
        one = services.grant_role(user, Role.COORDINATOR, centre=centre, by=None)
        assert services.grant_role(user, Role.COORDINATOR, centre=centre, by=None) == one
        services.end_role(one, by=None)
        services.end_role(one, by=None)
        again = services.grant_role(user, Role.COORDINATOR, centre=centre, by=None)
        assert again != one
        assert RoleGrant.objects.filter(user=user, ended_at=None).count() == 1

    @pytest.mark.parametrize(
        "role", [Role.COORDINATOR, Role.CONFIDENTIAL_OFFICER, Role.ADMINISTRATOR, Role.ANALYST]
    )
    def test_a_role_of_a_centre_needs_one(self, role):
        with pytest.raises(InvalidInput) as caught:
            services.grant_role(UserFactory(), role, by=None)
        assert caught.value.field == "centre"

    def test_a_contact_needs_an_organisation(self):
        with pytest.raises(InvalidInput) as caught:
            services.grant_role(UserFactory(), Role.ORGANISATION, by=None)
        assert caught.value.field == "organisation"
        organisation = OrganisationFactory()
        assert services.grant_role(UserFactory(), Role.ORGANISATION, organisation=organisation, by=None)


class TestSuspension:
    def test_staff_of_the_person_s_centre_suspend_and_others_do_not(self):
        volunteer = VolunteerFactory()
        centre = volunteer.centre
        for other in (
            volunteer.user,
            UserFactory(),
            CoordinatorFactory(),
            VolunteerFactory(centre=centre).user,
        ):
            with pytest.raises(Forbidden):
                services.suspend_user(volunteer.user, by=other)
        services.suspend_user(volunteer.user, by=CoordinatorFactory(centre))
        volunteer.user.refresh_from_db()
        assert not volunteer.user.is_active
        assert volunteer.user.suspended_at is not None
        with pytest.raises(InvalidTransition):
            services.suspend_user(volunteer.user, by=CoordinatorFactory(centre))
        with pytest.raises(InvalidInput):
            services.reinstate_user(volunteer.user, by=CoordinatorFactory(centre), note=" ")
        services.reinstate_user(volunteer.user, by=CoordinatorFactory(centre), note="Een misverstand.")
        volunteer.user.refresh_from_db()
        assert volunteer.user.is_active
        assert volunteer.user.suspended_at is None
        with pytest.raises(InvalidTransition):
            services.reinstate_user(volunteer.user, by=CoordinatorFactory(centre), note="Een misverstand.")

    def test_a_resident_with_an_account_belongs_to_the_centre_too(self):
        resident = ResidentFactory(user=UserFactory())
        RoleGrant.objects.all().delete()
        services.suspend_user(resident.user, by=CoordinatorFactory(resident.centre))
        with pytest.raises(Forbidden):
            services.reinstate_user(resident.user, by=CoordinatorFactory())

    def test_staff_are_suspended_by_their_administrator_only(self):
        centre = CentreFactory()
        coordinator = CoordinatorFactory(centre)
        for other in (
            CoordinatorFactory(centre),
            staff(Role.CONFIDENTIAL_OFFICER, centre),
            AdministratorFactory(),
        ):
            with pytest.raises(Forbidden):
                services.suspend_user(coordinator, by=other)
        services.suspend_user(coordinator, by=AdministratorFactory(centre))

    def test_staff_of_two_centres_need_an_administrator_of_both(self):
        one, two = CentreFactory(), CentreFactory()
        coordinator = CoordinatorFactory(one)
        RoleGrantFactory(user=coordinator, role=Role.COORDINATOR, centre=two)
        with pytest.raises(Forbidden):
            services.suspend_user(coordinator, by=AdministratorFactory(one))

    def test_every_session_ends_at_once(self, client):
        volunteer = VolunteerFactory(user__password="kastanje-in-bloei")
        client.post("/account/login/", {"login": volunteer.user.email, "password": "kastanje-in-bloei"})
        assert client.get("/profiel/").status_code == 200
        services.suspend_user(volunteer.user, by=None)
        assert client.get("/profiel/").url.startswith("/account/login/")
        assert event_types()[-2:] == ["people.session_ended", "people.user_suspended"]


class TestOwnAccount:
    def test_name_and_language(self):
        user = UserFactory()
        services.update_account(user, by=user, name="  Wil   Bakker ", language="en")
        user.refresh_from_db()
        assert (user.name, user.language) == ("Wil Bakker", "en")

    @pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "x" * 121}, {"language": "xx"}])
    def test_wrong_values(self, wrong):
        user = UserFactory()
        with pytest.raises(InvalidInput):
            services.update_account(user, by=user, **wrong)

    def test_another_s_account_is_not_one_s_own(self):
        with pytest.raises(Forbidden):
            services.update_account(UserFactory(), by=UserFactory(), name="Anders")
