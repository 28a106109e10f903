"""The life of a vacancy: every step of the table and no other, timers, the centre's list."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from common.errors import Forbidden, InvalidInput, InvalidTransition
from common.workdays import after_workdays, easter, holidays, is_workday
from events.models import EventRecord
from events.worker import Worker
from tests.factories.people import CoordinatorFactory, UserFactory
from tests.factories.vacancies import Bank, contact_of, draft, make_bank, published
from vacancies import services
from vacancies.enums import (
    ALL_VACANCY_CHECKS,
    VACANCY_STEPS,
    Accessibility,
    VacancyCheck,
    VacancyKind,
    VacancyState,
)
from vacancies.errors import ChecksMissing, OrganisationNotApproved
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db
V = VacancyState


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


def test_a_vacancy_goes_from_draft_to_published_and_round(bank):
    vacancy = draft(bank)
    assert (vacancy.state, vacancy.is_public) == (V.DRAFT, False)
    assert vacancy.district == bank.centre.districts.get()
    assert Vacancy.objects.values_list("contact_name", flat=True).get() == "Ria de Boer"
    services.submit_vacancy(vacancy, by=bank.manager)
    with pytest.raises(InvalidInput):
        services.send_back_vacancy(vacancy, note="  ", by=bank.coordinator)
    back = services.send_back_vacancy(vacancy, note="Wat is de taak precies?", by=bank.coordinator)
    assert (back.state, back.review_note) == (V.DRAFT, "Wat is de taak precies?")
    services.submit_vacancy(vacancy, by=bank.manager)
    vacancy = services.publish_vacancy(vacancy, checks=ALL_VACANCY_CHECKS, by=bank.coordinator)
    assert vacancy.is_public
    assert (vacancy.expires_on, vacancy.reviewed_by) == (date(2025, 12, 2), bank.coordinator)
    for verb, state in (
        (services.pause_vacancy, V.PAUSED),
        (services.resume_vacancy, V.PUBLISHED),
        (services.fill_vacancy, V.FILLED),
        (services.resume_vacancy, V.PUBLISHED),
        (services.close_vacancy, V.CLOSED),
    ):
        assert verb(vacancy, by=bank.manager).state == state
    types = [each.removeprefix("vacancies.") for each in EventRecord.objects.values_list("type", flat=True)]
    assert types.count("state_changed") == 5
    assert types.count("sent_back") == types.count("published") == 1


def test_every_check_is_needed_and_only_the_centre_ticks(bank):
    vacancy = services.submit_vacancy(draft(bank), by=bank.manager)
    for missing in VacancyCheck:
        with pytest.raises(ChecksMissing):
            services.publish_vacancy(
                vacancy, checks=ALL_VACANCY_CHECKS & ~(1 << missing.bit), by=bank.coordinator
            )
    for other in (bank.manager, UserFactory(), CoordinatorFactory()):
        with pytest.raises(Forbidden):
            services.publish_vacancy(vacancy, checks=ALL_VACANCY_CHECKS, by=other)
    assert Vacancy.objects.get().state == V.REVIEW


def test_what_is_not_in_the_table_is_refused(bank):
    """Each verb from each state: it works exactly where the table has the step."""
    verbs = {
        services.submit_vacancy: V.REVIEW,
        services.pause_vacancy: V.PAUSED,
        services.fill_vacancy: V.FILLED,
        services.close_vacancy: V.CLOSED,
    }
    vacancy = published(bank)
    for state, (verb, to) in product(VacancyState, verbs.items()):
        Vacancy.objects.filter(pk=vacancy.pk).update(state=state)
        if to in VACANCY_STEPS[state]:
            assert verb(vacancy, by=bank.manager).state == to
        else:
            with pytest.raises(InvalidTransition):
                verb(vacancy, by=bank.manager)


def test_a_term_ends_by_itself_unless_it_was_renewed(bank, clock):
    kept, left = published(bank), published(bank)
    assert EventRecord.objects.filter(type="vacancies.expiry_soon").count() == 2
    clock.forward(days=100)
    kept = services.renew_vacancy(kept, by=bank.manager)
    clock.forward(days=83)
    Worker().run_due()
    kept.refresh_from_db(), left.refresh_from_db()
    assert (kept.state, left.state) == (V.PUBLISHED, V.EXPIRED)
    with pytest.raises(InvalidTransition):
        services.resume_vacancy(left, by=bank.manager)
    again = services.renew_vacancy(left, by=bank.manager)
    assert (again.state, again.renewals) == (V.PUBLISHED, 2)


def test_what_happens_once_is_not_shown_after_its_day(bank, clock):
    day = date(2025, 6, 10)
    once = published(bank, kind=VacancyKind.ONE_OFF, on_date=day, hours=Decimal(30))
    assert once.expires_on == day
    clock.forward(days=8)
    Worker().run_due()
    with pytest.raises(InvalidInput) as refusal:
        services.renew_vacancy(once, by=bank.manager)
    assert refusal.value.field == "on_date"


def test_changed_words_go_back_to_the_centre_and_changed_moments_do_not(bank):
    vacancy = published(bank)
    assert services.edit_vacancy(vacancy, by=bank.manager, dayparts=1, wanted=3).state == V.PUBLISHED
    assert services.edit_vacancy(vacancy, by=bank.coordinator, title="Gastvrouw").state == V.PUBLISHED
    changed = services.edit_vacancy(vacancy, by=bank.manager, task="Iets heel anders dan eerst.")
    assert (changed.state, changed.checks) == (V.REVIEW, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "), ("hours", Decimal("20.5")), ("hours", Decimal(0)), ("wanted", 0),
        ("minimum_age", 45), ("dayparts", 1 << 21), ("accessibility", 1 << len(Accessibility)),
        ("category", "war"), ("postcode", "9999ZZ"), ("contact_email", "geen adres"),
        ("contact_phone", "12"), ("task", "x" * 3001), ("ends_on", date(2025, 6, 2)),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_where_it_stands(bank, field, value):
    with pytest.raises(InvalidInput) as refusal:
        draft(bank, **{field: value})
    assert refusal.value.field == field
    assert not Vacancy.objects.exists()


@pytest.mark.parametrize("field", ["task", "category", "contact_name", "contact_email", "postcode"])
def test_an_unfinished_draft_is_kept_and_not_sent(bank, field):
    vacancy = draft(bank, **{field: ""})
    with pytest.raises(InvalidInput) as refusal:
        services.submit_vacancy(vacancy, by=bank.manager)
    assert refusal.value.field == field


def test_only_contacts_of_an_organisation_that_takes_part_write_for_it(bank):
    other = make_bank(centre=bank.centre, name="Een ander")
    for stranger in (UserFactory(), other.manager, CoordinatorFactory()):
        with pytest.raises(Forbidden):
            services.draft_vacancy(bank.organisation, by=stranger, title="Van een ander")
    colleague = contact_of(bank.organisation)
    vacancy = services.submit_vacancy(draft(bank), by=colleague)
    services.suspend_organisation(bank.organisation, note="Klachten", by=bank.coordinator)
    with pytest.raises(OrganisationNotApproved):
        services.publish_vacancy(vacancy, checks=ALL_VACANCY_CHECKS, by=bank.coordinator)
    with pytest.raises(Forbidden):
        services.edit_vacancy(vacancy, by=colleague, title="Nieuw")


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter(year, day):
    assert easter(year) == day


def test_working_days_know_the_dutch_holidays():
    assert date(2025, 5, 5) in holidays(2025)  # Liberation Day: once in five years
    assert date(2026, 5, 5) not in holidays(2026)
    assert date(2025, 4, 26) in holidays(2025)  # the 27th was a Sunday
    assert not is_workday(date(2025, 4, 21))  # Easter Monday
    assert not is_workday(date(2025, 6, 9))  # Whit Monday
    assert after_workdays(date(2025, 6, 6), 1) == date(2025, 6, 10)
    assert after_workdays(date(2025, 12, 24), 2) == date(2025, 12, 30)
    with pytest.raises(ValueError):
        after_workdays(date(2025, 1, 1), 0)
    assert all(after_workdays(day := date(2025, 1, 1) + timedelta(n), 5) > day for n in range(0, 365, 7))
