"""Of who is erased nothing is left in the file of the database either: not in a free page, not in its log."""

from pathlib import Path

import pytest
from django.db import connection

from events.worker import Worker
from people.models import User
from people.services import erase_self
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
MARKER = "Qxzinhetbestand"


def raw() -> bytes:
    """The database file with its write-ahead log, once everything written has been moved into it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    name = Path(connection.settings_dict["NAME"])
    files = [name, name.with_name(f"{name.name}-wal")]
    return b"".join(path.read_bytes() for path in files if path.exists())


@pytest.fixture(autouse=True)
def _own_log(settings, tmp_path):
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"


def test_after_erasure_the_bytes_are_gone(clock):
    user = UserFactory(name=MARKER, email=f"{MARKER}@voorbeeld.nl".lower())
    assert MARKER.encode() in raw()
    assert MARKER.lower().encode() in raw()
    erase_self(user)
    Worker().run_due()
    assert MARKER.lower().encode() not in raw().lower()


def test_deleting_without_overwriting_would_leave_them(clock):
    """Negative control: the pragma is what does it."""
    user = UserFactory(name=MARKER * 3)
    assert MARKER.encode() in raw()
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
        cursor.execute("PRAGMA secure_delete=OFF")
    try:
        User.objects.filter(pk=user.pk).delete()
        assert MARKER.encode() in raw()
    finally:
        connection.close()  # a new connection starts as the settings say
