"""Two at once in the vacancy bank: one answer of one person, one decision about one vacancy."""

from datetime import date
from unittest import mock
from uuid import UUID

import pytest

from common import clock
from events.models import EventRecord
from people.models import User
from tests.concurrency.racing import race
from tests.factories.people import CoordinatorFactory, UserFactory
from tests.factories.schools import SchoolTown
from tests.factories.vacancies import draft, make_bank, published
from vacancies import services
from vacancies.enums import ALL_VACANCY_CHECKS, VacancyState
from vacancies.models import Application, Vacancy
from vacancies.services import importing, life

pytestmark = pytest.mark.django_db(transaction=True)


def told(kind: str) -> int:
    return EventRecord.objects.filter(type=f"vacancies.{kind}").count()


def waiting() -> tuple[Vacancy, list]:
    """A vacancy with the centre, and what coordinators are about to do with it."""
    bank = make_bank()
    vacancy = services.submit_vacancy(draft(bank), by=bank.manager)
    return vacancy, [CoordinatorFactory(bank.centre).pk for _ in range(6)]


def decide(coordinator_id) -> None:
    """Half of them publish, the others send it back."""
    vacancy, by = Vacancy.objects.get(), User.objects.get(pk=coordinator_id)
    if coordinator_id.int % 2:
        services.publish_vacancy(vacancy, checks=ALL_VACANCY_CHECKS, by=by)
    else:
        services.send_back_vacancy(vacancy, note="Wat precies?", by=by)


def test_a_button_pressed_twelve_times_is_one_answer():
    vacancy, person = published(make_bank()), UserFactory()

    def answer(user_id) -> None:
        services.send_application(vacancy, message="Graag", by=User.objects.get(pk=user_id))

    assert race([person.pk] * 12, answer) == {"won": 12}
    assert Application.objects.count() == told("application_sent") == 1


def test_one_decision_wins():
    vacancy, coordinators = waiting()
    assert race(coordinators, decide) == {"won": 1, "InvalidTransition": 5}
    assert told("published") + told("sent_back") == 1
    vacancy.refresh_from_db()
    assert (vacancy.state == VacancyState.PUBLISHED) == (told("published") == 1)


def test_without_the_lock_and_the_compare_and_swap_the_race_shows():
    _vacancy, coordinators = waiting()

    def careless(row, to, **changes) -> None:
        Vacancy.objects.filter(pk=row.pk).update(state=to, **changes)

    stale = Vacancy.objects.select_related("organisation", "centre").get()
    with (
        mock.patch.object(life, "lock_vacancy", return_value=stale),
        mock.patch.object(life, "swap_vacancy", careless),
    ):
        assert race(coordinators, decide)["won"] > 1


def test_a_student_who_taps_twice_is_in_the_class_once():
    town, user = SchoolTown(), UserFactory()
    code, born = town.school_class.code, date(clock.today().year - 17, 1, 1)
    outcomes = race(
        [user.pk] * 4, lambda pk: services.join_class(code, born=born, by=User.objects.get(pk=pk))
    )
    assert outcomes == {"won": 4}
    assert user.student.school_class == town.school_class


def test_a_table_that_is_sent_twice_at_once_is_kept_once():
    bank = make_bank()
    table = "titel;postcode\nTuinhulp;3431 AB\nKookhulp;3431 AB\nTaalmaatje;3431 AB\n"

    def keep(manager_id: UUID) -> None:
        by = User.objects.get(pk=manager_id)
        importing.import_vacancies(bank.organisation, table, dry_run=False, by=by)

    assert race([bank.manager.pk] * 4, keep) == {"won": 4}
    assert Vacancy.objects.count() == 3
