"""A small town, what it is mailed (as it leaves, or into the outbox as in earnest), and a push service."""

from collections.abc import Callable, Iterator

import pytest

from events.worker import Worker
from notifications.push.delivery import deliver
from tests.factories.matching import Town
from tests.notifications.push_service import PushService, running_push_service


@pytest.fixture
def town(db: None) -> Town:
    return Town(volunteers=2)


@pytest.fixture
def outbox_in_earnest(settings) -> None:
    """Django's test runner replaces the mail backend; here is ours again, delivering to locmem."""
    settings.EMAIL_BACKEND = "notifications.mail.OutboxBackend"
    settings.MAIL_DELIVERY = {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}


@pytest.fixture
def push_service(monkeypatch) -> Iterator[PushService]:
    with running_push_service(monkeypatch) as service:
        yield service


@pytest.fixture
def settle(monkeypatch, django_capture_on_commit_callbacks) -> Callable[[], None]:
    """Let the worker handle what is due, and then make the calls it planned, here instead of in a thread."""
    monkeypatch.setattr("notifications.receivers.hand_over", lambda event, _host: deliver(event))

    def run() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            Worker().run_due()

    return run
