"""Copies of the whole database, and putting one back.

A backup is one file that only its owner may read: for SQLite a database made by ``VACUUM INTO``, for
PostgreSQL the custom format of ``pg_dump``. Both are taken while everything runs and show one moment. What is
encrypted in the database is encrypted in the copy; the keys are not in it.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection

from common import clock

_NAME = "samenkracht-%Y%m%dT%H%M%SZ"
_TIMEOUT_SECONDS = 3600


class BackupFailed(Exception):
    """A backup cannot be made, read or put back; the message says why, without data."""


class _Store(NamedTuple):
    suffix: str
    dump: Callable[[Path], None]
    check: Callable[[Path], None]
    load: Callable[[Path], None]


def make_backup(folder: Path) -> Path:
    """Write a backup into ``folder`` and return its path. It has been read back before it gets its name.

    Raises:
        BackupFailed: the folder cannot be written, or the copy is not whole.
    """
    store = _store()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{clock.now():{_NAME}}{store.suffix}"
        unfinished = target.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        store.dump(unfinished)
        store.check(unfinished)
        return unfinished.rename(target)
    except OSError as error:
        raise BackupFailed(str(error)) from error


def backups_in(folder: Path) -> list[Path]:
    """Return the backups of this kind of database, the newest first."""
    return sorted(folder.glob(f"samenkracht-*{_store().suffix}"), reverse=True)


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` backups and return what went; at least one stays."""
    old = backups_in(folder)[max(keep, 1) :]
    for path in old:
        path.unlink()
    return old


def made_at(path: Path) -> datetime | None:
    """Return when a backup was made, by its name (UTC); ``None`` for a name of another kind."""
    try:
        return datetime.strptime(f"{path.stem}+0000", f"{_NAME}%z")
    except ValueError:
        return None


def restore_backup(path: Path) -> None:
    """Put a backup in place of everything that is in the database now.

    Web, live and worker processes must be stopped. The caller migrates afterwards: the copy may be older.

    Raises:
        BackupFailed: the file is absent, damaged or of another kind of database; nothing has changed then.
    """
    store = _store()
    if not path.is_file():
        raise BackupFailed(f"There is no file {path}.")
    if path.suffix != store.suffix:
        raise BackupFailed(f"A backup of this database ends in {store.suffix}.")
    store.check(path)
    store.load(path)


def is_empty() -> bool:
    """Whether nobody has an account in this database, or it has no tables yet."""
    accounts = apps.get_model("people", "User")
    if accounts._meta.db_table not in connection.introspection.table_names():
        return True
    return not accounts.objects.exists()


def _store() -> _Store:
    return _SQLITE if connection.vendor == "sqlite" else _POSTGRES


# --- SQLite --------------------------------------------------------------------------------------


def _dump_sqlite(path: Path) -> None:
    path.unlink()  # VACUUM INTO wants to make the file itself
    mask = os.umask(0o077)
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
    finally:
        os.umask(mask)


def _check_sqlite(path: Path) -> None:
    try:
        with closing(_opened(path)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupFailed(f"{path.name} is no whole SQLite database: {error}.") from error
    if found != "ok":
        raise BackupFailed(f"{path.name} is damaged.")


def _load_sqlite(path: Path) -> None:
    connection.ensure_connection()
    with closing(_opened(path)) as source:
        source.backup(connection.connection)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


# --- PostgreSQL ----------------------------------------------------------------------------------


def _dump_postgres(path: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def _check_postgres(path: Path) -> None:
    # Written out to nowhere, so that every block of the file is read.
    _run("pg_restore", "--file=/dev/null", str(path), connected=False)


def _load_postgres(path: Path) -> None:
    # Our own open connections would keep locks on what is replaced.
    connection.close()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path), connected=False)
        # What is younger than the copy goes too, whatever hangs on it; all of it or nothing.
        empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        whole = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run("psql", *whole, "--output=/dev/null", f"--command={empty}", f"--file={script}")


def _run(program: str, *arguments: str, connected: bool = True) -> None:
    """Run a program of PostgreSQL. The password goes by the environment, which other users do not see."""
    if shutil.which(program) is None:
        raise BackupFailed(f"{program} is not installed: it comes with PostgreSQL's client programs.")
    environment = {**os.environ, **(_environment() if connected else {})}
    try:
        finished = subprocess.run(  # noqa: S603 - a fixed program, no shell, arguments of our own
            [program, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BackupFailed(f"{program} was not ready within an hour.") from error
    if finished.returncode:
        raise BackupFailed(f"{program} failed: {finished.stderr.strip()[:500]}")


def _environment() -> dict[str, str]:
    parameters: dict[str, Any] = connection.get_connection_params()
    names = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
    }
    return {name: str(parameters[key]) for name, key in names.items() if parameters.get(key)}


_SQLITE = _Store(".sqlite3", _dump_sqlite, _check_sqlite, _load_sqlite)
_POSTGRES = _Store(".dump", _dump_postgres, _check_postgres, _load_postgres)
