"""The outbox: queued with the change, sent once, retried, given up in plain sight."""

import threading
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from common import clock as project_clock
from common.errors import InvalidTransition
from events.models import EventRecord
from events.registry import handlers_of
from notifications import mail as outbox
from notifications.mail import CLAIM, KEPT, MAX_ATTEMPTS, Postman, forget_old_mails, send_mail, try_again
from notifications.models import OutgoingMail
from tests.concurrency.racing import race
from tests.factories.people import UserFactory

pytestmark = pytest.mark.usefixtures("outbox_in_earnest")
MARK = "Kersenbloesem7"
State = OutgoingMail.State


class Broken(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, messages):
        raise SMTPServerDisconnected(f"refused {MARK}")


@pytest.fixture
def broken(settings) -> None:
    settings.MAIL_DELIVERY = {"EMAIL_BACKEND": f"{__name__}.Broken"}


def queue(subject: str = "Een vraag") -> OutgoingMail:
    before = list(OutgoingMail.objects.values_list("pk", flat=True))
    EmailMessage(subject, f"Beste {MARK}", to=["riet@voorbeeld.nl"]).send()
    return OutgoingMail.objects.exclude(pk__in=before).get()


def wait_for_the_postman() -> None:
    for thread in threading.enumerate():
        if thread.name == "postman":
            thread.join(60)


@pytest.mark.django_db
class TestQueueing:
    def test_sending_only_queues(self):
        assert queue().state == State.QUEUED
        assert mail.outbox == []

    def test_it_rolls_back_with_the_change_it_belongs_to(self):
        with transaction.atomic():
            queue()
            transaction.set_rollback(True)
        assert not OutgoingMail.objects.exists()
        assert not EventRecord.objects.filter(type="notifications.mail_queued").exists()

    def test_content_is_unreadable_in_the_database_and_absent_from_the_event(self):
        queued = queue(MARK)
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM notifications_outgoingmail")
            stored = str(cursor.fetchall())
        event = EventRecord.objects.get(type="notifications.mail_queued")
        assert queued.content["subject"] == MARK
        assert MARK not in stored
        assert "riet" not in stored
        assert event.payload == {"mail_id": str(queued.pk)}

    def test_an_attachment_is_refused_and_not_lost_silently(self):
        message = EmailMessage("a", "b", to=["riet@voorbeeld.nl"])
        message.attach("a.txt", "a")
        with pytest.raises(ValueError, match="attachments"):
            message.send()


@pytest.mark.django_db
class TestSending:
    def test_it_arrives_as_it_was_written_and_nothing_of_it_stays(self):
        message = EmailMultiAlternatives(
            "Een vraag",
            "platte tekst",
            "van@voorbeeld.nl",
            ["aan@voorbeeld.nl"],
            bcc=["blind@voorbeeld.nl"],
            cc=["mee@voorbeeld.nl"],
            reply_to=["antwoord@voorbeeld.nl"],
            headers={"X-Soort": "proef"},
        )
        message.attach_alternative("<p>opgemaakt</p>", "text/html")
        message.send()
        queued = OutgoingMail.objects.get()
        assert send_mail(queued.pk)
        (sent,) = mail.outbox
        queued.refresh_from_db()
        assert (sent.subject, sent.body, sent.from_email) == ("Een vraag", "platte tekst", "van@voorbeeld.nl")
        assert sent.recipients() == ["aan@voorbeeld.nl", "mee@voorbeeld.nl", "blind@voorbeeld.nl"]
        assert sent.reply_to == ["antwoord@voorbeeld.nl"]
        assert sent.alternatives[0][0] == "<p>opgemaakt</p>"
        assert sent.extra_headers["X-Soort"] == "proef"
        assert (queued.state, queued.content) == (State.SENT, None)

    def test_it_is_sent_once(self):
        queued = queue()
        assert [send_mail(queued.pk), send_mail(queued.pk)] == [True, False]
        assert len(mail.outbox) == 1

    def test_a_failure_waits_longer_every_time_and_then_stands_as_failed(self, broken, clock):
        queued = queue()
        waits = []
        for _attempt in range(MAX_ATTEMPTS):
            assert not send_mail(queued.pk)
            queued.refresh_from_db()
            waits.append(queued.ready_at - clock.now())
            clock.at(queued.ready_at)
        assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
        assert max(waits) == timedelta(hours=1)
        assert (queued.state, queued.last_error) == (State.FAILED, "SMTPServerDisconnected")
        assert not send_mail(queued.pk)

    def test_the_log_tells_of_trouble_without_the_servers_words(self, broken, caplog, capsys):
        send_mail(queue().pk)
        told = caplog.text + capsys.readouterr().err
        assert "mail_not_sent" in told
        assert MARK not in told

    def test_a_copy_after_a_kill_bears_the_same_message_id(self, clock, monkeypatch):
        queued = queue()
        monkeypatch.setattr(outbox, "_deliver", killed_after(outbox._deliver))
        with pytest.raises(KeyboardInterrupt):
            send_mail(queued.pk)
        monkeypatch.undo()
        clock.forward(seconds=CLAIM.total_seconds() - 1)
        assert not send_mail(queued.pk)
        clock.forward(seconds=1)
        assert send_mail(queued.pk)
        first, second = mail.outbox
        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]

    def test_what_was_given_up_can_be_tried_again_once(self, clock):
        queued = queue()
        OutgoingMail.objects.update(state=State.FAILED, attempts=MAX_ATTEMPTS)
        try_again(queued)
        assert send_mail(queued.pk)
        with pytest.raises(InvalidTransition):
            try_again(queued)

    def test_old_shells_and_old_failures_are_forgotten(self, clock):
        sent, failed, waiting = queue(), queue(), queue()
        send_mail(sent.pk)
        OutgoingMail.objects.filter(pk=failed.pk).update(state=State.FAILED)
        assert forget_old_mails() == 0
        clock.forward(seconds=KEPT.total_seconds() + 1)
        assert forget_old_mails() == 2
        assert OutgoingMail.objects.get() == waiting


def killed_after(deliver):
    """As if the process died between the server's answer and our note."""

    def delivered_and_killed(queued):
        deliver(queued)
        raise KeyboardInterrupt

    return delivered_and_killed


@pytest.mark.django_db(transaction=True)
class TestSideBySide:
    def test_two_workers_send_one(self):
        queued = queue()
        outcomes = race([queued.pk] * 6, send_mail)
        assert outcomes["won"] == 6  # nobody fails
        assert len(mail.outbox) == 1

    def test_a_mail_server_that_does_not_answer_holds_up_nobody(self, monkeypatch):
        busy, answer = threading.Event(), threading.Event()

        def wait_for_answer(queued):
            busy.set()
            assert answer.wait(60)

        monkeypatch.setattr(outbox, "_deliver", wait_for_answer)
        ids = {queue().pk, queue().pk}
        wait_for_the_postman()  # one of an earlier test
        postman = Postman()
        postman.call()
        assert busy.wait(60)
        postman.call()  # returns at once, and no second thread starts
        assert [thread.name for thread in threading.enumerate()].count("postman") == 1
        assert not postman.stop(0.05)
        answer.set()
        assert postman.stop(60)
        sent = OutgoingMail.objects.filter(state=State.SENT)
        assert sent.count() == 1  # the one in hand was finished, no other begun
        assert set(OutgoingMail.objects.values_list("pk", flat=True)) == ids

    def test_the_postman_sends_all_that_waits_and_goes_home(self):
        queue(), queue()
        postman = Postman()
        postman.call()
        wait_for_the_postman()
        assert len(mail.outbox) == 2
        queue()
        postman.call()  # and comes back
        wait_for_the_postman()
        assert len(mail.outbox) == 3

    def test_queueing_calls_the_postman_after_the_handler_has_committed(self, monkeypatch):
        called = []
        monkeypatch.setattr("notifications.receivers.postman.call", lambda: called.append(1))
        queued = queue()
        (handler,) = handlers_of("notifications.mail_queued")
        record = EventRecord.objects.get(type="notifications.mail_queued")
        with transaction.atomic():
            handler.function(record.event, record)
            assert called == []
        assert called == [1]
        assert queued.ready_at <= project_clock.now()


@pytest.mark.django_db
class TestAdmin:
    LIST = "admin:notifications_outgoingmail_changelist"

    @pytest.fixture
    def failed(self) -> OutgoingMail:
        queued = queue(MARK)
        OutgoingMail.objects.update(state=State.FAILED, last_error="SMTPServerDisconnected")
        return queued

    def client(self, *permissions: str) -> Client:
        user = UserFactory(is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_a_failure_is_seen_and_its_content_is_not(self, failed):
        client = self.client("view_outgoingmail")
        listed = client.get(reverse(self.LIST)).content.decode()
        detail = client.get(reverse("admin:notifications_outgoingmail_change", args=[failed.pk]))
        assert "SMTPServerDisconnected" in listed
        assert detail.status_code == 200
        assert MARK not in listed + detail.content.decode()

    @pytest.mark.parametrize(
        ("permissions", "state"),
        [
            (("view_outgoingmail",), State.FAILED),
            (("view_outgoingmail", "change_outgoingmail"), State.QUEUED),
        ],
    )
    def test_only_who_may_change_sends_again(self, failed, permissions, state):
        chosen = {"action": "send_again", "_selected_action": [str(failed.pk)]}
        self.client(*permissions).post(reverse(self.LIST), chosen)
        failed.refresh_from_db()
        assert failed.state == state
