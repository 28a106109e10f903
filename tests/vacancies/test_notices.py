"""Who hears what of vacancies: in the list and by mail, the right side and nobody else."""

from datetime import date, timedelta

import pytest
from django.core import mail

from events.worker import Worker
from notifications.models import Notice, OutgoingMail
from people.models import RoleGrant
from people.services import end_role, erase_self, suspend_user
from recognition.services import enter_hours
from tests.factories.people import CoordinatorFactory, UserFactory
from tests.factories.schools import SchoolTown
from tests.factories.vacancies import Bank, contact_of, draft, make_bank, published
from tests.vacancies.test_actions import published as published_task
from vacancies import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


def heard() -> set[tuple[str, str]]:
    """Who has which notice; what was told before is forgotten."""
    Worker().run_due()
    found = {(notice.user.name, notice.kind) for notice in Notice.objects.select_related("user")}
    Notice.objects.all().delete()
    return found


def test_every_step_is_told_to_the_side_that_did_not_take_it(client, bank, clock, outbox):
    person = UserFactory(name="Noor")
    type(person).objects.filter(pk=bank.manager.pk).update(name="Contact")
    type(person).objects.filter(pk=bank.coordinator.pk).update(name="Balie")
    heard()
    vacancy = services.submit_vacancy(draft(bank), by=bank.manager)
    assert ("Balie", "vacancy_waits") in heard()
    services.send_back_vacancy(vacancy, note="Wat precies?", by=bank.coordinator)
    assert heard() == {("Contact", "vacancy_sent_back")}
    vacancy = published(bank)
    assert ("Contact", "vacancy_published") in heard()
    OutgoingMail.objects.all().delete()
    answer = services.send_application(vacancy, message="Graag", by=person)
    assert heard() == {("Contact", "vacancy_answered")}
    mailed = outbox.take()
    assert mailed.to == [bank.manager.email]
    assert "Graag" not in mailed.body
    assert "Noor" not in mailed.body
    services.note_read(answer, by=bank.manager)
    assert heard() == {("Noor", "answer_read")}
    clock.at(clock.now() + timedelta(days=10))
    assert heard() == {("Contact", "answer_waits")}
    clock.at(clock.now() + timedelta(days=10))
    assert heard() == {("Balie", "organisation_silent")}
    services.add_note(answer, text="Bel je?", by=person)
    assert heard() == {("Contact", "word_of_volunteer")}
    services.add_note(answer, text="Twijfel", shared=False, by=bank.manager)
    assert heard() == set()
    services.move_application(answer, to="conversation", by=bank.manager)
    services.start_application(answer, by=bank.manager)
    assert heard() == {("Noor", "answer_moved"), ("Noor", "answer_started")}
    services.withdraw_application(answer, by=person)
    assert heard() == {("Contact", "answer_withdrawn")}


def test_a_notice_leads_to_its_page(client, bank):
    person = UserFactory()
    answer = services.send_application(published(bank), message="", by=person)
    services.note_read(answer, by=bank.manager)
    services.suspend_organisation(bank.organisation, note="Klachten", by=bank.coordinator)
    services.approve_organisation(bank.organisation, checks=0b11111, by=bank.coordinator)
    Worker().run_due()
    for user in (person, bank.manager, bank.coordinator):
        client.force_login(user)
        for notice in Notice.objects.filter(user=user):
            page = client.get(client.get(f"/berichten/{notice.pk}/").url)
            assert page.status_code == 200, notice.kind


def test_the_centre_hears_for_an_organisation_with_nobody_left_and_names_somebody(client, bank, clock):
    """Answers, shifts given up, actions, placements and hours: each once in the list, by mail once a day."""
    town = SchoolTown.of(bank.organisation)
    type(bank.coordinator).objects.filter(pk=bank.coordinator.pk).update(name="Balie")
    desk, review = f"/organisatie/{bank.organisation.pk}/", "/balie/vacatures/"
    client.force_login(bank.coordinator)
    assert "zonder contactpersoon" not in client.get(review).content.decode()
    volunteer, student = town.volunteer(), town.student(date(2009, 4, 1))
    seat = services.sign_up(town.shift(), volunteer, by=volunteer.user)
    action = published_task(town).action
    RoleGrant.objects.filter(user=town.coordinator).delete()  # who made all this
    for grant in RoleGrant.objects.filter(organisation=bank.organisation).exclude(user=bank.manager):
        end_role(grant, by=bank.manager)
    assert "nobody_left" not in {kind for _name, kind in heard()}  # one is left
    suspend_user(bank.manager, by=bank.coordinator)
    mail.outbox.clear()
    assert heard() == {("Balie", "nobody_left")}
    services.give_up(seat, by=volunteer.user)
    services.ask_placement(student, town.spot, motivation="Ik help graag.", by=student.user)
    enter_hours(
        volunteer.user, organisation=bank.organisation, day=date(2025, 6, 2), minutes=60, by=volunteer.user
    )
    Worker().run_due()
    asked = {notice.kind: notice for notice in Notice.objects.filter(user=bank.coordinator)}
    assert set(asked) == {"shift_for_nobody", "news_for_nobody", "hours_waiting"}
    assert [each.to for each in mail.outbox if "niemand meer" in each.subject] == [[bank.coordinator.email]]
    pages = [client.get(f"/berichten/{each.pk}/").url for each in asked.values()]
    named = f"/team/{bank.organisation.pk}/#invite-title"
    action_desk = f"/acties/{action.pk}/beheer/"
    for page in (desk, review, action_desk, *(each for each in pages if "uren" not in each)):
        shown = client.get(page)
        assert (shown.status_code, named in shown.content.decode()) == (200, True), page
    heard()
    clock.forward(days=1)
    services.send_application(town.vacancy, message="", by=UserFactory())
    assert heard() == {("Balie", "answer_for_nobody")}
    assert len([each for each in mail.outbox if "niemand meer" in each.subject]) == 2
    new = contact_of(bank.organisation)
    assert named not in client.get(desk).content.decode()
    services.send_application(town.vacancy, message="", by=UserFactory())
    assert heard() == {(new.name, "vacancy_answered")}


def test_what_the_centre_did_itself_is_news_to_its_others_only(bank):
    """It asks to change a vacancy of an organisation with nobody there: who asks knows; nothing came in."""
    vacancy = services.submit_vacancy(draft(bank), by=bank.manager)
    CoordinatorFactory(bank.centre, name="Collega")
    RoleGrant.objects.filter(organisation=bank.organisation).delete()
    heard()
    mail.outbox.clear()
    services.send_back_vacancy(vacancy, note="Wat precies?", by=bank.coordinator)
    assert heard() == {("Collega", "vacancy_for_nobody")}
    assert not mail.outbox


def test_a_renewed_vacancy_is_not_said_to_expire(bank, clock):
    kept, left = published(bank), published(bank)
    heard()
    clock.forward(days=100)
    services.renew_vacancy(kept, by=bank.manager)
    clock.forward(days=70)
    Worker().run_due()
    told = Notice.objects.filter(kind="vacancy_expires").values_list("object_id", flat=True)
    assert list(told) == [left.pk]
    assert contact_of(bank.organisation) not in [each.user for each in Notice.objects.all()]


def test_who_was_the_contact_is_erased_and_somebody_still_hears(client, bank, clock, outbox):
    """The organisation and its centre are asked for another; its general contact stands there until then."""
    person, again = UserFactory(name="Noor"), UserFactory(name="Sem")
    ria = UserFactory(email="ria@buurthuis.example")
    type(ria).objects.filter(pk=bank.manager.pk).update(name="Contact")
    type(ria).objects.filter(pk=bank.coordinator.pk).update(name="Balie")
    vacancy, closed, other = published(bank), published(bank), published(bank, contact_email="jo@kom.example")
    services.close_vacancy(closed, by=bank.manager)
    answer = services.send_application(vacancy, message="Graag", by=person)
    services.note_read(answer, by=bank.manager)
    services.add_note(answer, text="Welkom", by=bank.manager)
    heard()
    OutgoingMail.objects.all().delete()
    erase_self(ria)
    assert heard() == {("Contact", "contact_lost"), ("Balie", "contact_lost_there")}
    assert outbox.take().to == [bank.manager.email]
    public = client.get(f"/vacatures/{vacancy.pk}/").content.decode()
    assert ("Ria de Boer" in public, "info@buurthuis.example" in public) == (False, True)
    assert "Ria de Boer" in client.get(f"/vacatures/{other.pk}/").content.decode()
    client.force_login(person)
    assert "info@buurthuis.example" in client.get(f"/mijn-aanmeldingen/{answer.pk}/").content.decode()
    client.force_login(bank.manager)
    desk = f"/organisatie/vacatures/{vacancy.pk}/"
    assert "geen contactpersoon meer" in client.get(desk).content.decode()
    services.edit_vacancy(vacancy, contact_name="Jo", contact_email="jo@kom.example", by=bank.manager)
    vacancy.refresh_from_db()
    assert (vacancy.reach.name, vacancy.state) == ("Jo", "published")  # at once: the centre need not look
    assert "geen contactpersoon meer" not in client.get(desk).content.decode()
    # The last contact leaves as well: answers reach the centre.
    OutgoingMail.objects.all().delete()
    erase_self(bank.manager)
    assert heard() == {("Balie", "nobody_left")}
    assert outbox.take().to == [bank.coordinator.email]
    last = services.send_application(vacancy, message="Ik ook", by=again)
    assert heard() == {("Balie", "answer_for_nobody")}
    assert services.add_note(last, text="We bellen je.", by=bank.coordinator)
    type(bank.organisation).objects.update(email="", phone="")
    for each in (vacancy, other):
        each.refresh_from_db()
    type(vacancy).objects.filter(pk=vacancy.pk).update(contact_name="")
    assert type(vacancy).objects.get(pk=vacancy.pk).reach.name == bank.centre.name
