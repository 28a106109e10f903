"""What a kind of help requires, who fulfils it on which day, and who records it."""

from datetime import date, timedelta

import pytest

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from people.enums import HelpCategory, Role
from people.models import Volunteer
from safeguarding import queries, services
from safeguarding.enums import DEFAULT_REQUIREMENTS, EVERYONE, Requirement, ScreeningState
from safeguarding.errors import NumberNeeded
from safeguarding.models import CategoryRequirement, Screening
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    RoleGrantFactory,
    ScreeningFactory,
    VolunteerFactory,
    screen,
    staff,
)

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)
VOG = Requirement.to_mask([Requirement.VOG])


class TestRequirements:
    def test_a_vog_wherever_a_helper_is_alone_with_someone_vulnerable(self):
        alone = {
            HelpCategory.TRANSPORT, HelpCategory.COMPANY, HelpCategory.PAPERWORK, HelpCategory.DIGITAL,
            HelpCategory.REPAIRS, HelpCategory.TUTORING, HelpCategory.RESPITE, HelpCategory.OUTING,
            HelpCategory.HOUSEHOLD,
        }  # fmt: skip
        assert {category for category, mask in DEFAULT_REQUIREMENTS.items() if mask & VOG} == alone
        assert set(DEFAULT_REQUIREMENTS) == {*HelpCategory, EVERYONE}

    def test_a_centre_s_own_choice_replaces_the_default_there_only(self, django_assert_num_queries):
        mine, other = CentreFactory(), CentreFactory()
        CategoryRequirement.objects.create(centre=mine, category=HelpCategory.GARDEN, requirements=VOG)
        both = VOG | DEFAULT_REQUIREMENTS[EVERYONE]
        assert queries.requirements_for(HelpCategory.GARDEN, mine) == both
        assert queries.requirements_for(HelpCategory.GARDEN, mine.pk) == both
        assert (
            queries.requirements_for(HelpCategory.GARDEN, other) == DEFAULT_REQUIREMENTS[HelpCategory.GARDEN]
        )
        with django_assert_num_queries(1):
            assert set(queries.requirements_by_category(mine)) == {*HelpCategory, EVERYONE}

    def test_meeting_them_takes_every_one(self):
        volunteer = VolunteerFactory()
        centre = volunteer.centre
        screen(volunteer, Requirement.TALK, Requirement.CODE_OF_CONDUCT)
        assert queries.meets(volunteer, HelpCategory.GARDEN, centre)
        assert not queries.meets(volunteer, HelpCategory.TRANSPORT, centre)
        screen(volunteer, Requirement.VOG)
        assert queries.meets(volunteer.pk, HelpCategory.TRANSPORT, centre)
        assert not queries.meets(volunteer, HelpCategory.RESPITE, centre)


class TestValidity:
    def test_the_last_valid_day_counts_and_the_day_after_does_not(self):
        volunteer = VolunteerFactory()
        screen(volunteer, Requirement.VOG, valid_until=TODAY)
        assert queries.valid_requirements(volunteer, TODAY) == VOG
        assert queries.valid_requirements(volunteer, TODAY + timedelta(days=1)) == 0

    def test_without_an_end_it_holds(self):
        volunteer = VolunteerFactory()
        screen(volunteer, Requirement.TALK)
        assert queries.valid_requirements(volunteer, date(2099, 1, 1)) == Requirement.to_mask(
            [Requirement.TALK]
        )

    @pytest.mark.parametrize("state", sorted(set(ScreeningState) - {ScreeningState.VALID}))
    def test_no_other_state_counts(self, state):
        volunteer = VolunteerFactory()
        ScreeningFactory(volunteer=volunteer, requirement=Requirement.VOG, state=state)
        assert queries.valid_requirements(volunteer, TODAY) == 0
        assert queries.valid_until_days([volunteer.pk]) == {}

    def test_the_engine_s_days_in_one_query(self, django_assert_num_queries):
        one, two, none = (VolunteerFactory() for _ in range(3))
        screen(one, Requirement.VOG, valid_until=TODAY)
        screen(one, Requirement.TALK)
        screen(two, Requirement.TALK)
        with django_assert_num_queries(1):
            days = queries.valid_until_days([one.pk, two.pk, none.pk])
        assert days == {
            one.pk: {Requirement.VOG: TODAY, Requirement.TALK: None},
            two.pk: {Requirement.TALK: None},
        }
        assert set(queries.valid_until_days()) == {one.pk, two.pk}
        assert set(queries.valid_until_days([two.pk])) == {two.pk}

    def test_every_step_has_a_row_to_show(self):
        volunteer = VolunteerFactory()
        screen(volunteer, Requirement.VOG)
        shown = queries.screenings_of(volunteer)
        assert [row.requirement for row in shown] == list(Requirement)
        assert [row.state for row in shown if row.requirement != Requirement.VOG] == [
            ScreeningState.REQUIRED
        ] * 4


class TestRecording:
    def test_a_vog_keeps_number_dates_and_who_saw_it(self, clock):
        volunteer = VolunteerFactory()
        user = CoordinatorFactory(volunteer.centre)
        until = date(2028, 6, 3)
        services.record_screening(
            volunteer, Requirement.VOG, number=" 123-456 ", seen_on=TODAY, valid_until=until, by=user
        )
        row = Screening.objects.get()
        assert (row.state, row.number, row.seen_on, row.seen_by) == (
            ScreeningState.VALID,
            "123-456",
            TODAY,
            user,
        )
        assert row.valid_until == until
        event = EventRecord.objects.get()
        assert event.type == "safeguarding.screening_changed"
        assert event.payload == {"volunteer_id": str(volunteer.pk), "centre_id": str(volunteer.centre_id)}

    @pytest.mark.parametrize("until", [TODAY - timedelta(days=1), None])
    def test_again_replaces_what_stood_there(self, clock, until):
        volunteer = VolunteerFactory()
        screen(volunteer, Requirement.VOG, valid_until=until)
        services.record_screening(volunteer, Requirement.VOG, state=ScreeningState.REQUIRED, by=None)
        row = Screening.objects.get()
        assert (row.state, row.number, row.seen_on, row.seen_by, row.valid_until) == (
            ScreeningState.REQUIRED, "", None, None, None,
        )  # fmt: skip

    def test_what_holds_goes_on_holding_while_it_is_renewed(self, clock):
        volunteer = VolunteerFactory()
        screen(volunteer, Requirement.VOG, valid_until=TODAY)
        for _ in range(2):
            services.record_screening(volunteer, Requirement.VOG, state=ScreeningState.IN_PROGRESS, by=None)
        row = Screening.objects.get()
        assert (row.standing(TODAY), row.started_on) == (ScreeningState.EXPIRING, TODAY)
        assert row.standing(TODAY + timedelta(days=1)) == ScreeningState.IN_PROGRESS
        assert queries.valid_requirements(volunteer, TODAY) == VOG
        assert queries.valid_requirements(volunteer, TODAY + timedelta(days=1)) == 0
        services.record_screening(volunteer, Requirement.VOG, number="7", by=None)
        assert Screening.objects.get().started_on is None

    def test_what_has_lapsed_is_in_progress_only(self, clock):
        volunteer = VolunteerFactory()
        screen(volunteer, Requirement.VOG, valid_until=TODAY - timedelta(days=1))
        services.record_screening(volunteer, Requirement.VOG, state=ScreeningState.IN_PROGRESS, by=None)
        row = Screening.objects.get()
        assert (row.state, row.number, row.valid_until) == (ScreeningState.IN_PROGRESS, "", None)

    @pytest.mark.parametrize("state", [ScreeningState.REFUSED, ScreeningState.BLOCKED])
    def test_what_two_decided_one_does_not_record_over(self, clock, state):
        volunteer = VolunteerFactory()
        ScreeningFactory(volunteer=volunteer, requirement=Requirement.VOG, state=state)
        for new in (ScreeningState.REQUIRED, ScreeningState.IN_PROGRESS, ScreeningState.VALID):
            with pytest.raises(InvalidTransition):
                services.record_screening(volunteer, Requirement.VOG, state=new, number="1", by=None)
        assert Screening.objects.get().state == state

    def test_other_steps_keep_no_number_and_are_seen_today(self, clock):
        services.record_screening(VolunteerFactory(), Requirement.TALK, number="123", by=None)
        row = Screening.objects.get()
        assert (row.number, row.seen_on) == ("", TODAY)

    @pytest.mark.parametrize(
        ("values", "error", "field"),
        [
            ({}, NumberNeeded, "number"),
            ({"number": " "}, NumberNeeded, "number"),
            ({"number": "1" * 41}, InvalidInput, "number"),
            ({"number": "1", "seen_on": TODAY + timedelta(days=1)}, InvalidInput, "seen_on"),
            ({"number": "1", "valid_until": TODAY - timedelta(days=1)}, InvalidInput, "valid_until"),
            ({"number": "1", "state": ScreeningState.REFUSED}, InvalidInput, "state"),
            ({"number": "1", "state": ScreeningState.BLOCKED}, InvalidInput, "state"),
            ({"number": "1", "state": ScreeningState.EXPIRED}, InvalidInput, "state"),
        ],
    )
    def test_what_is_not_possible(self, clock, values, error, field):
        with pytest.raises(error) as caught:
            services.record_screening(VolunteerFactory(), Requirement.VOG, by=None, **values)
        assert caught.value.field == field
        assert not Screening.objects.exists()

    def test_only_who_coordinates_the_centre_records(self):
        volunteer = VolunteerFactory()
        centre = volunteer.centre
        others = [
            volunteer.user,
            CoordinatorFactory(),
            staff(Role.CONFIDENTIAL_OFFICER, centre),
            staff(Role.TRAINER, centre),
            VolunteerFactory(centre=centre).user,
            CoordinatorFactory(centre, is_active=False),
        ]
        for other in others:
            with pytest.raises(Forbidden):
                services.record_screening(volunteer, Requirement.TALK, by=other)
        services.record_screening(volunteer, Requirement.TALK, by=AdministratorFactory(centre))

    def test_nobody_screens_themselves(self):
        volunteer = VolunteerFactory()
        RoleGrantFactory(user=volunteer.user, role=Role.COORDINATOR, centre=volunteer.centre)
        with pytest.raises(Forbidden):
            services.record_screening(volunteer, Requirement.VOG, number="1", by=volunteer.user)


class TestStanding:
    @pytest.mark.parametrize(
        ("until", "standing"),
        [
            (None, ScreeningState.VALID),
            (TODAY + timedelta(days=56), ScreeningState.VALID),
            (TODAY + timedelta(days=55), ScreeningState.EXPIRING),
            (TODAY, ScreeningState.EXPIRING),
            (TODAY - timedelta(days=1), ScreeningState.EXPIRED),
        ],
    )
    def test_follows_from_the_last_valid_day(self, until, standing):
        (row,) = screen(VolunteerFactory(), Requirement.VOG, valid_until=until)
        assert row.standing(TODAY) == standing
        assert row.holds_on(TODAY) == (standing != ScreeningState.EXPIRED)

    def test_how_long_before_is_a_setting(self, settings):
        settings.SCREENING_EXPIRING_DAYS = 3
        (row,) = screen(VolunteerFactory(), Requirement.VOG, valid_until=TODAY + timedelta(days=3))
        assert row.standing(TODAY) == ScreeningState.VALID
        assert row.standing(TODAY + timedelta(days=1)) == ScreeningState.EXPIRING


class TestAsking:
    def asked(self):
        return list(EventRecord.objects.filter(type="safeguarding.screening_asked"))

    def test_the_volunteer_is_asked_once(self, clock):
        volunteer = VolunteerFactory()
        user = CoordinatorFactory(volunteer.centre)
        first = services.request_screening(volunteer, Requirement.VOG, by=user)
        clock.forward(days=1)
        again = services.request_screening(volunteer, Requirement.VOG, by=user)
        assert first == again == Screening.objects.get()
        assert (again.state, again.requested_on) == (ScreeningState.REQUIRED, TODAY)
        (event,) = self.asked()
        assert event.actor_id == user.pk
        assert event.payload == {
            "volunteer_id": str(volunteer.pk), "centre_id": str(volunteer.centre_id), "requirement": "vog",
        }  # fmt: skip
        assert EventRecord.objects.filter(type="safeguarding.screening_changed").count() == 1

    @pytest.mark.parametrize(
        "state",
        [ScreeningState.IN_PROGRESS, ScreeningState.VALID, ScreeningState.REFUSED, ScreeningState.BLOCKED],
    )
    def test_what_runs_holds_or_was_decided_stays(self, clock, state):
        row = ScreeningFactory(requirement=Requirement.VOG, state=state, valid_until=TODAY)
        services.request_screening(row.volunteer, Requirement.VOG, by=None)
        row.refresh_from_db()
        assert (row.state, row.valid_until, row.requested_on) == (state, TODAY, None)
        assert not EventRecord.objects.exists()

    def test_what_has_lapsed_is_asked_anew(self, clock):
        row = ScreeningFactory(
            requirement=Requirement.VOG, number="1", valid_until=TODAY - timedelta(days=1),
            requested_on=date(2022, 1, 1),
        )  # fmt: skip
        services.request_screening(row.volunteer, Requirement.VOG, by=None)
        row.refresh_from_db()
        assert (row.state, row.number, row.valid_until, row.requested_on) == (
            ScreeningState.REQUIRED, "", None, TODAY,
        )  # fmt: skip
        assert len(self.asked()) == 1

    def test_only_who_coordinates_the_centre_asks(self):
        volunteer = VolunteerFactory()
        for other in (
            volunteer.user,
            CoordinatorFactory(),
            staff(Role.CONFIDENTIAL_OFFICER, volunteer.centre),
        ):
            with pytest.raises(Forbidden):
                services.request_screening(volunteer, Requirement.TALK, by=other)
        assert not Screening.objects.exists()


class TestFiltering:
    @pytest.fixture
    def people(self):
        centre = CentreFactory()
        complete, expiring, expired, bare = (VolunteerFactory(centre=centre) for _ in range(4))
        screen(complete)
        screen(expiring, valid_until=TODAY + timedelta(days=30))
        screen(expired, valid_until=TODAY - timedelta(days=1))
        return {"complete": complete, "expiring": expiring, "expired": expired, "bare": bare}

    @pytest.mark.parametrize(
        ("wanted", "names"),
        [
            ("complete", {"complete", "expiring"}),
            ("missing", {"expired", "bare"}),
            ("vog", {"expired", "bare"}),
            ("expiring", {"expiring"}),
            ("", {"complete", "expiring", "expired", "bare"}),
        ],
    )
    def test_by_where_the_screening_stands(self, people, wanted, names):
        found = queries.filter_by_screening(Volunteer.objects.all(), wanted, TODAY)
        assert set(found) == {people[name] for name in names}


class TestSeeing:
    def test_one_s_own_and_one_s_centre_s_and_no_others(self):
        volunteer = VolunteerFactory()
        (own,) = screen(volunteer, Requirement.TALK)
        colleague, elsewhere = VolunteerFactory(centre=volunteer.centre), VolunteerFactory()
        (theirs,) = screen(colleague, Requirement.TALK)
        screen(elsewhere, Requirement.TALK)
        assert set(queries.screenings_visible_to(volunteer.user)) == {own}
        assert set(queries.screenings_visible_to(CoordinatorFactory(volunteer.centre))) == {own, theirs}
        assert not queries.screenings_visible_to(None).exists()
