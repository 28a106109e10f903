"""Joining, changing, pausing and leaving as a volunteer."""

from datetime import date, timedelta

import pytest

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from people import services
from people.enums import ALL_DAYPARTS, Dislike, HelpCategory, Language, Role, Skill, VolunteerState
from people.errors import AlreadyVolunteer, ConsentNeeded, InvalidPhone, NoCentreHere
from people.models import Volunteer
from people.queries import roles_of
from places.errors import InvalidPostcode, UnknownPostcode
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    DistrictFactory,
    PostcodeFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db
SHOPPING = HelpCategory.to_mask([HelpCategory.GROCERIES])


@pytest.fixture
def centre():
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


def filled_in(**changes):
    values = {
        "phone": "06 12 34 56 78",
        "postcode": "3431 ab",
        "skills": SHOPPING,
        "dayparts": 0b111,
        "adult": True,
        "consented": True,
    }
    return values | changes


def event_types():
    return list(EventRecord.objects.order_by("pk").values_list("type", flat=True))


def test_joining_makes_a_profile_at_the_centre_of_the_postcode(centre):
    user = UserFactory()
    volunteer = services.register_volunteer(user, by=user, **filled_in())
    volunteer.refresh_from_db()
    assert (volunteer.centre, volunteer.state) == (centre, VolunteerState.APPLIED)
    assert (volunteer.postcode, volunteer.phone) == ("3431AB", "+31612345678")
    assert volunteer.district == centre.districts.get()
    assert volunteer.consented_at is not None
    assert volunteer.consent_version
    assert roles_of(user) == {Role.VOLUNTEER}
    assert event_types() == ["people.role_granted", "people.volunteer_joined"]


def test_four_digits_of_a_postcode_are_enough_for_a_volunteer(centre):
    user = UserFactory()
    assert services.register_volunteer(user, by=user, **filled_in(postcode="3431")).postcode == "3431"


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"postcode": "bij de kerk"}, InvalidPostcode, "postcode"),
        ({"postcode": "9999 XX"}, UnknownPostcode, "postcode"),
        ({"phone": "12"}, InvalidPhone, "phone"),
        ({"skills": 0}, InvalidInput, "skills"),
        ({"skills": Skill.to_mask([Skill.CAR])}, InvalidInput, "skills"),
        ({"skills": 1 << 60}, InvalidInput, "skills"),
        ({"dayparts": 0}, InvalidInput, "dayparts"),
        ({"dayparts": 1 << 21}, InvalidInput, "dayparts"),
        ({"languages": 0}, InvalidInput, "languages"),
        ({"dislikes": -1}, InvalidInput, "dislikes"),
        ({"reach_km": 0}, InvalidInput, "reach_km"),
        ({"reach_km": 101}, InvalidInput, "reach_km"),
        ({"monthly_ask_cap": 0}, InvalidInput, "monthly_ask_cap"),
        ({"running_cap": 21}, InvalidInput, "running_cap"),
        ({"consented": False}, ConsentNeeded, "consent"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_kept(centre, changes, error, field):
    user = UserFactory()
    with pytest.raises(error) as caught:
        services.register_volunteer(user, by=user, **filled_in(**changes))
    assert caught.value.field == field
    assert not Volunteer.objects.exists()
    assert event_types() == []


def test_where_no_centre_works_nobody_can_join():
    PostcodeFactory(district=DistrictFactory())
    user = UserFactory()
    with pytest.raises(NoCentreHere):
        services.register_volunteer(user, by=user, **filled_in())


def test_nobody_signs_up_another(centre):
    user = UserFactory()
    with pytest.raises(Forbidden):
        services.register_volunteer(user, by=CoordinatorFactory(centre), **filled_in())


def test_who_is_suspended_cannot_join(centre):
    user = UserFactory()
    services.suspend_user(user, by=None)
    with pytest.raises(Forbidden):
        services.register_volunteer(user, by=user, **filled_in())


@pytest.mark.parametrize("state", [VolunteerState.APPLIED, VolunteerState.ACTIVE])
def test_nobody_joins_twice(centre, state):
    volunteer = VolunteerFactory(centre=centre, state=state)
    with pytest.raises(AlreadyVolunteer):
        services.register_volunteer(volunteer.user, by=volunteer.user, **filled_in())


def test_who_left_comes_back_with_the_new_answers(centre):
    volunteer = VolunteerFactory(centre=centre)
    services.leave(volunteer, by=volunteer.user)
    again = services.register_volunteer(volunteer.user, by=volunteer.user, **filled_in(phone="0301234567"))
    assert (again.pk, again.state, again.left_at) == (volunteer.pk, VolunteerState.APPLIED, None)
    assert (again.phone, again.skills) == ("+31301234567", SHOPPING)
    assert Role.VOLUNTEER in roles_of(volunteer.user)


def test_a_change_touches_only_what_is_given(centre):
    volunteer = VolunteerFactory(centre=centre, reach_km=5)
    dogs = Dislike.to_mask([Dislike.DOGS])
    services.update_volunteer(volunteer, by=volunteer.user, reach_km=12.5, dislikes=dogs)
    volunteer.refresh_from_db()
    assert (volunteer.reach_km, volunteer.dislikes) == (12.5, dogs)
    assert (volunteer.phone, volunteer.dayparts) == ("+31612345678", ALL_DAYPARTS)
    assert event_types() == ["people.volunteer_changed"]


def test_another_postcode_moves_point_cell_and_district(centre):
    volunteer = VolunteerFactory(centre=centre)
    elsewhere = PostcodeFactory(code="3439ZZ", lat=52.05, lon=5.12, district=DistrictFactory())
    services.update_volunteer(volunteer, by=volunteer.user, postcode="3439zz")
    volunteer.refresh_from_db()
    assert (volunteer.lat, volunteer.lon, volunteer.district) == (52.05, 5.12, elsewhere.district)
    assert volunteer.centre == centre


def test_the_coordinator_of_the_centre_may_change_a_profile_and_others_may_not(centre):
    volunteer = VolunteerFactory(centre=centre)
    services.update_volunteer(volunteer, by=CoordinatorFactory(centre), running_cap=3)
    others = [
        CoordinatorFactory(),
        VolunteerFactory(centre=centre).user,
        staff(Role.CONFIDENTIAL_OFFICER, centre),
        staff(Role.ANALYST, centre),
        staff(Role.TRAINER, centre),
    ]
    for other in others:
        with pytest.raises(Forbidden):
            services.update_volunteer(volunteer, by=other, running_cap=4)
    volunteer.refresh_from_db()
    assert volunteer.running_cap == 3


def test_a_pause_counts_up_to_and_including_its_last_day(clock, centre):
    volunteer = VolunteerFactory(centre=centre)
    last = date(2025, 6, 10)
    services.pause_volunteer(volunteer, until=last, by=volunteer.user)
    volunteer.refresh_from_db()
    assert volunteer.is_paused(last)
    assert not volunteer.is_paused(last + timedelta(days=1))
    services.resume_volunteer(volunteer, by=volunteer.user)
    volunteer.refresh_from_db()
    assert not volunteer.is_paused(date(2025, 6, 3))
    assert event_types() == ["people.volunteer_changed"] * 2


@pytest.mark.parametrize("until", [date(2025, 6, 2), date(2028, 1, 1)])
def test_a_pause_ends_in_the_future_within_two_years(clock, centre, until):
    volunteer = VolunteerFactory(centre=centre)
    with pytest.raises(InvalidInput) as caught:
        services.pause_volunteer(volunteer, until=until, by=volunteer.user)
    assert caught.value.field == "until"


def test_only_a_coordinator_of_the_centre_activates_and_only_once(centre):
    volunteer = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
    for other in (volunteer.user, CoordinatorFactory(), staff(Role.CONFIDENTIAL_OFFICER, centre)):
        with pytest.raises(Forbidden):
            services.activate_volunteer(volunteer, by=other)
    services.activate_volunteer(volunteer, by=AdministratorFactory(centre))
    volunteer.refresh_from_db()
    assert volunteer.state == VolunteerState.ACTIVE
    with pytest.raises(InvalidTransition):
        services.activate_volunteer(volunteer, by=CoordinatorFactory(centre))


def test_a_coordinator_does_not_let_themselves_in(centre):
    volunteer = VolunteerFactory(centre=centre, state=VolunteerState.APPLIED)
    RoleGrantFactory(user=volunteer.user, role=Role.COORDINATOR, centre=centre)
    with pytest.raises(Forbidden):
        services.activate_volunteer(volunteer, by=volunteer.user)


def test_leaving_ends_role_and_pause_and_happens_once(clock, centre):
    volunteer = VolunteerFactory(centre=centre, paused_until=date(2025, 7, 1))
    services.leave(volunteer, by=volunteer.user)
    volunteer.refresh_from_db()
    assert (volunteer.state, volunteer.paused_until, volunteer.left_at) == (
        VolunteerState.LEFT,
        None,
        clock.now(),
    )
    assert roles_of(volunteer.user) == frozenset()
    assert event_types() == ["people.role_ended", "people.volunteer_changed"]
    with pytest.raises(InvalidTransition):
        services.leave(volunteer, by=volunteer.user)


def test_languages_keep_their_bits():
    assert Language.to_mask([Language.DUTCH]) == 1
