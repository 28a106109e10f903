"""Courses and what may be done with them: places in the masks, retiring, requirements per centre."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from academy import queries, services
from academy.enums import TrainedRole
from academy.errors import CourseNotOffered, CourseRetired, NoRoomForCourse
from academy.events import CompletionChanged, CourseChanged, RequirementChanged
from academy.models import CategoryRequirement, Course
from common.errors import Forbidden, InvalidInput
from events.models import EventRecord
from people.enums import HelpCategory, Role
from tests.factories.academy import CourseFactory, train
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db
COMPANY, RESPITE = HelpCategory.COMPANY, HelpCategory.RESPITE


def told(event) -> int:
    return EventRecord.objects.filter(type=event.type).count()


class TestCourses:
    def test_a_new_course_takes_the_lowest_free_place(self):
        first, second = (services.add_course(by=None, slug=name, title_nl=name) for name in ("een", "twee"))
        services.retire_course(first, by=None)
        third = services.add_course(by=None, slug="drie", title_nl="drie")
        assert (first.bit, second.bit, third.bit) == (0, 1, 0)
        assert queries.courses_by_bit() == {0: third, 1: second}
        assert told(CourseChanged) == 4

    def test_two_living_courses_never_share_a_place(self):
        CourseFactory(bit=3)
        with pytest.raises(IntegrityError), transaction.atomic():
            CourseFactory(bit=3)

    def test_there_is_room_for_sixty_four(self):
        Course.objects.bulk_create(Course(bit=bit, slug=f"c{bit}", title_nl=str(bit)) for bit in range(64))
        with pytest.raises(NoRoomForCourse):
            services.add_course(by=None, slug="een-te-veel", title_nl="Een te veel")
        with pytest.raises(IntegrityError), transaction.atomic():
            CourseFactory(bit=64)

    def test_two_courses_have_two_names(self):
        CourseFactory(slug="dementie")
        with pytest.raises(InvalidInput) as caught:
            services.add_course(by=None, slug="dementie", title_nl="Nog een")
        assert caught.value.field == "slug"

    def test_administrators_keep_courses_and_coordinators_do_not(self):
        centre = CentreFactory()
        course = services.add_course(by=AdministratorFactory(centre), slug="een", title_nl="Een")
        services.change_course(course, by=UserFactory(is_superuser=True), published=True)
        for other in (CoordinatorFactory(centre), staff(Role.TRAINER, centre), UserFactory()):
            for act in (
                lambda by: services.add_course(by=by, slug="twee", title_nl="Twee"),
                lambda by: services.change_course(course, by=by, title_nl="Anders"),
                lambda by: services.retire_course(course, by=by),
            ):
                with pytest.raises(Forbidden):
                    act(other)
        course.refresh_from_db()
        assert (course.title_nl, course.published, course.retired_at) == ("Een", True, None)

    def test_a_retired_course_counts_for_nothing_any_more(self):
        course, volunteer = CourseFactory(), VolunteerFactory()
        train(volunteer, course)
        services.require_course_for(COMPANY, course, volunteer.centre, by=None)
        services.retire_course(course, by=None)
        services.retire_course(course, by=None)
        heir = services.add_course(by=None, slug="erfgenaam", title_nl="Erfgenaam")
        assert heir.bit == course.bit
        assert queries.valid_until_days() == {}
        assert queries.requirements_by_category(volunteer.centre)[COMPANY] == 0
        assert told(CompletionChanged) == 1
        with pytest.raises(CourseRetired):
            services.change_course(course, by=None, title_nl="Toch nog")

    def test_titles_follow_the_reader_and_fall_back_to_dutch(self):
        course = CourseFactory(title_nl="Omgaan met dementie", title_en="Living with dementia")
        plain = CourseFactory(title_nl="Veilig tillen", title_en="")
        with translation.override("nl"):
            assert queries.titles_by_bit() == {0: "Omgaan met dementie", 1: "Veilig tillen"}
        with translation.override("en"):
            assert queries.titles_by_bit() == {0: "Living with dementia", 1: "Veilig tillen"}
            assert (course.summary, plain.summary) == ("In drie korte lessen.", "In drie korte lessen.")


class TestRequirements:
    def test_each_centre_asks_what_it_asks(self):
        here, there = CentreFactory(), CentreFactory()
        dementia, lifting = CourseFactory(), CourseFactory()
        services.require_course_for(COMPANY, dementia, here, by=CoordinatorFactory(here))
        services.require_course_for(COMPANY, lifting, here, by=None)
        services.require_course_for(RESPITE, dementia, there, by=None)
        masks = queries.requirements_by_category(here)
        assert (masks[COMPANY], masks[RESPITE]) == (0b11, 0)
        assert masks.keys() == {*HelpCategory.values, *TrainedRole.values}
        assert queries.requirements_by_category(there.pk)[RESPITE] == 0b01

    def test_repeating_is_harmless(self):
        centre, course = CentreFactory(), CourseFactory()
        for _ in range(2):
            services.require_course_for(COMPANY, course, centre, by=None)
        assert (CategoryRequirement.objects.count(), told(RequirementChanged)) == (1, 1)
        for _ in range(2):
            services.stop_requiring(COMPANY, course, centre, by=None)
        assert (CategoryRequirement.objects.count(), told(RequirementChanged)) == (0, 2)

    def test_setting_them_together_changes_only_what_differs(self):
        centre, course = CentreFactory(), CourseFactory()
        services.set_required_for(course, centre, [COMPANY], by=None)
        services.set_required_for(course, centre, [COMPANY, RESPITE], by=None)
        services.set_required_for(course, centre, [RESPITE], by=None)
        assert [row.category for row in CategoryRequirement.objects.all()] == [RESPITE]
        assert told(RequirementChanged) == 3

    def test_a_draft_cannot_be_asked_and_what_is_asked_stays_asked(self):
        centre, course = CentreFactory(), CourseFactory(published=False)
        with pytest.raises(CourseNotOffered):
            services.require_course_for(COMPANY, course, centre, by=None)
        services.change_course(course, by=None, published=True)
        services.require_course_for(COMPANY, course, centre, by=None)
        services.change_course(course, by=None, published=False)
        assert queries.requirements_by_category(centre)[COMPANY] == 1

    def test_of_a_course_off_offer_one_asks_less_and_not_more(self):
        centre, course = CentreFactory(), CourseFactory()
        services.set_required_for(course, centre, [COMPANY, RESPITE], by=None)
        services.change_course(course, by=None, published=False)
        with pytest.raises(CourseNotOffered):
            services.set_required_for(course, centre, [COMPANY, HelpCategory.GARDEN], by=None)
        services.set_required_for(course, centre, [COMPANY], by=None)
        assert [row.category for row in CategoryRequirement.objects.all()] == [COMPANY]
        with pytest.raises(Forbidden):
            services.set_required_for(course, centre, [COMPANY], by=CoordinatorFactory())

    def test_only_who_coordinates_the_centre_asks(self):
        centre, course = CentreFactory(), CourseFactory()
        for other in (
            CoordinatorFactory(),
            staff(Role.TRAINER, centre),
            VolunteerFactory(centre=centre).user,
        ):
            with pytest.raises(Forbidden):
                services.require_course_for(COMPANY, course, centre, by=other)
            with pytest.raises(Forbidden):
                services.stop_requiring(COMPANY, course, centre, by=other)

    def test_reading_them_takes_one_query(self, django_assert_num_queries):
        centre = CentreFactory()
        for category in HelpCategory:
            services.require_course_for(category, CourseFactory(), centre, by=None)
        with django_assert_num_queries(1):
            masks = queries.requirements_by_category(centre)
        assert all(masks[category] for category in HelpCategory.values)
