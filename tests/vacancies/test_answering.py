"""Answers to vacancies: sending, the organisation's steps, silence, what must be valid before a start."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from events.worker import Worker
from people.rights import Subject, end_what_runs, erase
from people.services.retention import delete_what_is_due
from safeguarding.enums import Requirement
from tests.factories.academy import CourseFactory, train
from tests.factories.people import ScreeningFactory, UserFactory, VolunteerFactory
from tests.factories.vacancies import Bank, contact_of, make_bank, published
from vacancies import services
from vacancies.enums import (
    APPLICATION_STEPS,
    ApplicationState,
    DeclineReason,
    NoteSide,
    VacancyState,
)
from vacancies.errors import ScreeningLacking, TrainingLacking, VacancyGone
from vacancies.models import Application, ApplicationNote

pytestmark = pytest.mark.django_db
A = ApplicationState


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


@pytest.fixture
def person(bank):
    return UserFactory()


@pytest.fixture
def answer(bank, person) -> Application:
    return services.send_application(published(bank), message="Dit lijkt me leuk!", by=person)


def test_answering_twice_is_one_answer_and_over_is_over(bank, person, answer):
    again = services.send_application(answer.vacancy, message="Nog eens", by=person)
    assert again == answer
    services.withdraw_application(answer, by=person)
    new = services.send_application(answer.vacancy, message="Toch wel", by=person)
    assert new != answer
    assert EventRecord.objects.filter(type="vacancies.application_sent").count() == 2


def test_only_what_is_published_of_who_takes_part_is_answered_and_not_by_its_own_people(bank, person):
    vacancy = published(bank)
    with pytest.raises(Forbidden):
        services.send_application(vacancy, message="", by=contact_of(bank.organisation))
    with pytest.raises(InvalidInput):
        services.send_application(vacancy, message="x" * 1501, by=person)
    services.pause_vacancy(vacancy, by=bank.manager)
    with pytest.raises(VacancyGone):
        services.send_application(vacancy, message="", by=person)
    services.resume_vacancy(vacancy, by=bank.manager)
    services.suspend_organisation(bank.organisation, note="Klachten", by=bank.coordinator)
    with pytest.raises(VacancyGone):
        services.send_application(vacancy, message="", by=person)
    assert not Application.objects.exists()


def test_the_steps_of_an_answer(bank, person, answer):
    assert services.note_read(answer, by=bank.coordinator).state == A.SENT  # the desk reads along
    read = services.note_read(answer, by=bank.manager)
    assert (read.state, read.heard_at) == (A.READ, None)
    assert services.note_read(answer, by=bank.manager).state == A.READ
    talking = services.move_application(answer, to=A.CONVERSATION, by=bank.manager)
    assert talking.heard_at is not None
    services.move_application(answer, to=A.TRIAL, by=bank.manager)
    started = services.start_application(answer, by=bank.manager)
    assert started.started_at is not None
    with pytest.raises(InvalidTransition):
        services.decline_application(answer, reason=DeclineReason.TASK, by=bank.manager)
    stopped = services.withdraw_application(answer, by=person)
    assert (stopped.state, stopped.ended_at is not None) == (A.ENDED, True)


def test_what_is_not_in_the_table_is_refused(bank, person, answer):
    def move(to):
        return lambda: services.move_application(answer, to=to, by=bank.manager)

    verbs = {
        A.CONVERSATION: move(A.CONVERSATION),
        A.TRIAL: move(A.TRIAL),
        A.STARTED: lambda: services.start_application(answer, by=bank.manager),
        A.DECLINED: lambda: services.decline_application(answer, reason=DeclineReason.TASK, by=bank.manager),
        A.ENDED: lambda: services.end_application(answer, by=bank.manager),
    }
    for state, (to, verb) in product(ApplicationState, verbs.items()):
        reason = DeclineReason.TASK if state == A.DECLINED else ""
        Application.objects.filter(pk=answer.pk).update(state=state, decline_reason=reason)
        if to in APPLICATION_STEPS[state]:
            assert verb().state == to
        else:
            with pytest.raises(InvalidTransition):
                verb()


def test_answers_are_their_own_sides_only(bank, person, answer):
    other = make_bank(centre=bank.centre, name="Een ander").manager
    for stranger in (other, UserFactory(), person):
        with pytest.raises(Forbidden):
            services.start_application(answer, by=stranger)
    for stranger in (other, bank.manager):
        with pytest.raises(Forbidden):
            services.withdraw_application(answer, by=stranger)
    with pytest.raises(Forbidden):
        services.add_note(answer, text="Hallo", by=other)


def test_nobody_starts_without_the_steps_and_training_that_are_asked(bank):
    volunteer = VolunteerFactory(centre=bank.centre)
    course = CourseFactory(published=True)
    vacancy = published(bank, screening=Requirement.to_mask([Requirement.VOG]), required_courses=[course])
    answer = services.send_application(vacancy, message="", by=volunteer.user)
    stranger = services.send_application(vacancy, message="", by=UserFactory())
    for one in (answer, stranger):
        for verb in (
            lambda one=one: services.start_application(one, by=bank.manager),
            lambda one=one: services.move_application(one, to=A.TRIAL, by=bank.manager),
        ):
            with pytest.raises(ScreeningLacking):
                verb()
    ScreeningFactory(volunteer=volunteer, requirement=Requirement.VOG, valid_until=date(2025, 6, 2))
    with pytest.raises(ScreeningLacking):
        services.start_application(answer, by=bank.manager)
    volunteer.screenings.update(valid_until=date(2025, 6, 3))
    with pytest.raises(TrainingLacking):
        services.start_application(answer, by=bank.manager)
    train(volunteer, course)
    assert services.start_application(answer, by=bank.manager).state == A.STARTED


def test_a_vacancy_is_filled_by_its_last_start(bank):
    vacancy = published(bank, wanted=2)
    answers = [services.send_application(vacancy, message="", by=UserFactory()) for _ in range(2)]
    for answer, state in zip(answers, (VacancyState.PUBLISHED, VacancyState.FILLED), strict=True):
        services.start_application(answer, by=bank.manager)
        vacancy.refresh_from_db()
        assert vacancy.state == state


def moments(kind: str) -> list[datetime]:
    return list(EventRecord.objects.filter(type=f"vacancies.{kind}").values_list("at", flat=True))


def test_a_silent_organisation_is_reminded_and_then_the_centre_is_told(bank, answer, clock):
    """Sent on Tuesday 3 June; Whit Monday is the 9th, so five working days later is Wednesday the 11th."""
    services.note_read(answer, by=bank.manager)  # reading is no answer
    clock.at(datetime(2025, 6, 11, 6, 59, tzinfo=UTC))
    Worker().run_due()
    assert moments("organisation_reminded") == []
    clock.at(datetime(2025, 6, 11, 7, 0, tzinfo=UTC))
    Worker().run_due()
    assert len(moments("organisation_reminded")) == 1
    clock.at(datetime(2025, 6, 16, 7, 0, tzinfo=UTC))
    Worker().run_due()
    answer.refresh_from_db()
    assert (len(moments("centre_told")), answer.escalated_at) == (1, clock.now())
    clock.forward(days=60)
    Worker().run_due()
    assert len(moments("organisation_reminded")) == len(moments("centre_told")) == 1


@pytest.mark.parametrize("word", ["step", "note", "withdrawn", "own note", "volunteer's note"])
def test_a_word_of_the_organisation_ends_the_silence_no_other(bank, person, answer, clock, word):
    match word:
        case "step":
            services.move_application(answer, to=A.CONVERSATION, by=bank.manager)
        case "note":
            services.add_note(answer, text="Wanneer schikt het?", by=bank.manager)
        case "withdrawn":
            services.withdraw_application(answer, by=person)
        case "own note":
            services.add_note(answer, text="Bellen?", shared=False, by=bank.manager)
        case _:
            services.add_note(answer, text="Hoort u mij?", by=person)
    clock.forward(days=30)
    Worker().run_due()
    assert len(moments("organisation_reminded")) == (word in ("own note", "volunteer's note"))


def test_notes_tell_from_which_side_they_are(bank, person, answer):
    for author, side in ((person, "volunteer"), (bank.manager, "organisation"), (bank.coordinator, "centre")):
        assert services.add_note(answer, text=" Hallo ", by=author).side == NoteSide(side)
    assert set(ApplicationNote.objects.values_list("text", flat=True)) == {"Hallo"}
    with pytest.raises(InvalidInput):
        services.add_note(answer, text="  ", by=person)


def test_of_answers_of_which_nothing_came_only_the_number_stays(bank, person, answer, clock, settings):
    services.add_note(answer, text="Mijn moeder is ziek", by=person)
    services.decline_application(answer, reason=DeclineReason.FILLED, note="Helaas", by=bank.manager)
    started = services.send_application(published(bank, title="Een ander"), message="Ja", by=person)
    services.start_application(started, by=bank.manager)
    clock.forward(days=settings.ANSWER_OVER_KEPT_DAYS)
    delete_what_is_due()
    assert Application.objects.filter(user=person).count() == 2
    clock.forward(seconds=1)
    delete_what_is_due()
    assert Application.objects.filter(user=person).get() == started
    answer.refresh_from_db()
    assert (answer.state, answer.user, answer.message, answer.decline_note) == (A.DECLINED, None, "", "")
    assert not ApplicationNote.objects.exists()


def test_who_is_erased_is_awaited_by_nobody_and_leaves_no_word(bank, person, answer):
    services.add_note(answer, text="Mijn moeder is ziek", by=person)
    services.save_vacancy(answer.vacancy, by=person)
    end_what_runs(Subject(user=person))
    answer.refresh_from_db()
    assert answer.state == A.WITHDRAWN
    erase(Subject(user=person))
    answer.refresh_from_db()
    assert (answer.user, answer.message, answer.phone) == (None, "", "")
    assert not ApplicationNote.objects.exists()
