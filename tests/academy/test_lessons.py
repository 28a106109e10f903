"""Lessons: drafts and versions, doing the steps, and what comes of them."""

from datetime import date, timedelta

import pytest

from academy import queries, services
from academy.enums import StepKind, VersionState
from academy.errors import (
    CourseNotOffered,
    NotADraft,
    NothingToLearn,
    PrerequisiteMissing,
    StepNotHere,
)
from academy.models import Certificate, Completion, Learning, StepDone
from academy.services import (
    add_step,
    begin,
    change_step,
    do_step,
    draft_of,
    drop_draft,
    move_step,
    publish_version,
    remove_step,
    write_steps,
)
from common.errors import Forbidden, InvalidInput
from people.enums import Role
from tests.factories.academy import CHOICES, CourseFactory, learn, lesson
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db
TEXT = {"title": {"nl": "Een"}, "body": {"nl": "Lees dit."}}


@pytest.fixture
def course(clock):
    return CourseFactory(title_nl="Dementie", valid_months=24)


@pytest.fixture
def learner():
    return VolunteerFactory().user


class TestWriting:
    def test_a_draft_grows_beside_what_is_given_and_takes_its_place(self, course):
        first = lesson(course)
        draft = draft_of(course, by=None)
        assert (draft.number, draft.steps.count(), draft_of(course, by=None)) == (2, 3, draft)
        change_step(draft.steps.first(), by=None, title={"nl": "Anders"})
        assert first.steps.first().title["nl"] == "Stap 1"
        publish_version(draft, by=None)
        first.refresh_from_db()
        assert (first.state, draft.state) == (VersionState.REPLACED, VersionState.PUBLISHED)
        for refused in (
            lambda: change_step(draft.steps.first(), by=None, minutes=3),
            lambda: remove_step(draft.steps.first(), by=None),
            lambda: add_step(first, by=None, **TEXT),
            lambda: publish_version(draft, by=None),
        ):
            with pytest.raises(NotADraft):
                refused()

    def test_steps_are_ordered_and_a_file_replaces_them_all(self, course):
        draft = draft_of(course, by=None)
        one, two, three = (add_step(draft, by=None, **TEXT) for _ in range(3))
        move_step(three, to=1, by=None)
        remove_step(one, by=None)
        assert [(step.pk, step.position) for step in draft.steps.all()] == [(three.pk, 1), (two.pk, 2)]
        with pytest.raises(InvalidInput):
            write_steps(draft, [TEXT, {"title": {"nl": "Leeg"}}], by=None)
        assert draft.steps.count() == 2
        write_steps(draft, [TEXT], by=None)
        assert draft.steps.get().position == 1
        drop_draft(draft, by=None)
        assert not course.versions.exists()

    @pytest.mark.parametrize(
        ("details", "field"),
        [
            ({"title": {"nl": ""}, "body": {"nl": "x"}}, "title"),
            ({"title": {"en": "Only"}, "body": {"nl": "x"}}, "title"),
            ({**TEXT, "body": {}}, "body"),
            ({**TEXT, "title": {"nl": "x", "xx": "y"}}, "title"),
            ({**TEXT, "kind": "film", "film": "https://f.nl/1"}, "transcript"),
            ({**TEXT, "kind": "film", "film": "javascript:x", "transcript": {"nl": "x"}}, "film"),
            ({**TEXT, "minutes": 0}, "minutes"),
            ({**TEXT, "kind": "question", "choices": CHOICES[:1]}, "choices"),
            ({**TEXT, "kind": "question", "choices": [CHOICES[0], {**CHOICES[0], "key": "c"}]}, "choices"),
            ({**TEXT, "kind": "question", "choices": [CHOICES[1], {**CHOICES[0], "why": {}}]}, "choices"),
            ({**TEXT, "kind": "question", "choices": [CHOICES[1], CHOICES[1]]}, "choices"),
        ],
    )
    def test_what_a_learner_could_not_use_is_refused(self, course, details, field):
        with pytest.raises(InvalidInput) as refusal:
            add_step(draft_of(course, by=None), by=None, **details)
        assert refusal.value.field == field

    def test_a_trainer_writes_a_coordinator_publishes(self, course):
        trainer, coordinator = staff(Role.TRAINER), CoordinatorFactory()
        draft = draft_of(course, by=trainer)
        add_step(draft, by=trainer, **TEXT)
        with pytest.raises(Forbidden):
            publish_version(draft, by=trainer)
        with pytest.raises(Forbidden):
            draft_of(course, by=VolunteerFactory().user)
        publish_version(draft, by=coordinator)

    def test_an_empty_draft_is_not_published(self, course):
        with pytest.raises(InvalidInput):
            publish_version(draft_of(course, by=None), by=None)


class TestLearning:
    def test_a_wrong_answer_is_answered_kindly_and_the_last_step_completes(self, course, learner):
        lesson(course)
        learning = begin(course, learner, by=learner)
        first, second, question = learning.version.steps.all()
        for step in (first, first, second):
            assert do_step(learning, step, by=learner).done
        wrong = do_step(learning, question, choice="a", by=learner)
        assert (wrong.done, wrong.why) == (False, "Rust helpt meer.")
        assert queries.next_step(learning, queries.steps_done(learning)) == question
        assert not Completion.objects.exists()
        right = do_step(learning, question, choice="b", by=learner)
        assert (right.done, right.why, right.learning.finished_at is not None) == (
            True,
            "Zo houd je contact.",
            True,
        )
        certificate = Certificate.objects.get()
        assert (certificate.version, certificate.valid_until) == (learning.version, date(2027, 6, 3))
        assert certificate.completion == Completion.objects.get(volunteer__user=learner)
        do_step(learning, question, choice="b", by=learner)
        assert Certificate.objects.count() == 1

    def test_who_is_half_way_keeps_their_version_and_who_has_done_it_keeps_the_certificate(
        self, course, learner
    ):
        old = lesson(course)
        learn(done := VolunteerFactory().user, course)
        half_way = begin(course, learner, by=learner)
        do_step(half_way, old.steps.first(), by=learner)
        new = lesson(course, question=False)
        assert begin(course, learner, by=learner) == half_way
        with pytest.raises(StepNotHere):
            do_step(half_way, new.steps.first(), by=learner)
        for step in old.steps.all():
            do_step(half_way, step, choice="b", by=learner)
        assert Certificate.objects.filter(version=old).count() == 2
        assert begin(course, done, by=done).version == old
        assert begin(course, UserFactory(), by=None).version == new

    def test_it_is_done_again_when_it_ends_soon(self, clock, course, learner):
        lesson(course)
        first = learn(learner, course)
        assert begin(course, learner, by=learner) == first
        clock.forward(days=700)
        again = learn(learner, course)
        assert (again != first, Certificate.objects.filter(user=learner).count()) == (True, 2)
        assert queries.has_done(learner, course, on=date(2029, 5, 1))

    def test_what_was_done_offline_keeps_its_moment_within_reason(self, clock, course, learner):
        lesson(course)
        learning = begin(course, learner, by=learner)
        clock.forward(hours=5)
        steps = list(learning.version.steps.all())
        told = [clock.now() - timedelta(hours=2), clock.now() + timedelta(days=9)]
        for step, at in zip(steps, told, strict=False):
            do_step(learning, step, at=at, by=learner)
        moments = list(StepDone.objects.order_by("at").values_list("at", flat=True))
        assert moments == [told[0], clock.now()]

    def test_what_cannot_be_begun(self, course, learner):
        with pytest.raises(NothingToLearn):
            begin(course, learner, by=learner)
        lesson(course)
        before = CourseFactory(title_nl="Beginnen")
        course.prerequisites.add(before)
        with pytest.raises(PrerequisiteMissing, match="Beginnen"):
            begin(course, learner, by=learner)
        lesson(before)
        learn(learner, before)
        begin(course, learner, by=learner)
        with pytest.raises(Forbidden):
            begin(course, learner, by=UserFactory())
        services.change_course(course, by=None, published=False)
        with pytest.raises(CourseNotOffered):
            begin(course, UserFactory(), by=None)
        with pytest.raises(InvalidInput):
            do_step(
                Learning.objects.get(user=learner, course=course),
                course.versions.get().steps.get(kind=StepKind.QUESTION),
                choice="z",
                by=learner,
            )

    def test_what_a_newcomer_learned_before_they_joined_counts(self, course):
        from events.worker import Worker

        CentreFactory()
        newcomer = UserFactory()
        lesson(course)
        learn(newcomer, course)
        certificate = Certificate.objects.get()
        assert (certificate.completion, Completion.objects.count()) == (None, 0)
        PostcodeFactory()
        volunteer = VolunteerFactory(user=newcomer)
        services.bring_along(volunteer)
        services.bring_along(volunteer)
        certificate.refresh_from_db()
        assert certificate.completion == Completion.objects.get(volunteer=volunteer)
        Worker().run_due()
        services.revoke_certificate(certificate, by=CoordinatorFactory(volunteer.centre))
        assert not queries.holds_course(volunteer, course)

    def test_taking_a_completion_back_takes_the_certificate_back(self, course, learner):
        lesson(course)
        learn(learner, course)
        services.revoke_completion(Completion.objects.get(), by=None)
        assert Certificate.objects.get().revoked_at is not None
        assert not queries.has_done(learner, course)
