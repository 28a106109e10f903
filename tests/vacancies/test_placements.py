"""Student placements: codes, the word of a parent, hours within the law, a signature, and all of it done."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import reverse

from common.checkin import CodeNotValid
from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from events.worker import Worker
from notifications.models import Notice
from people.services.retention import delete_what_is_due
from safeguarding.enums import Requirement
from tests.factories.academy import CourseFactory
from tests.factories.people import UserFactory, screen
from tests.factories.schools import SchoolTown
from vacancies import services
from vacancies.enums import ConsentState, EntryState, PlacementState, StudentStage
from vacancies.errors import AskedTooOften, CodeUnknown, HoursNotAllowed, NoPlacement, ParentFirst
from vacancies.models import HourEntry, ParentalConsent, Placement, PlacementSpot, Student
from vacancies.queries.placements import open_spots, progress_of, waiting_contacts

pytestmark = pytest.mark.django_db

# The clock stands at Tuesday 3 June 2025.
FOURTEEN, FIFTEEN, SIXTEEN = date(2011, 4, 1), date(2010, 4, 1), date(2009, 4, 1)
MONDAY, SATURDAY = date(2025, 6, 2), date(2025, 6, 7)


def hours(placement: Placement, day: date, begins: str, ends: str, pause: int = 0) -> HourEntry:
    return services.enter_hours(
        placement,
        day=day,
        begins=time.fromisoformat(begins),
        ends=time.fromisoformat(ends),
        pause=pause,
        by=placement.student.user,
    )


def stage(student: Student) -> StudentStage:
    student.refresh_from_db()
    return progress_of([student])[0].stage


def _mails(words: str) -> list[EmailMessage]:
    return [each for each in mail.outbox if words in each.body]


def happened(kind: str) -> int:
    return EventRecord.objects.filter(type=f"vacancies.{kind}").count()


def test_joining_a_class_with_its_code(clock):
    town = SchoolTown()
    for typed in (town.school.code, "WATISDIT"):  # the school's code is for teachers
        with pytest.raises(CodeUnknown):
            services.join_class(typed, born=SIXTEEN, by=UserFactory())
    code = f" {town.school_class.code[:4].lower()}-{town.school_class.code[4:]} "
    student = services.join_class(code, born=date(2009, 4, 23), by=UserFactory())
    assert student.born == date(2009, 4, 1)  # the day is not kept
    assert not student.consents.exists()
    for born in (date(2012, 6, 30), date(2007, 4, 1)):  # 12 for as long as it might be; 18
        with pytest.raises(InvalidInput) as refused:
            services.join_class(code, born=born, parent_email="o@voorbeeld.nl", by=UserFactory())
        assert refused.value.field == "born"
    young = UserFactory()
    for email in ("", young.email):
        with pytest.raises(InvalidInput) as refused:
            services.join_class(code, born=FIFTEEN, parent_email=email, by=young)
        assert refused.value.field == "parent_email"
    assert Student.objects.count() == 1


def test_a_teacher_sees_nothing_before_the_centre_confirms(clock):
    town = SchoolTown()
    stranger = UserFactory()
    contact = services.join_school(town.school.code, by=stranger)
    assert [each.user for each in waiting_contacts(town.coordinator)] == [stranger, town.teacher]
    details = {"name": "4 vwo", "ends_on": date(2026, 7, 1), "hours_required": 30, "lesson_hours": 6}
    with pytest.raises(Forbidden):
        services.add_class(town.school, by=stranger, **details)
    with pytest.raises(Forbidden):
        services.confirm_contact(contact, by=town.teacher)
    services.confirm_contact(contact, by=town.coordinator)
    services.add_class(town.school, by=stranger, **details)
    services.end_contact(contact, by=stranger)
    with pytest.raises(Forbidden):
        services.add_class(town.school, by=stranger, **(details | {"name": "5 vwo"}))


def test_under_sixteen_a_parent_comes_first(clock):
    town = SchoolTown()
    student = town.student(FIFTEEN, agreed=False)
    assert stage(student) == StudentStage.PARENT
    with pytest.raises(ParentFirst):
        services.ask_placement(student, town.spot, motivation="", by=student.user)
    consent = student.consents.get()
    token = services.parent_token(consent)
    with pytest.raises(InvalidInput):
        services.answer_for_child(token, name=" ", agrees=True)
    services.answer_for_child(token, name="A. Jansen", agrees=True)
    consent.refresh_from_db()
    assert (consent.state, consent.answered_at, consent.parent_name) == ("given", clock.now(), "A. Jansen")
    assert consent.version  # which text it was
    assert consent.parent_email == ""
    with pytest.raises(InvalidTransition):
        services.answer_for_child(token, name="A. Jansen", agrees=False)
    assert stage(student) == StudentStage.LOOKING
    town.placement(student)
    assert stage(student) == StudentStage.RUNNING


def test_a_parent_can_refuse_and_take_it_back(clock):
    town = SchoolTown()
    refused = town.student(FOURTEEN, agrees=False, name="")
    assert stage(refused) == StudentStage.REFUSED
    with pytest.raises(ParentFirst):
        services.ask_placement(refused, town.spot, motivation="", by=refused.user)
    student = town.student(FOURTEEN)
    placement = town.placement(student)
    token = services.parent_token(student.consents.get())
    services.take_consent_back(token)
    services.take_consent_back(token)
    Worker().run_due()
    placement.refresh_from_db()
    assert (placement.state, stage(student)) == (PlacementState.STOPPED, StudentStage.TAKEN_BACK)
    assert PlacementSpot.objects.get().taken == 0
    with pytest.raises(CodeNotValid):
        services.take_consent_back(token[:-1])


def test_a_student_takes_the_word_of_a_parent_back_alone(clock):
    """As the law gives it to a child from twelve on: at once, and nobody has to be asked."""
    town = SchoolTown()
    student, other = town.student(FOURTEEN), town.student(FOURTEEN)
    placement, stays = town.placement(student), town.placement(other)
    planned, worked = hours(placement, SATURDAY, "10:00", "12:00"), hours(placement, MONDAY, "15:00", "16:00")
    consent = student.consents.get()
    page = Client(headers={"accept-language": "nl"})
    page.force_login(student.user)
    shown = page.get(reverse("placement")).content.decode()
    assert reverse("placement-take-back") in shown
    assert "zelf intrekken" in " ".join(shown.split())
    with pytest.raises(Forbidden):
        services.take_word_back(student, by=other.user)
    Student.objects.filter(pk=other.pk).update(born=date(2013, 7, 1))  # eleven for as long as it might be
    with pytest.raises(Forbidden):
        services.take_word_back(Student.objects.get(pk=other.pk), by=other.user)
    assert page.post(reverse("placement-take-back")).status_code == 302
    for each in (consent, placement, stays, planned, worked):
        each.refresh_from_db()
    assert (consent.state, consent.withdrawn_at) == (ConsentState.WITHDRAWN, clock.now())
    assert consent.withdrawn_by_student
    # Before anything else has run; what was planned is gone, what was worked can still be signed.
    assert (placement.state, stage(student)) == (PlacementState.STOPPED, StudentStage.TAKEN_BACK)
    assert (planned.state, worked.state) == (EntryState.REMOVED, EntryState.ENTERED)
    assert (stays.state, PlacementSpot.objects.get().taken) == (PlacementState.AGREED, 1)
    with pytest.raises(ParentFirst):
        services.ask_placement(student, town.spot, motivation="", by=student.user)
    services.take_word_back(student, by=student.user)
    assert happened("student_took_back") == 1
    clock.forward(days=6)
    Worker().run_due()
    assert [each.to for each in _mails("tekenen")] == [["ria@buurthuis.example"]]  # of what was worked only
    heard = Notice.objects.filter(kind__in=("placement_left", "placement_stopped", "parent_refused"))
    assert list(heard.values_list("user", "kind")) == [(town.contact.pk, "placement_left")]
    parent = Client(headers={"accept-language": "nl"}).get(
        reverse("parent", args=[services.parent_token(consent)])
    )
    assert "heeft het akkoord ingetrokken" in parent.content.decode()
    assert "ingetrokken" in page.get(reverse("placement")).content.decode()
    again = services.ask_parent(student, "ouder@voorbeeld.nl", by=student.user)
    with pytest.raises(InvalidTransition):  # it was taken back, and nothing new was given
        services.take_consent_back(services.parent_token(again))
    services.answer_for_child(services.parent_token(again), name="A. Jansen", agrees=True)
    assert stage(student) == StudentStage.LOOKING


def test_nothing_is_taken_back_that_was_not_given(clock):
    town = SchoolTown()
    for student in (town.student(FIFTEEN, agreed=False), town.student(SIXTEEN)):
        with pytest.raises(InvalidTransition):
            services.take_word_back(student, by=student.user)
    taken = town.student(FIFTEEN)
    services.take_consent_back(services.parent_token(taken.consents.get()))
    with pytest.raises(InvalidTransition):
        services.take_word_back(taken, by=taken.user)
    assert stage(taken) == StudentStage.TAKEN_BACK


def test_a_link_for_a_parent_is_replaced_and_grows_old(clock):
    town = SchoolTown()
    student = town.student(FIFTEEN, agreed=False)
    old = services.parent_token(student.consents.get())
    services.ask_parent(student, "andere@voorbeeld.nl", by=student.user)
    with pytest.raises(CodeNotValid):
        services.answer_for_child(old, name="X", agrees=True)
    assert ParentalConsent.objects.exclude(parent_email="").count() == 1
    new = services.parent_token(student.consents.get(state=ConsentState.ASKED))
    # Sent before the text was changed: what the page shows when they answer is what they agree to.
    ParentalConsent.objects.filter(state=ConsentState.ASKED).update(version="2026-11")
    shown = Client(headers={"accept-language": "nl"}).get(reverse("parent", args=[new]))
    assert "een bijbaan kennen wij niet" in " ".join(shown.content.decode().split())
    with transaction.atomic():
        assert services.answer_for_child(new, name="X", agrees=True).version == "2026-11-3"
        transaction.set_rollback(True)
    clock.forward(days=29)
    delete_what_is_due()
    assert ParentalConsent.objects.exclude(parent_email="").count() == 1
    clock.forward(days=1)
    with pytest.raises(CodeNotValid):
        services.answer_for_child(new, name="X", agrees=True)
    delete_what_is_due()  # who cannot answer any more is not kept
    assert not ParentalConsent.objects.exclude(parent_email="").exists()


def test_a_student_mails_no_stranger_without_end_and_grows_no_older(clock):
    town = SchoolTown()
    student = town.student(FIFTEEN, agreed=False)
    for name in ("twee", "drie"):
        services.ask_parent(student, f"{name}@voorbeeld.nl", by=student.user)
    with pytest.raises(AskedTooOften):
        services.ask_parent(student, "vier@voorbeeld.nl", by=student.user)
    with pytest.raises(InvalidInput) as refused:
        services.join_class(town.school_class.code, born=SIXTEEN, by=student.user)
    assert refused.value.field == "born"
    clock.forward(days=1, seconds=1)
    asked = services.ask_parent(student, "vier@voorbeeld.nl", by=student.user)
    services.answer_for_child(services.parent_token(asked), name="A. Jansen", agrees=True)
    services.join_class(town.school_class.code, born=FIFTEEN, by=student.user)  # the word still counts
    assert stage(student) == StudentStage.LOOKING


def test_hours_outside_the_law_are_refused_with_the_limit(clock):
    town = SchoolTown()
    placement = town.placement(town.student(FOURTEEN))
    with pytest.raises(HoursNotAllowed, match="19"):
        hours(placement, SATURDAY, "18:00", "19:30")
    with pytest.raises(HoursNotAllowed, match="2"):
        hours(placement, date(2025, 6, 4), "15:00", "17:30")
    hours(placement, date(2025, 6, 4), "15:00", "17:00")
    services.add_holiday(
        town.school, name="Pinksteren", starts_on=date(2025, 6, 9), ends_on=date(2025, 6, 13), by=town.teacher
    )
    hours(placement, date(2025, 6, 10), "10:00", "16:00", 30)
    with pytest.raises(InvalidInput) as refused:
        hours(placement, date(2025, 6, 10), "15:00", "16:30")
    assert refused.value.field == "begins"
    for day in (clock.now().date() - timedelta(days=61), clock.now().date() + timedelta(days=15)):
        with pytest.raises(InvalidInput) as refused:
            hours(placement, day, "10:00", "11:00")
        assert refused.value.field == "day"
    assert HourEntry.objects.count() == 2


def test_sundays_need_the_parent_and_the_hours_of_all_placements_count(clock):
    town = SchoolTown()
    sunday = date(2025, 6, 8)
    plain, with_sundays = (town.placement(town.student(FIFTEEN, sundays=yes)) for yes in (False, True))
    with pytest.raises(HoursNotAllowed):
        hours(plain, sunday, "10:00", "11:00")
    hours(with_sundays, sunday, "10:00", "11:00")
    other = SchoolTown(organisation=town.organisation)
    second = services.ask_placement(plain.student, other.spot, motivation="", by=plain.student.user)
    services.agree_placement(second, by=other.contact)
    hours(plain, date(2025, 6, 4), "15:00", "16:30")
    with pytest.raises(HoursNotAllowed):
        hours(second, date(2025, 6, 4), "17:00", "18:00")


def test_hours_are_signed_once_they_are_over(clock):
    town = SchoolTown()
    placement = town.placement(town.student(SIXTEEN))
    entry = hours(placement, date(2025, 6, 3), "14:00", "16:00")
    token = services.hours_token(entry)
    Worker().run_due()
    assert happened("hours_to_sign") == 1
    with pytest.raises(InvalidTransition):
        services.sign_by_link(token, right=True)
    clock.forward(hours=6)
    with pytest.raises(Forbidden):
        services.sign_hours(entry, right=True, by=placement.student.user)
    signed = services.sign_by_link(token, right=True)
    assert (signed.state, signed.signed_by) == (EntryState.SIGNED, "Ria de Boer")
    assert services.sign_by_link(token, right=True) == signed  # a second touch changes nothing
    assert happened("hours_answered") == 1
    with pytest.raises(InvalidTransition):
        services.sign_by_link(token, right=False)
    with pytest.raises(InvalidTransition):
        services.remove_entry(entry, by=placement.student.user)
    other = hours(placement, date(2025, 6, 2), "15:00", "16:00")
    assert services.sign_hours(other, right=False, by=town.contact).state == EntryState.REFUSED
    again = hours(placement, date(2025, 6, 2), "15:00", "16:00")  # what was refused can be entered anew
    services.remove_entry(again, by=placement.student.user)
    with pytest.raises(CodeNotValid):
        services.sign_by_link(services.hours_token(again), right=True)


def test_what_a_vacancy_asks_first_is_asked_of_students_too(clock):
    """Of who is no volunteer nothing holds; who is shows what they hold, on the day itself."""
    town = SchoolTown()
    student, helper = town.student(SIXTEEN), town.student(SIXTEEN)
    volunteer = town.volunteer(user=helper.user)
    asked = services.ask_placement(student, town.spot, motivation="", by=student.user)
    town.vacancy.screening = Requirement.to_mask([Requirement.VOG])
    town.vacancy.save()
    spot = PlacementSpot.objects.get()
    assert (open_spots(student), open_spots(helper)) == ([], [])
    for verb in (
        lambda: services.agree_placement(Placement.objects.get(pk=asked.pk), by=town.contact),
        lambda: services.ask_placement(helper, spot, motivation="", by=helper.user),
    ):
        with pytest.raises(NoPlacement):
            verb()
    screen(volunteer, Requirement.VOG)
    assert (open_spots(student), open_spots(helper)) == ([], [spot])
    services.ask_placement(helper, spot, motivation="", by=helper.user)
    town.vacancy.screening = 0
    town.vacancy.save()
    town.vacancy.required_courses.add(CourseFactory(published=True))
    assert open_spots(student) == []
    with pytest.raises(NoPlacement):
        services.agree_placement(Placement.objects.get(pk=asked.pk), by=town.contact)


def test_when_all_hours_are_signed_it_is_done(clock):
    town = SchoolTown()
    town.school_class.hours_required = 4
    town.school_class.save()
    placement = town.placement(town.student(SIXTEEN))
    for day in (2, 3):
        entry = hours(placement, date(2025, 6, day), "08:00", "10:00")
        clock.forward(hours=1)
        services.sign_hours(entry, right=True, by=town.contact)
    student = placement.student
    student.refresh_from_db()
    placement.refresh_from_db()
    assert (placement.state, stage(student)) == (PlacementState.DONE, StudentStage.DONE)
    assert student.completed_at is not None
    assert (PlacementSpot.objects.get().taken, happened("student_done")) == (0, 1)
    with pytest.raises(InvalidTransition):
        hours(placement, date(2025, 6, 3), "11:00", "12:00")


def test_a_teacher_puts_right_what_was_filled_in_wrong(clock):
    """A holiday that is none lets children work longer than the law allows; a class may ask too much."""
    town = SchoolTown()
    placement = town.placement(town.student(FOURTEEN))
    holiday = services.add_holiday(
        town.school, name="Geen", starts_on=date(2025, 6, 2), ends_on=date(2025, 6, 6), by=town.teacher
    )
    wednesday = date(2025, 6, 4)
    planned = hours(placement, wednesday, "10:00", "14:00")
    with pytest.raises(InvalidInput):
        services.remove_holiday(holiday, by=town.teacher)
    services.remove_entry(planned, by=placement.student.user)
    with pytest.raises(Forbidden):
        services.remove_holiday(holiday, by=placement.student.user)
    services.remove_holiday(holiday, by=town.teacher)
    with pytest.raises(HoursNotAllowed):
        hours(placement, wednesday, "10:00", "14:00")
    entry = hours(placement, MONDAY, "15:00", "17:00")
    services.sign_hours(entry, right=True, by=town.contact)
    wanted = {"name": "3 havo C", "ends_on": date(2026, 7, 1), "hours_required": 3, "lesson_hours": 5}
    with pytest.raises(Forbidden):
        services.change_class(town.school_class, **wanted, by=town.contact)
    with pytest.raises(InvalidInput):
        services.change_class(town.school_class, **wanted | {"ends_on": clock.now().date()}, by=town.teacher)
    assert services.change_class(town.school_class, **wanted, by=town.teacher).code == town.school_class.code
    assert stage(Student.objects.get(pk=placement.student_id)) == StudentStage.RUNNING  # two of three
    services.change_class(town.school_class, **wanted | {"hours_required": 2}, by=town.teacher)
    assert stage(Student.objects.get(pk=placement.student_id)) == StudentStage.DONE
    assert (happened("student_done"), PlacementSpot.objects.get().taken) == (1, 0)


def test_never_more_students_than_places(clock):
    town = SchoolTown()
    PlacementSpot.objects.update(places=1)
    town.spot.refresh_from_db()
    first, second = (
        services.ask_placement(student, town.spot, motivation="", by=student.user)
        for student in (town.student(SIXTEEN), town.student(SIXTEEN))
    )
    services.agree_placement(first, by=town.contact)
    services.agree_placement(first, by=town.contact)
    with pytest.raises(NoPlacement):
        services.agree_placement(second, by=town.contact)
    services.decline_placement(second, by=town.contact)
    town.spot.refresh_from_db()
    third = town.student(SIXTEEN)
    with pytest.raises(NoPlacement):
        services.ask_placement(third, town.spot, motivation="", by=third.user)
    services.stop_placement(first, by=first.student.user)
    town.spot.refresh_from_db()
    assert town.spot.taken == 0
    with pytest.raises(InvalidInput):
        services.keep_spot(
            town.vacancy,
            places=0,
            supervisor_name="Ria",
            supervisor_email="ria@buurthuis.example",
            is_open=True,
            by=town.contact,
        )
