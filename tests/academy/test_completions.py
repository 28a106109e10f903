"""Who has done which course, until when; and who is invited."""

from datetime import date, timedelta

import pytest

from academy import queries, services
from academy.enums import InvitationState
from academy.errors import AlreadyTrained, CourseNotOffered, CourseRetired, VolunteerHasLeft
from academy.events import CompletionChanged, CourseInvited, InvitationAccepted, InvitationDeclined
from academy.models import LAPSES_SOON, Completion, CourseInvitation
from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from people.enums import Role, VolunteerState
from tests.factories.academy import CourseFactory, train
from tests.factories.people import (
    AdministratorFactory,
    CoordinatorFactory,
    RoleGrantFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)
DAY = timedelta(days=1)


def told(event) -> list[dict]:
    return [record.payload for record in EventRecord.objects.filter(type=event.type).order_by("pk")]


class TestCompleting:
    @pytest.mark.parametrize(
        ("months", "done", "until"),
        [
            (None, date(2025, 6, 3), None),
            (1, date(2025, 1, 31), date(2025, 2, 28)),
            (12, date(2024, 2, 29), date(2025, 2, 28)),
            (24, date(2024, 12, 15), date(2026, 12, 15)),
            (7, date(2025, 5, 31), date(2025, 12, 31)),
        ],
    )
    def test_the_last_valid_day_follows_from_the_course(self, clock, months, done, until):
        volunteer, course = VolunteerFactory(), CourseFactory(valid_months=months)
        by = staff(Role.TRAINER, volunteer.centre)
        completion = services.complete_course(volunteer, course, completed_on=done, by=by)
        assert (completion.completed_on, completion.valid_until, completion.recorded_by) == (done, until, by)
        assert queries.valid_until_days() == {volunteer.pk: ((course.bit, until),)}

    def test_it_says_whose_row_is_stale_and_repeating_is_harmless(self, clock):
        volunteer, course = VolunteerFactory(), CourseFactory()
        first, second = (services.complete_course(volunteer, course, by=None) for _ in range(2))
        assert first == second
        assert [payload["volunteer_id"] for payload in told(CompletionChanged)] == [str(volunteer.pk)]

    def test_of_several_the_longest_valid_counts(self, clock):
        volunteer, course, other = VolunteerFactory(), CourseFactory(), CourseFactory()
        train(volunteer, course, valid_until=TODAY + 9 * DAY, completed_on=TODAY - DAY)
        train(volunteer, course, valid_until=TODAY + 5 * DAY)
        train(volunteer, other, valid_until=TODAY, completed_on=TODAY - DAY)
        train(volunteer, other)
        assert queries.valid_until_days([volunteer.pk]) == {
            volunteer.pk: ((course.bit, TODAY + 9 * DAY), (other.bit, None))
        }
        assert queries.valid_until_days([]) == {}

    def test_what_is_revoked_counts_no_more_and_may_be_done_again(self, clock):
        volunteer, course = VolunteerFactory(), CourseFactory()
        by = CoordinatorFactory(volunteer.centre)
        wrong = services.complete_course(volunteer, course, by=by)
        for _ in range(2):
            services.revoke_completion(wrong, by=by)
        wrong.refresh_from_db()
        assert (wrong.revoked_by, wrong.holds_on(TODAY)) == (by, False)
        assert (queries.valid_until_days(), list(queries.completions_of(volunteer))) == ({}, [])
        assert len(told(CompletionChanged)) == 2
        again = services.complete_course(volunteer, course, by=by)
        assert again != wrong
        assert list(queries.completions_of(volunteer)) == [again]

    def test_it_holds_up_to_and_including_its_last_valid_day(self, clock):
        volunteer, course = VolunteerFactory(), CourseFactory()
        completion = train(volunteer, course, valid_until=TODAY)
        assert queries.holds_course(volunteer, course)
        assert completion.holds_on(TODAY)
        assert not queries.holds_course(volunteer, course, TODAY + DAY)
        assert not completion.holds_on(TODAY + DAY)

    def test_not_on_a_day_to_come_and_not_for_a_retired_course(self, clock):
        volunteer, course = VolunteerFactory(), CourseFactory()
        with pytest.raises(InvalidInput) as caught:
            services.complete_course(volunteer, course, completed_on=TODAY + DAY, by=None)
        assert caught.value.field == "completed_on"
        services.retire_course(course, by=None)
        with pytest.raises(CourseRetired):
            services.complete_course(volunteer, course, by=None)
        assert not Completion.objects.exists()

    def test_trainers_and_coordinators_of_the_centre_record_and_nobody_else(self):
        volunteer, course = VolunteerFactory(), CourseFactory()
        centre = volunteer.centre
        completion = services.complete_course(volunteer, course, by=AdministratorFactory(centre))
        others = [
            volunteer.user,
            CoordinatorFactory(),
            staff(Role.TRAINER, VolunteerFactory().centre),
            staff(Role.CONFIDENTIAL_OFFICER, centre),
            VolunteerFactory(centre=centre).user,
            CoordinatorFactory(centre, is_active=False),
        ]
        for other in others:
            with pytest.raises(Forbidden):
                services.complete_course(volunteer, course, by=other)
            with pytest.raises(Forbidden):
                services.revoke_completion(completion, by=other)

    def test_nobody_certifies_themselves(self):
        volunteer, course = VolunteerFactory(), CourseFactory()
        RoleGrantFactory(user=volunteer.user, role=Role.TRAINER, centre=volunteer.centre)
        with pytest.raises(Forbidden):
            services.complete_course(volunteer, course, by=volunteer.user)

    def test_reading_them_takes_one_query(self, django_assert_num_queries):
        course = CourseFactory()
        for _ in range(5):
            train(VolunteerFactory(), course)
        with django_assert_num_queries(1):
            assert len(queries.valid_until_days()) == 5


class TestInviting:
    def test_repeating_gives_the_running_invitation_and_tells_once(self):
        volunteer, course = VolunteerFactory(), CourseFactory()
        by = CoordinatorFactory(volunteer.centre)
        first, second = (services.invite_to_course(course, volunteer, by=by) for _ in range(2))
        assert first == second
        assert [payload["invitation_id"] for payload in told(CourseInvited)] == [str(first.pk)]
        services.accept_invitation(first, by=volunteer.user)
        assert services.invite_to_course(course, volunteer, by=by) == first

    def test_the_volunteer_answers_and_may_think_again(self):
        volunteer, course = VolunteerFactory(), CourseFactory()
        invitation = services.invite_to_course(course, volunteer, by=None)
        for _ in range(2):
            services.accept_invitation(invitation, by=volunteer.user)
        services.decline_invitation(invitation, by=volunteer.user)
        assert (invitation.state, len(told(InvitationAccepted)), len(told(InvitationDeclined))) == (
            InvitationState.DECLINED, 1, 1,
        )  # fmt: skip
        with pytest.raises(InvalidTransition):
            services.accept_invitation(invitation, by=volunteer.user)
        assert services.invite_to_course(course, volunteer, by=None) != invitation

    def test_only_the_invited_answers(self):
        invitation = services.invite_to_course(CourseFactory(), VolunteerFactory(), by=None)
        for other in (VolunteerFactory().user, CoordinatorFactory(invitation.volunteer.centre)):
            for answer in (services.accept_invitation, services.decline_invitation):
                with pytest.raises(Forbidden):
                    answer(invitation, by=other)

    def test_doing_the_course_settles_the_invitation(self, clock):
        volunteer, course, other = VolunteerFactory(), CourseFactory(), CourseFactory()
        done, running = (services.invite_to_course(each, volunteer, by=None) for each in (course, other))
        services.complete_course(volunteer, course, by=None)
        assert CourseInvitation.objects.get(pk=done.pk).state == InvitationState.DONE
        assert list(queries.running_invitations(volunteer)) == [running]

    def test_who_has_done_it_is_invited_again_only_when_it_lapses_soon(self, clock):
        volunteer, course = VolunteerFactory(), CourseFactory()
        completion = train(volunteer, course, valid_until=TODAY + LAPSES_SOON)
        with pytest.raises(AlreadyTrained):
            services.invite_to_course(course, volunteer, by=None)
        Completion.objects.filter(pk=completion.pk).update(valid_until=completion.valid_until - DAY)
        services.invite_to_course(course, volunteer, by=None)

    def test_nobody_is_invited_to_a_draft_nor_after_leaving(self):
        with pytest.raises(CourseNotOffered):
            services.invite_to_course(CourseFactory(published=False), VolunteerFactory(), by=None)
        with pytest.raises(VolunteerHasLeft):
            services.invite_to_course(CourseFactory(), VolunteerFactory(state=VolunteerState.LEFT), by=None)

    def test_who_coordinates_or_trains_at_the_centre_invites(self):
        volunteer, course = VolunteerFactory(), CourseFactory()
        services.invite_to_course(course, volunteer, by=staff(Role.TRAINER, volunteer.centre))
        for other in (volunteer.user, CoordinatorFactory(), staff(Role.ANALYST, volunteer.centre)):
            with pytest.raises(Forbidden):
                services.invite_to_course(course, volunteer, by=other)


def test_one_sees_one_s_own_and_those_of_the_centres_where_one_teaches():
    course = CourseFactory()
    volunteer, elsewhere = VolunteerFactory(), VolunteerFactory()
    colleague = VolunteerFactory(centre=volunteer.centre)
    for each in (volunteer, colleague, elsewhere):
        train(each, course)
        services.invite_to_course(CourseFactory(), each, by=None)
    for visible in (queries.completions_visible_to, queries.invitations_visible_to):
        assert {row.volunteer for row in visible(volunteer.user)} == {volunteer}
        for by in (CoordinatorFactory(volunteer.centre), staff(Role.TRAINER, volunteer.centre)):
            assert {row.volunteer for row in visible(by)} == {volunteer, colleague}
        assert not visible(None).exists()
