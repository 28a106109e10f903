"""Trainings in the matching: a hard rule on both sides, used at once, and what a course would unlock."""

from datetime import date, timedelta
from time import thread_time

import pytest
from django.db import connection

from academy import queries as academy
from academy import services
from academy.errors import CourseNotOffered
from academy.models import Completion, Course
from academy.queries import Effect
from common.errors import Forbidden, InvalidTransition
from help_requests import services as help_requests
from help_requests.enums import RequestState
from matching import candidates, explanations
from matching import services as matching
from matching.demand import demand_of, demands_of
from matching.engine import Filter
from matching.enums import AssignmentState
from matching.errors import NotEligible
from matching.models import Assignment
from matching.queries import effect_of_courses
from matching.supply import supply, supply_rows
from people.enums import HelpCategory, Skill
from places.cells import cell_of
from tests.factories.academy import CourseFactory, learn, lesson, train
from tests.factories.matching import Town, open_request
from tests.factories.people import CentreFactory, CoordinatorFactory, VolunteerFactory

pytestmark = pytest.mark.django_db
GROCERIES = HelpCategory.GROCERIES
TODAY = date(2025, 6, 3)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_index_of_another_test():
    supply.forget()
    yield
    supply.forget()


@pytest.fixture
def town(clock) -> Town:
    """Two volunteers, and a request for the day after tomorrow."""
    return Town(volunteers=2, on_date=TODAY + 2 * DAY)


@pytest.fixture
def course(town) -> Course:
    """The centre asks it for shopping."""
    made = CourseFactory(title_nl="Omgaan met dementie")
    services.require_course_for(GROCERIES, made, town.centre, by=None)
    return made


def found(town) -> list:
    """The volunteers whom the index of this process offers for the request, best first."""
    return [each.volunteer_id for each in candidates.best_candidates(town.request, 10)]


class TestTheRule:
    def test_only_who_has_done_the_course_is_found_and_finds(self, town, course):
        trained, untrained = town.volunteers
        train(trained, course)
        assert found(town) == [trained.pk]
        assert [near.request for near in candidates.near_me(trained, 5)] == [town.request]
        assert candidates.near_me(untrained, 5) == []

    def test_the_engine_hears_of_every_change_at_once(self, town, course):
        trained = town.volunteers[0]
        assert found(town) == []
        completion = services.complete_course(trained, course, by=None)
        assert found(town) == [trained.pk]
        services.revoke_completion(completion, by=None)
        assert found(town) == []
        services.complete_course(trained, course, by=None)
        services.stop_requiring(GROCERIES, course, town.centre, by=None)
        assert len(found(town)) == 2

    def test_the_last_step_opens_the_door_within_a_second_and_the_last_day_closes_it(
        self, clock, town, course
    ):
        """From the answer on a phone to the index of this process."""
        learner = town.volunteers[0]
        any_day = open_request(town.centre)
        services.change_course(course, by=None, valid_months=1)
        lesson(course)
        assert candidates.unlock_values(learner) == [(course, 2)]
        begun = thread_time()
        learn(learner.user, course)
        assert {near.request for near in candidates.near_me(learner, 5)} == {town.request, any_day}
        assert candidates.unlock_values(learner) == []
        assert thread_time() - begun < 1
        clock.forward(days=30)
        assert [near.request for near in candidates.near_me(learner, 5)] == [any_day]
        clock.forward(days=1)
        assert candidates.near_me(learner, 5) == []
        assert candidates.unlock_values(learner) == [(course, 1)]

    def test_a_retired_course_s_place_opens_nothing_to_who_did_the_old_one(self, town, course):
        services.complete_course(town.volunteers[0], course, by=None)
        assert len(found(town)) == 1
        services.retire_course(course, by=None)
        heir = services.add_course(by=None, slug="heir", title_nl="Erfgenaam", published=True)
        services.require_course_for(GROCERIES, heir, town.centre, by=None)
        assert (heir.bit, found(town)) == (course.bit, [])

    def test_another_centre_asks_nothing(self, town, course):
        other = CentreFactory()
        volunteer = VolunteerFactory(centre=other, screened=True)
        elsewhere = open_request(other)
        assert demand_of(elsewhere).trainings == 0
        assert candidates.judge(elsewhere, volunteer.pk).failed == Filter(0)

    @pytest.mark.parametrize(("last_day", "fails"), [(2, False), (1, True)])
    def test_it_counts_up_to_and_including_its_last_valid_day(self, town, course, last_day, fails):
        volunteer = town.volunteers[0]
        train(volunteer, course, valid_until=TODAY + last_day * DAY)
        assert candidates.judge(town.request, volunteer.pk).failed == (
            Filter.TRAINING if fails else Filter(0)
        )
        assert (volunteer.pk in found(town)) is not fails

    def test_a_course_that_lapsed_overnight_closes_the_list_near_by(self, clock, town, course):
        volunteer = town.volunteers[0]
        any_day = open_request(town.centre)
        train(volunteer, course, valid_until=TODAY)
        assert [near.request for near in candidates.near_me(volunteer, 5)] == [any_day]
        assert len(candidates.best_candidates(any_day, 5)) == 1
        clock.forward(days=1)
        assert candidates.near_me(volunteer, 5) == []
        assert candidates.best_candidates(any_day, 5) == []


class TestAccepting:
    def test_who_lacks_the_course_is_refused_whatever_the_index_says(self, town):
        volunteer = town.volunteers[0]
        offer = matching.ask_volunteer(town.request, volunteer, by=town.coordinator)
        course = CourseFactory()
        help_requests.require_courses(town.request, by=town.coordinator, courses=[course])
        with pytest.raises(NotEligible) as caught:
            matching.accept_offer(offer, by=volunteer.user)
        assert caught.value.failed == ("TRAINING",)
        train(volunteer, course)
        matching.accept_offer(offer, by=volunteer.user)

    def test_a_lapsed_course_closes_the_door_on_the_day_itself(self, clock, town, course):
        volunteer = town.volunteers[0]
        any_day = open_request(town.centre)
        train(volunteer, course, valid_until=TODAY)
        offer = matching.ask_volunteer(any_day, volunteer, by=town.coordinator)
        clock.forward(days=1)
        for say_yes in (
            lambda: matching.accept_offer(offer, by=volunteer.user),
            lambda: matching.come_forward(any_day, volunteer, by=volunteer.user),
        ):
            with pytest.raises(NotEligible):
                say_yes()
        any_day.refresh_from_db()
        assert any_day.state in {RequestState.OPEN, RequestState.OFFERED}


class TestOneRequest:
    def test_a_request_asks_besides_what_the_centre_asks(self, town, course):
        own = CourseFactory()
        help_requests.require_courses(town.request, by=town.coordinator, courses=[own])
        assert demand_of(town.request).trainings == 1 << course.bit | 1 << own.bit
        services.retire_course(own, by=None)
        assert demand_of(town.request).trainings == 1 << course.bit

    def test_it_is_the_desk_s_to_ask_and_until_the_end(self, town, course):
        for other in (town.resident_user, CoordinatorFactory(), town.volunteers[0].user):
            with pytest.raises(Forbidden):
                help_requests.require_courses(town.request, by=other, courses=[course])
        draft = CourseFactory(published=False)
        with pytest.raises(CourseNotOffered):
            help_requests.require_courses(town.request, by=None, courses=[course, draft])
        assert not town.request.required_courses.exists()
        help_requests.withdraw(town.request, by=None)
        with pytest.raises(InvalidTransition):
            help_requests.require_courses(town.request, by=None, courses=[course])

    def test_what_was_asked_already_may_stay_when_it_is_on_offer_no_more(self, town, course):
        help_requests.require_courses(town.request, by=None, courses=[course])
        services.change_course(course, by=None, published=False)
        other = CourseFactory()
        help_requests.require_courses(town.request, by=None, courses=[course, other])
        assert town.request.required_courses.count() == 2

    def test_approval_sets_it(self, town, course):
        waiting = open_request(town.centre, state=RequestState.SUBMITTED, dayparts=1)
        help_requests.open_request(
            waiting, by=town.coordinator, summary="Boodschappen doen.", required_courses=[course]
        )
        assert list(waiting.required_courses.all()) == [course]


class TestRelaxations:
    def test_the_course_is_named_with_how_many_it_would_bring(self, town, course):
        town.volunteer()
        _funnel, relaxations = candidates.why_not(demand_of(town.request))
        (gap,) = [each for each in relaxations if each.filter is Filter.TRAINING]
        assert (gap.count, gap.by) == (3, ((course.bit, 3),))
        names = academy.titles_by_bit()
        assert explanations.invitations(gap, trainings=names) == ["Nog 3 na de training Omgaan met dementie."]

    def test_who_lacks_two_courses_counts_for_neither(self, town, course):
        other = CourseFactory()
        services.require_course_for(GROCERIES, other, town.centre, by=None)
        train(town.volunteers[0], other)
        _funnel, relaxations = candidates.why_not(demand_of(town.request))
        (gap,) = [each for each in relaxations if each.filter is Filter.TRAINING]
        assert (gap.count, gap.by) == (2, ((course.bit, 1),))


class TestUnlocking:
    def test_it_counts_as_a_plain_loop_would(self, town, course):
        volunteer = town.volunteers[0]
        lifting = CourseFactory(title_nl="Veilig tillen")
        held = CourseFactory(title_nl="Grenzen stellen")
        train(volunteer, held)
        train(volunteer, lifting, valid_until=TODAY + DAY)
        requests = [
            town.request,
            *(open_request(town.centre) for _ in range(3)),
            open_request(town.centre, category=HelpCategory.GARDEN),
            open_request(town.centre, required_skills=1 << Skill.CAR.bit),
            open_request(town.centre, cell=cell_of(52.4, 4.9)),
            open_request(town.centre, on_date=TODAY - DAY),
            open_request(CentreFactory()),
        ]
        for asked in (requests[1], requests[2]):
            asked.required_courses.add(lifting)
        requests[2].on_date = TODAY + 3 * DAY
        requests[2].save()
        requests[3].required_courses.add(held)
        services.stop_requiring(GROCERIES, course, town.centre, by=None)
        requests[0].required_courses.add(course)
        requests[3].required_courses.add(course)
        found = candidates.unlock_values(volunteer)
        assert found == plain_loop(volunteer) == [(course, 2), (lifting, 1)]

    def test_doing_the_course_takes_it_off_and_puts_the_requests_near_by(self, town, course):
        volunteer = town.volunteers[0]
        assert candidates.unlock_values(volunteer) == [(course, 1)]
        services.complete_course(volunteer, course, by=None)
        assert candidates.unlock_values(volunteer) == []
        assert len(candidates.near_me(volunteer, 5)) == 1

    def test_a_draft_is_not_recommended_and_an_unscreened_volunteer_unlocks_nothing(self, town, course):
        newcomer = town.volunteer(screened=False)
        assert candidates.unlock_values(newcomer) == []
        services.change_course(course, by=None, published=False)
        assert candidates.unlock_values(town.volunteers[0]) == []

    def test_how_often_it_asks_the_database_does_not_grow(self, town, course, django_assert_num_queries):
        candidates.unlock_values(town.volunteers[0])  # the open requests are read once
        with django_assert_num_queries(UNLOCK_QUERIES[connection.vendor]):
            candidates.unlock_values(town.volunteers[0])
        for _ in range(5):
            open_request(town.centre).required_courses.add(CourseFactory())
        candidates.unlock_values(town.volunteers[0])
        with django_assert_num_queries(UNLOCK_QUERIES[connection.vendor]):
            candidates.unlock_values(town.volunteers[0])


# Where PostgreSQL tells of news, a transaction asks once more than a page does.
UNLOCK_QUERIES = {"sqlite": 10, "postgresql": 6}


def plain_loop(volunteer) -> list[tuple[Course, int]]:
    """For every course: give it to the volunteer and see which requests are near by then and were not."""
    before = {near.request.pk for near in candidates.near_me(volunteer, 100)}
    counts = []
    for course in Course.objects.all():
        done = train(volunteer, course, completed_on=TODAY - 30 * DAY)
        after = {near.request.pk for near in candidates.near_me(volunteer, 100)}
        Completion.objects.filter(pk=done.pk).delete()
        if after - before:
            counts.append((course, len(after - before)))
    return sorted(counts, key=lambda pair: -pair[1])


def test_rows_and_questions_take_as_many_queries_however_many(town, course, django_assert_num_queries):
    for _ in range(4):
        train(town.volunteer(), course)
    with django_assert_num_queries(5):
        rows = supply_rows()
    assert sum(bool(row.trainings) for row in rows) == 4
    requests = [town.request, *(open_request(town.centre) for _ in range(3))]
    for each in requests:
        each.required_courses.add(course)
    demands_of(requests)  # relations of the requests are read here
    with django_assert_num_queries(4):
        demands_of(requests)


def test_the_effect_counts_three_months_to_both_sides_of_whom_both_are_known(clock, town, course):
    one, late = town.volunteers
    train(one, course, completed_on=TODAY - 100 * DAY)
    train(late, course, completed_on=TODAY - 50 * DAY)
    for days_ago in (195, 180, 101, 100, 99, 10, 8, 1):
        moment = clock.now() - timedelta(days=days_ago)
        about = {"request": open_request(town.centre), "volunteer": one, "slot": 1}
        Assignment.objects.create(state=AssignmentState.DONE, ended_at=moment, **about)
    with_effect = effect_of_courses([town.centre.pk])
    assert with_effect == {course.pk: Effect(people=1, before=2, after=3)}
    assert effect_of_courses([CentreFactory().pk]) == {}
