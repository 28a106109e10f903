"""What happens in the vacancy bank becomes hours: shifts that were attended, work of one day."""

from datetime import date, timedelta
from datetime import time as time_of

import pytest
from django.db import transaction

from common import clock as time
from events.services import record
from events.worker import Worker
from recognition import queries, services
from recognition.enums import HoursState, Source
from recognition.models import HourEntry
from tests.factories.matching import Town
from tests.factories.people import UserFactory
from tests.factories.recognition import organisation_with_contact, started_work
from tests.factories.schools import SchoolTown
from tests.factories.shifts import ShiftTown
from tests.vacancies.test_actions import joins
from tests.vacancies.test_actions import published as published_task
from vacancies import services as vacancies
from vacancies.enums import VacancyKind
from vacancies.events import ApplicationStarted
from vacancies.models import Application, Vacancy
from vacancies.models import HourEntry as StudentHours

pytestmark = pytest.mark.django_db


def test_a_shift_that_was_attended_is_put_forward_when_it_is_over(clock):
    town = ShiftTown()
    shift = town.shift()
    volunteer = town.volunteer()
    seat = vacancies.sign_up(shift, volunteer, by=volunteer.user)
    clock.at(shift.starts_at)
    vacancies.check_in(seat, by=town.contact)
    Worker().run_due()
    # Not before it is over: nobody knows yet how long it takes.
    assert not HourEntry.objects.exists()
    clock.at(shift.ends_at)
    Worker().run_due()
    entry = queries.to_confirm(volunteer.user).get()
    length = (shift.ends_at - shift.starts_at).total_seconds() // 60
    assert (entry.source, entry.minutes, entry.role) == (Source.SHIFT, length, town.vacancy.title)
    assert entry.organisation == town.organisation
    # Whoever was seen needs no other signature.
    services.confirm_hours(entry, by=volunteer.user)
    assert entry.state == HoursState.APPROVED
    # A check-in that was a mistake takes the hours along.
    vacancies.reopen_seat(seat, by=town.contact)
    Worker().run_due()
    entry.refresh_from_db()
    assert entry.state == HoursState.REFUSED


def test_a_check_in_taken_back_before_the_end_leaves_no_hours(clock):
    town = ShiftTown()
    shift, volunteer = town.shift(), town.volunteer()
    seat = vacancies.sign_up(shift, volunteer, by=volunteer.user)
    clock.at(shift.starts_at)
    vacancies.check_in(seat, by=town.contact)
    Worker().run_due()
    vacancies.reopen_seat(seat, by=town.contact)
    clock.at(shift.ends_at)
    Worker().run_due()
    assert not HourEntry.objects.exists()


def test_hours_of_a_one_day_action_follow_who_was_there(clock):
    town = ShiftTown()
    task = published_task(town)
    volunteer, group, ill = town.volunteer().user, UserFactory(), UserFactory()
    seats = [joins(task, volunteer), joins(task, group, size=3, group_name="De Bank"), joins(task, ill)]
    clock.at(task.starts_at)
    for seat in seats:
        vacancies.check_in_task(seat, by=town.contact)
    Worker().run_due()
    vacancies.reopen_task_seat(seats[2], by=town.contact)
    clock.at(task.ends_at - timedelta(minutes=1))
    Worker().run_due()
    assert not HourEntry.objects.exists()  # not before it is over
    assert not queries.gives_help(group)
    clock.at(task.ends_at)
    Worker().run_due()
    found = HourEntry.objects.values_list("user", "source", "minutes", "role", "organisation", "centre")
    told = (Source.ACTION, 300, task.action.title, town.organisation.pk, town.centre.pk)
    assert set(found) == {(volunteer.pk, *told), (group.pk, *told)}  # of the group: who signed it up
    assert (queries.gives_help(group), queries.gives_help(ill)) == (True, False)  # the passport opens
    assert queries.home_centre(group) == town.centre
    for user in (volunteer, group):
        services.confirm_hours(queries.to_confirm(user).get(), by=user)
        assert (queries.minutes_given(user), queries.roles_of(user)[0].name) == (300, task.action.title)
    # They turn out not to have been there: by taking the tick back, or by noting it at once.
    vacancies.reopen_task_seat(seats[0], by=town.contact)
    vacancies.miss_task(seats[1], by=town.contact)
    Worker().run_due()
    assert [queries.minutes_given(user) for user in (volunteer, group)] == [0, 0]


def test_who_was_ticked_on_a_shift_and_missed_after_all_has_no_hours(clock):
    town = ShiftTown()
    shift, volunteer = town.shift(), town.volunteer()
    seat = vacancies.sign_up(shift, volunteer, by=volunteer.user)
    clock.at(shift.starts_at)
    vacancies.check_in(seat, by=town.contact)
    Worker().run_due()
    clock.at(shift.ends_at)
    Worker().run_due()
    services.confirm_hours(HourEntry.objects.get(), by=volunteer.user)
    vacancies.mark_missed(seat, by=town.contact)
    Worker().run_due()
    assert HourEntry.objects.get().state == HoursState.REFUSED


@pytest.mark.parametrize(("still_there", "entries"), [(True, 1), (False, 0)])
def test_work_of_one_day_is_put_forward_that_evening_for_who_still_came(clock, still_there, entries):
    town = Town(volunteers=0)
    organisation, _contact = organisation_with_contact(town)
    work = started_work(UserFactory(), organisation, "Opbouw van de kermis")
    day = time.today() + timedelta(days=3)
    Vacancy.objects.filter(pk=work.vacancy_id).update(kind=VacancyKind.ONE_OFF, on_date=day, hours="2.5")
    about = {"vacancy_id": work.vacancy_id, "organisation_id": organisation.pk, "centre_id": town.centre.pk}
    with transaction.atomic():
        record(ApplicationStarted(application_id=work.pk, user_id=work.user_id, **about))
    Worker().run_due()
    if not still_there:
        Application.objects.filter(pk=work.pk).update(state="ended")
    assert not HourEntry.objects.exists()
    clock.forward(days=4)
    Worker().run_due()
    found = list(HourEntry.objects.values_list("day", "minutes", "role"))
    assert found == [(day, 150, "Opbouw van de kermis")] * entries


def test_hours_that_a_supervisor_signed_count_in_the_passport_of_the_student(clock):
    town = SchoolTown()
    student = town.student(date(2009, 4, 1))
    placement = town.placement(student)
    assert not queries.gives_help(student.user)
    days = [(date(2025, 6, 2), time_of(15), time_of(17)), (date(2025, 6, 1), time_of(10), time_of(12))]
    first, second = (
        StudentHours.objects.create(placement=placement, day=day, begins=begins, ends=ends)
        for day, begins, ends in days
    )
    vacancies.sign_hours(first, right=True, by=town.contact)
    vacancies.sign_hours(second, right=False, by=town.contact)
    Worker().run_due()
    entry = HourEntry.objects.get()
    assert (entry.source, entry.source_id, entry.minutes) == (Source.PLACEMENT, first.pk, 120)
    assert (entry.state, entry.with_whom) == (HoursState.APPROVED, town.organisation.name)
    assert not queries.to_confirm(student.user).exists()  # nothing is asked again
    assert [work.name for work in queries.roles_of(student.user)] == [town.vacancy.title]
    assert queries.gives_help(student.user)  # the passport opens
    again = services.keep_signed_hours(
        student.user,
        source=Source.PLACEMENT,
        source_id=first.pk,
        centre=town.centre,
        organisation=town.organisation,
        day=first.day,
        minutes=60,
        role="Anders",
    )
    assert again == entry


@pytest.mark.parametrize(("before", "state"), [(1320, HoursState.APPROVED), (1321, HoursState.PROPOSED)])
def test_signed_hours_on_a_day_that_is_full_are_put_before_the_student(clock, before, state):
    town = SchoolTown()
    user, day = UserFactory(), date(2025, 6, 2)
    HourEntry.objects.create(user=user, centre=town.centre, day=day, minutes=before, state=HoursState.WAITING)
    kept = services.keep_signed_hours(
        user,
        source=Source.PLACEMENT,
        source_id=town.vacancy.pk,
        centre=town.centre,
        organisation=town.organisation,
        day=day,
        minutes=120,
        role="Gastheer",
    )
    assert kept.state == state
