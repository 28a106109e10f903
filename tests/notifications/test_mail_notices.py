"""Short mails: to whom, in which language, never with what."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from events.models import EventRecord
from events.worker import Worker
from help_requests.services import open_request, send_back
from matching.services import accept_offer, agree_to_volunteer, ask_volunteer
from notifications import receivers
from notifications.models import OutgoingMail
from notifications.queries import wants_mail
from notifications.services import choose_mail
from people.enums import Language
from people.services import accounts
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.matching import Town
from tests.factories.people import RepresentativeFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db
NAME, STREET, TEXT = "Wilhelmina Zilverspar", "Goudenregenlaan", "Mijn kat Minoes moet naar de dierenarts."


def resident_of(town: Town, **fields):
    address = {"street": STREET, "house_number": "12", "postcode": "3431AB", "city": "Nieuwegein"}
    return ResidentFactory(centre=town.centre, name=NAME, address=address, **fields)


def approve(town: Town, **resident) -> None:
    request = HelpRequestFactory(resident=resident_of(town, **resident), description=TEXT)
    mail.outbox.clear()
    open_request(request, by=town.coordinator, summary="Iemand naar de dierenarts brengen.")
    Worker().run_due()


def test_a_volunteer_is_told_that_there_is_a_question_and_not_what(town):
    volunteer = town.volunteers[0]
    offer = ask_volunteer(town.request, volunteer, by=town.coordinator)
    town.settle()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([volunteer.user.email], "Er is een vraag voor je")
    assert f"{settings.BASE_URL}{reverse('offer', args=[offer.pk])}" in sent.body
    holds_nothing_of(sent, town.request.description, town.request.summary, town.request.resident.name)


def holds_nothing_of(sent, *texts: str) -> None:
    whole = f"{sent.subject} {sent.body} {sent.extra_headers}"
    assert [text for text in texts if text in whole] == []


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        ({"email": "riet@voorbeeld.nl"}, "Uw vraag is goedgekeurd"),
        (
            {"email": "riet@voorbeeld.nl", "languages": Language.to_mask([Language.ENGLISH])},
            "Your question has been approved",
        ),
    ],
)
def test_a_resident_with_only_an_address_gets_it_in_a_language_they_know(town, fields, subject):
    approve(town, **fields)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["riet@voorbeeld.nl"], subject)
    holds_nothing_of(sent, NAME, "Wilhelmina", STREET, TEXT, "Minoes")


def test_without_an_address_nothing_is_sent(town):
    approve(town)
    assert mail.outbox == []


def test_an_account_is_mailed_at_its_own_address_in_its_own_language(town):
    approve(town, email="oud@voorbeeld.nl", user=UserFactory(email="nieuw@voorbeeld.nl", language="en"))
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["nieuw@voorbeeld.nl"], "Your question has been approved")
    assert reverse("inbox") in sent.body


def test_sent_back_proposed_and_agreed(town):
    acting = RepresentativeFactory(resident=town.request.resident).user
    resident = town.request.resident
    resident.any_screened_volunteer = False
    resident.save()
    send_back(HelpRequestFactory(resident=resident), by=town.coordinator, note="Welke dag past u?")
    town.settle()
    assert {(*sent.to, sent.subject) for sent in mail.outbox} == {
        (town.resident_user.email, "Wij hebben een vraag aan u"),
        (acting.email, "Wij hebben een vraag aan u"),
    }
    offer = ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    assignment = accept_offer(offer, by=offer.volunteer.user)
    town.settle()
    agree_to_volunteer(assignment, by=town.resident_user)
    town.settle()
    to_resident = [sent.subject for sent in mail.outbox if sent.to == [town.resident_user.email]]
    assert to_resident[1:] == ["Een vrijwilliger wil u helpen", "Er is een vrijwilliger voor u gevonden"]


def test_who_said_no_gets_none_until_they_say_yes_again(town):
    volunteer, other = town.volunteers
    client = Client()
    client.force_login(volunteer.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Liever geen e-mail" in client.get(reverse("inbox")).content.decode()
    client.post(reverse("mail-preference"), {"mail": "off"})
    assert not wants_mail(volunteer.user)
    assert "Ja, graag ook een e-mail" in client.get(reverse("inbox")).content.decode()
    for asked in (volunteer, other):
        ask_volunteer(town.request, asked, by=town.coordinator)
    town.settle()
    assert [sent.to for sent in mail.outbox] == [[other.user.email]]
    client.post(reverse("mail-preference"), {"mail": "on"})
    assert wants_mail(volunteer.user)


def test_the_choice_is_ones_own(town):
    one, other = (volunteer.user for volunteer in town.volunteers)
    choose_mail(one, wanted=False)
    assert wants_mail(other)


def test_a_suspended_person_gets_none(town):
    volunteer = town.volunteers[0]
    ask_volunteer(town.request, volunteer, by=town.coordinator)
    accounts.suspend_user(volunteer.user, by=None)
    town.settle()
    assert mail.outbox == []


def test_a_handler_that_fails_halfway_queues_one_mail(town, outbox_in_earnest, monkeypatch, clock):
    queued = receivers.mail_volunteer
    failures = [RuntimeError("after queueing")]

    def troubled(*args):
        queued(*args)
        if failures:
            raise failures.pop()

    monkeypatch.setattr(receivers, "mail_volunteer", troubled)
    ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    Worker().run_due()
    assert not OutgoingMail.objects.exists()
    clock.forward(seconds=10)
    Worker().run_due()
    Worker().run_due()
    assert OutgoingMail.objects.count() == 1
    assert EventRecord.objects.filter(type="notifications.mail_queued").count() == 1


def test_the_page_itself_says_neither_je_nor_u_to_who_may_be_both(client):
    client.force_login(UserFactory())
    for _ in range(2):
        page = client.get(reverse("inbox")).content.decode()
        words = set(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0])))
        assert not words & {"u", "U", "uw", "Uw", "je", "Je", "jou", "jouw"}
        client.post(reverse("mail-preference"), {"mail": "off"})
