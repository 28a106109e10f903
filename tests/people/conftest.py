"""Mail of these tests goes where it goes in earnest: to the outbox table."""

import re
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import OutgoingMail


@dataclass
class Mailed:
    """One mail that waits for the worker."""

    to: list[str]
    subject: str
    body: str

    @property
    def code(self) -> str | None:
        """The code of six digits that stands on a line of its own."""
        found = re.search(r"^\d{6}$", self.body, re.MULTILINE)
        return found[0] if found else None


class Outbox:
    """What has been queued and not sent."""

    def take(self) -> Mailed:
        """The one waiting mail; it is taken out."""
        mail = OutgoingMail.objects.get()
        mail.delete()
        content = mail.content
        return Mailed(content["to"], content["subject"], content["body"])

    @property
    def empty(self) -> bool:
        return not OutgoingMail.objects.exists()


@pytest.fixture
def outbox(settings, db) -> Outbox:
    settings.EMAIL_BACKEND = "notifications.mail.OutboxBackend"
    return Outbox()


@pytest.fixture
def queries_on(db):
    """Count the queries on some tables: ``with queries_on("people_resident") as made: …; len(made()) == 2``.

    The frame around a page has queries of its own, which belong to others.
    """

    @contextmanager
    def counting(*tables: str):
        with CaptureQueriesContext(connection) as captured:
            yield lambda: [
                query for query in captured if any(f'FROM "{table}"' in query["sql"] for table in tables)
            ]

    return counting
