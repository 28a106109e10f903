"""The tables of the test database are made once for a set of migrations; from then on they are copied.

Migrating takes longer than a hundred tests. SQLite: a file in pytest's cache, for later runs too. PostgreSQL:
a database to copy from, for the processes of one run. Whoever comes while another makes it waits for that.
"""

import fcntl
import hashlib
import shutil
from pathlib import Path

from django.apps import apps
from django.db import connection


class Schema:
    """The empty tables as all migrations of now leave them. ``folder`` outlives the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"schema_{_digest()}"
        self.file = folder / f"{self.name}.sqlite3"

    def take(self) -> None:
        """Make the test database from the kept tables, if there are any. Until ``settle`` others wait."""
        self._lock = (self.folder / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        wanted = connection.creation._get_test_db_name()
        self._copied = (
            self._copy_file(Path(wanted)) if connection.vendor == "sqlite" else self._clone(self.name, wanted)
        )

    def settle(self) -> None:
        """The test database stands: keep its tables for whoever comes next, and let them come."""
        if not self._copied:
            self._keep()
        self._lock.close()

    def _keep(self) -> None:
        if connection.vendor != "sqlite":
            made = connection.settings_dict["NAME"]
            connection.close()
            connection.close_pool()
            self._clone(made, self.name)
            return
        for old in self.folder.glob("schema_*"):
            old.unlink()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(self.file)])

    def _copy_file(self, wanted: Path) -> bool:
        for old in wanted.parent.glob(f"{wanted.name}*"):
            old.unlink()
        if self.file.exists():
            shutil.copyfile(self.file, wanted)
        return self.file.exists()

    def _clone(self, source: str, target: str) -> bool:
        quote = connection.ops.quote_name
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [source])
            found = cursor.fetchone() is not None
            if found:
                cursor.execute(f"DROP DATABASE IF EXISTS {quote(target)}")
                cursor.execute(f"CREATE DATABASE {quote(target)} TEMPLATE {quote(source)}")
        return found


def _digest() -> str:
    """Twelve characters that change whenever a migration of any app does."""
    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        for file in sorted(Path(config.path).glob("migrations/*.py")):
            digest.update(f"{config.label} {file.name}".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
