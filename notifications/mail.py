"""Mail goes through the database: queued in the user's transaction, sent by the worker's process.

No request ever waits for a mail server, and a mail server that is down loses nothing. Nor does the
worker wait: mail leaves in a thread of its own, so that a server that does not answer holds up no
question and no timer. A mail is sent once, except when the process is killed between the server's
"accepted" and our note of it: the second copy then bears the same Message-ID, by which mail programs
recognise it.
"""

import atexit
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage, make_msgid
from django.db import connections, transaction
from django.db.models import F

from common import clock
from common.errors import InvalidTransition
from events.services import record
from notifications.events import MailQueued
from notifications.models import OutgoingMail

log = structlog.get_logger(__name__)
# A claim that was not answered for this long belonged to a worker that died.
CLAIM = timedelta(minutes=5)
MAX_ATTEMPTS = 12
SEND_SECONDS = 15
KEPT = timedelta(days=30)


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend of this project: stores every mail for the worker."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the mails and return how many."""
        for message in email_messages:
            queue_mail(message)
        return len(email_messages)


@transaction.atomic
def queue_mail(message: EmailMessage) -> OutgoingMail:
    """Store one mail, encrypted, in the current transaction; the worker sends it after commit."""
    mail = OutgoingMail.objects.create(content=_content(message))
    record(MailQueued(mail_id=mail.pk))
    return mail


def send_mail(mail_id: UUID) -> bool:
    """Hand one queued mail to the mail server; return whether it has been sent now.

    Claims by compare-and-swap, so that of several workers one sends. No transaction is open
    while the server is talked to. A failure is noted and tried again later, at most
    ``MAX_ATTEMPTS`` times; then it stands as failed where staff see it.
    """
    now = clock.now()
    waiting = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.QUEUED, ready_at__lte=now)
    if waiting.update(ready_at=now + CLAIM, attempts=F("attempts") + 1) != 1:
        return False
    mail = OutgoingMail.objects.get(pk=mail_id)
    try:
        _deliver(mail)
    except Exception as error:  # noqa: BLE001  (whatever the mail server does, the mail must not be lost)
        _note_failure(mail, error)
        return False
    OutgoingMail.objects.filter(pk=mail_id).update(
        state=OutgoingMail.State.SENT, sent_at=clock.now(), content=None, last_error=""
    )
    return True


def waiting_mails() -> list[UUID]:
    """Ids of the mails that may be tried now, oldest first."""
    return list(
        OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, ready_at__lte=clock.now())
        .order_by("created_at")
        .values_list("pk", flat=True)[:200]
    )


class Postman:
    """Sends what waits, in one thread of this process that lives as long as there is work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._called = False
        self._stopping = False

    def call(self) -> None:
        """There is mail (perhaps). Returns at once."""
        with self._lock:
            self._called = True
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
                self._thread.start()

    def stop(self, seconds: float = SEND_SECONDS) -> bool:
        """Finish the mail in hand and begin no other; return whether that took less than ``seconds``."""
        with self._lock:
            self._stopping, thread = True, self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _work(self) -> None:
        while self._has_been_called():
            try:
                for mail_id in waiting_mails():
                    if self._stopping:
                        break
                    send_mail(mail_id)
            except Exception as error:  # noqa: BLE001  (the next round finds what is left)
                log.warning("postman_in_trouble", error=type(error).__name__)
            finally:
                connections.close_all()

    def _has_been_called(self) -> bool:
        with self._lock:
            called, self._called = self._called and not self._stopping, False
            if not called:
                self._thread = None
            return called


postman = Postman()
# A mail in hand is finished before the process ends, for a second copy is a nuisance.
atexit.register(postman.stop)


def try_again(mail: OutgoingMail) -> None:
    """Let a mail that was given up be sent after all, from its first attempt.

    Raises:
        InvalidTransition: it was not given up.
    """
    failed = OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.FAILED)
    if failed.update(state=OutgoingMail.State.QUEUED, attempts=0, ready_at=clock.now()) != 1:
        raise InvalidTransition


def forget_old_mails() -> int:
    """Delete what was sent or given up longer than ``KEPT`` ago; return how many."""
    done = [OutgoingMail.State.SENT, OutgoingMail.State.FAILED]
    return OutgoingMail.objects.filter(state__in=done, created_at__lt=clock.now() - KEPT).delete()[0]


def _content(message: EmailMessage) -> dict[str, Any]:
    if message.attachments:
        raise ValueError("The outbox keeps no attachments: send a link")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "sender": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": {"Message-ID": make_msgid(domain="samenkracht"), **message.extra_headers},
        "alternatives": [[str(part[0]), str(part[1])] for part in getattr(message, "alternatives", [])],
    }


def _deliver(mail: OutgoingMail) -> None:
    content = mail.content
    with get_connection(**_delivery()) as connection:
        message = EmailMultiAlternatives(
            content["subject"],
            content["body"],
            content["sender"],
            content["to"],
            cc=content["cc"],
            bcc=content["bcc"],
            reply_to=content["reply_to"],
            headers=content["headers"],
            connection=connection,
        )
        for body, kind in content["alternatives"]:
            message.attach_alternative(body, kind)
        message.send()


def _delivery() -> dict[str, Any]:
    """Arguments of the connection to the real mail server, from EMAIL_URL."""
    config = settings.MAIL_DELIVERY
    arguments: dict[str, Any] = {"backend": config["EMAIL_BACKEND"]}
    if config["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        arguments |= {
            "host": config.get("EMAIL_HOST"),
            "port": config.get("EMAIL_PORT"),
            "username": config.get("EMAIL_HOST_USER"),
            "password": config.get("EMAIL_HOST_PASSWORD"),
            "use_tls": config.get("EMAIL_USE_TLS", False),
            "use_ssl": config.get("EMAIL_USE_SSL", False),
            "timeout": SEND_SECONDS,
        }
    if config.get("EMAIL_FILE_PATH"):
        arguments["file_path"] = config["EMAIL_FILE_PATH"]
    return arguments


def _note_failure(mail: OutgoingMail, error: Exception) -> None:
    name = type(error).__name__
    log.warning("mail_not_sent", mail_id=str(mail.pk), attempts=mail.attempts, error=name)
    failed = mail.attempts >= MAX_ATTEMPTS
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=OutgoingMail.State.FAILED if failed else OutgoingMail.State.QUEUED,
        ready_at=clock.now() + timedelta(seconds=min(3600, 15 * 2**mail.attempts)),
        last_error=name,
    )
