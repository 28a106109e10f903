"""Courses that a centre asks of a role: everyone who helps, buddies, helpers at organisations, trainers."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from academy import queries, services
from academy.enums import TrainedRole
from academy.errors import CourseNotOffered, RoleUntrained
from academy.events import RoleRequirementChanged
from academy.models import CategoryRequirement, RoleRequirement
from common.errors import Forbidden, InvalidInput
from events.models import EventRecord
from help_requests.enums import RequestKind
from matching import candidates
from matching import services as matching
from matching.demand import demand_of, demands_of
from matching.errors import NotEligible
from matching.supply import supply
from people.enums import Role
from people.queries import forget_standing
from tests.factories.academy import CourseFactory, lesson, session_of, train
from tests.factories.matching import Town
from tests.factories.people import CentreFactory, CoordinatorFactory, UserFactory, VolunteerFactory, staff
from tests.factories.vacancies import make_bank, published
from vacancies.queries.eligibility import Lack, fitness_at, lack_of, may_place
from vacancies.queries.shelf import shelf

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)
DAY = timedelta(days=1)
ROLE = TrainedRole


def ask(course, centre, *roles: TrainedRole) -> None:
    services.set_required_of(course, centre, roles, by=None)


@pytest.fixture
def town(clock) -> Town:
    supply.forget()
    return Town(volunteers=2, on_date=TODAY + 2 * DAY)


class TestAsking:
    def test_a_coordinator_asks_exactly_these_and_each_change_is_told(self, clock):
        centre, course = CentreFactory(), CourseFactory()
        coordinator = CoordinatorFactory(centre)
        for roles in ([ROLE.BUDDY, ROLE.TRAINER], [ROLE.TRAINER], [ROLE.TRAINER]):
            services.set_required_of(course, centre, roles, by=coordinator)
        assert list(RoleRequirement.objects.values_list("role", flat=True)) == ["trainer"]
        assert EventRecord.objects.filter(type=RoleRequirementChanged.type).count() == 3
        for other in (CoordinatorFactory(), staff(Role.TRAINER, centre), UserFactory()):
            with pytest.raises(Forbidden):
                services.set_required_of(course, centre, [], by=other)
        services.change_course(course, by=None, published=False)
        with pytest.raises(CourseNotOffered):
            ask(course, centre, ROLE.TRAINER, ROLE.BUDDY)
        ask(course, centre)
        assert not RoleRequirement.objects.exists()

    def test_the_page_and_a_program_of_the_centre(self, clock):
        centre, course = CentreFactory(), CourseFactory(slug="grenzen")
        coordinator = CoordinatorFactory(centre)
        page = Client()
        page.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
        page.post("/trainingen/grenzen/", {"roles": ["buddy", "trainer"], "categories": ["garden"]})
        assert set(RoleRequirement.objects.values_list("role", flat=True)) == {"buddy", "trainer"}
        assert "Maatjes" in page.get("/trainingen/").content.decode()
        assert page.post("/trainingen/grenzen/", {"roles": ["king"]}).status_code == 422
        api = APIClient()
        api.force_login(coordinator)
        address, wanted = f"/api/v1/courses/{course.pk}/require-for", {"centre": str(centre.pk)}
        for said, roles in (({}, {"buddy", "trainer"}), ({"roles": ["helper"]}, {"helper"})):
            answer = api.post(address, wanted | {"categories": ["garden"]} | said, format="json")
            assert (answer.status_code, CategoryRequirement.objects.count()) == (204, 1)
            assert set(RoleRequirement.objects.values_list("role", flat=True)) == roles
        (listed,) = api.get("/api/v1/role-requirements").json()["items"]
        assert listed == {"centre": str(centre.pk), "role": "helper", "course": str(course.pk)}
        api.force_login(CoordinatorFactory())
        assert api.get("/api/v1/role-requirements").json()["items"] == []
        refused = api.post(address, wanted | {"categories": [], "roles": []}, format="json")
        assert (refused.status_code, RoleRequirement.objects.count()) == (404, 1)


class TestHelp:
    @pytest.mark.parametrize(
        ("role", "kind", "closes"),
        [
            (ROLE.VOLUNTEER, RequestKind.TASK, True),
            (ROLE.VOLUNTEER, RequestKind.BUDDY, True),
            (ROLE.BUDDY, RequestKind.BUDDY, True),
            (ROLE.BUDDY, RequestKind.SERIES, False),
            (ROLE.BUDDY, RequestKind.TASK, False),
            (ROLE.SERIES, RequestKind.SERIES, True),
            (ROLE.SERIES, RequestKind.BUDDY, False),
            (ROLE.HELPER, RequestKind.TASK, False),
            (ROLE.TRAINER, RequestKind.BUDDY, False),
        ],
    )
    def test_a_role_closes_the_help_that_it_is_for_and_no_other(self, town, role, kind, closes):
        course = CourseFactory()
        ask(course, town.centre, role)
        ask(CourseFactory(), CentreFactory(), *ROLE)  # what another centre asks is its own affair
        town.request.kind = kind
        assert demand_of(town.request).trainings == (1 << course.bit if closes else 0)

    def test_the_door_opens_within_a_question_closes_on_the_day_and_counts_what_it_would_open(
        self, clock, town, django_assert_num_queries
    ):
        learner, course = town.volunteers[0], CourseFactory(valid_months=1)
        ask(course, town.centre, ROLE.VOLUNTEER)
        assert candidates.unlock_values(learner) == [(course, 1)]
        with pytest.raises(NotEligible):
            matching.ask_volunteer(town.request, learner, by=town.coordinator)
        done = services.complete_course(learner, course, by=None)
        assert [each.volunteer_id for each in candidates.best_candidates(town.request, 5)] == [learner.pk]
        done.valid_until = TODAY + DAY  # the help is on the day after
        done.save()
        supply.forget()
        assert candidates.best_candidates(town.request, 5) == []
        assert candidates.unlock_values(learner) == [(course, 1)]
        ask(course, town.centre)
        assert len(candidates.best_candidates(town.request, 5)) == 2
        with django_assert_num_queries(1):
            assert queries.requirements_by_category(town.centre)["buddy"] == 0
        with django_assert_num_queries(4):
            assert len(demands_of([town.request])) == 1


class TestOrganisations:
    def test_who_helps_out_is_let_in_until_the_last_valid_day(self, clock):
        vacancy = published(make_bank())
        shelf.forget()
        volunteer, course = VolunteerFactory(centre=vacancy.centre), CourseFactory(title_nl="Grenzen")
        assert lack_of(vacancy, volunteer, TODAY) is None
        assert shelf.columns().courses.tolist() == [0]
        ask(course, vacancy.centre, ROLE.HELPER)
        assert lack_of(vacancy, volunteer, TODAY) == Lack.TRAINING
        assert shelf.columns().courses.tolist() == [1 << course.bit]
        train(volunteer, course, valid_until=TODAY + DAY)
        for day, lack in ((TODAY + DAY, None), (TODAY + 2 * DAY, Lack.TRAINING)):
            assert lack_of(vacancy, volunteer, day) is lack
            (fitness,) = fitness_at(volunteer, [vacancy]).values()
            assert fitness.lack(day) is lack
        assert "Grenzen" in Client().get(f"/vacatures/{vacancy.pk}/").content.decode()
        # Students do a placement: that is another role, and most of them are no volunteers.
        assert may_place(VolunteerFactory(centre=vacancy.centre).user, vacancy)
        ask(course, vacancy.centre, ROLE.VOLUNTEER, ROLE.BUDDY)
        assert lack_of(vacancy, volunteer, TODAY + 2 * DAY) is None


class TestTrainers:
    def test_a_trainer_acts_as_one_while_it_holds(self, clock):
        centre = CentreFactory()
        trainer, learner = staff(Role.TRAINER, centre), VolunteerFactory(centre=centre)
        course, given = CourseFactory(title_nl="Lesgeven", valid_months=1), CourseFactory(slug="tillen")
        lesson(given)
        session = session_of(given, centre, trainer=trainer, starts_at=clock.now() + 40 * DAY)
        services.change_session(session, by=trainer, room="Zaal 1")
        ask(course, centre, ROLE.TRAINER)
        ask(CourseFactory(), CentreFactory(), ROLE.TRAINER)

        def seen(page: str):
            client = Client()
            client.force_login(trainer, backend="django.contrib.auth.backends.ModelBackend")
            return client.get(page)

        def refused() -> None:
            with pytest.raises(Forbidden):
                services.change_session(session, by=trainer, room="Zaal 2")
            with pytest.raises(Forbidden):
                services.complete_course(learner, given, by=trainer)
            with pytest.raises(Forbidden):
                services.draft_of(given, by=trainer)
            desk = seen("/trainer/")
            assert (desk.status_code, "Lesgeven" in desk.content.decode()) == (RoleUntrained.status, True)
            assert seen(f"/trainer/bijeenkomsten/{session.pk}/").status_code == 404

        refused()
        own = VolunteerFactory(centre=centre, user=trainer)
        services.complete_course(own, course, by=None)
        assert seen("/trainer/").status_code == 200
        services.complete_course(learner, given, by=trainer)
        # Not on the day of the meeting itself: then it has lapsed.
        for days, allowed in ((40, False), (31, False), (30, True)):
            at = clock.now() + days * DAY
            with nullcontext() if allowed else pytest.raises(InvalidInput, match="verlopen"):
                services.change_session(session, by=trainer, starts_at=at, ends_at=at + DAY / 12)
        services.change_session(session, by=None, trainer=CoordinatorFactory(centre))
        clock.forward(days=30)
        assert seen("/trainer/").status_code == 200
        clock.forward(days=1)
        refused()

    def test_asking_of_trainers_asks_the_database_little(self, clock, django_assert_num_queries):
        centre = CentreFactory()
        trainer, coordinator = staff(Role.TRAINER, centre), CoordinatorFactory(centre)
        for user, count in ((coordinator, 1), (trainer, 2)):
            forget_standing(user)
            with django_assert_num_queries(count):
                assert queries.teaching_centres(user) == {centre.pk}
        ask(CourseFactory(), centre, ROLE.TRAINER)
        with django_assert_num_queries(3):
            assert queries.teaching_centres(trainer) == frozenset()
