"""A small town, and what it is mailed: as it leaves, or into the outbox as in earnest."""

import pytest

from tests.factories.matching import Town


@pytest.fixture
def town(db: None) -> Town:
    return Town(volunteers=2)


@pytest.fixture
def outbox_in_earnest(settings) -> None:
    """Django's test runner replaces the mail backend; here is ours again, delivering to locmem."""
    settings.EMAIL_BACKEND = "notifications.mail.OutboxBackend"
    settings.MAIL_DELIVERY = {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
