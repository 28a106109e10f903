"""What every test can use: time in its hands, the environment of a child process, hypothesis profiles.

Both databases: the suite knows nothing of them; ``make test`` runs it twice, with other ``DATABASE_URL`` and
``REDIS_URL``. What cannot depend on them carries the mark ``once`` and is left out of the second pass.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import hypothesis
import pytest
import time_machine as machine
from django.conf import settings
from django.core.cache import caches
from django.core.management.color import Style
from django.db import OperationalError, connection
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils import translation
from psycopg.errors import DeadlockDetected
from pytest_django import DjangoDbBlocker

from tests.schema import Schema

TESTS = Path(__file__).parent

# The one place that says which tests cannot depend on the database or Redis: they run in the first pass only.
# How a browser draws and operates a page is among them, what is about SQLite's own file, and the search for
# planted words on every page (the access matrix opens the same pages on both). Journeys run on both.
# So are the description of the API, made of code alone, and which fields an address takes: its serializer
# says so, and the tests of each app and of every operation change things through these addresses on both.
ONCE = (
    "access/test_every_look_is_noted.py",
    "access/test_mass_assignment.py",
    "api/test_schema.py",
    "architecture/*",
    "backend/test_demo_moments.py",
    "backend/test_styles.py",
    "bench/test_charts.py",
    "bench/test_growth.py",
    "browser/test_pages.py",
    "browser/test_scripts_in_words.py",
    "browser/test_shell.py",
    "browser/test_suspended.py",
    "common/*",
    "matching/engine/*",
    "privacy/test_before_agreement.py",
    "privacy/test_concerns.py",
    "privacy/test_sqlite_file.py",
    "vacancies/test_working_times.py",
)

# The tests of these apps reach the stores through Django's connection only. pytest-django keeps a test that
# has not asked for it from that: such a test is about words and reckoning, which hang on no database.
APPS = [
    "academy",
    "help_requests",
    "matching",
    "people",
    "places",
    "recognition",
    "safeguarding",
    "vacancies",
]
ASKS_FOR_IT = {"db", "transactional_db", "django_db_setup"}

# How quickly examples are made says something of the machine, not of what is tried with them.
ANY_PACE = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("dev", **ANY_PACE)
hypothesis.settings.register_profile("ci", derandomize=True, **ANY_PACE)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs to run in one pass only."""
    for item in items:
        if _is_once(item.path) or _is_kept_from_the_database(item):
            item.add_marker(pytest.mark.once)


def _is_kept_from_the_database(item: pytest.Item) -> bool:
    asked = item.get_closest_marker("django_db") or ASKS_FOR_IT & set(getattr(item, "fixturenames", ()))
    return not asked and item.path.relative_to(TESTS).parts[0] in APPS


@cache
def _is_once(path: Path) -> bool:
    return any(path.relative_to(TESTS).match(pattern) for pattern in ONCE)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a test was skipped: what is not tested is not said to pass."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        reporter.ensure_newline()
        reporter.write_line("A skipped test fails the run.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Clock:
    """Time that stands still until the test moves it."""

    def __init__(self, traveller: machine.Traveller) -> None:
        self._traveller = traveller

    def at(self, moment: datetime) -> None:
        """Put the clock at ``moment`` (timezone-aware)."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        self._traveller.move_to(moment, tick=False)

    def forward(self, **amount: float) -> None:
        """Move the clock by a ``timedelta`` given in keywords, such as ``hours=4``."""
        self._traveller.shift(timedelta(**amount))

    def now(self) -> datetime:
        """The moment the clock stands at, UTC."""
        return datetime.now(UTC)


# Tuesday 3 June 2025, 10:00 in Amsterdam.
STILL = datetime(2025, 6, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that stands still at that moment."""
    with machine.travel(STILL, tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture(autouse=True)
def _empty_caches(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Throttles and login limits of one test never reach the next."""
    yield
    for name, entries in settings.CACHES.items():
        if not entries["BACKEND"].endswith("DatabaseCache"):
            caches[name].clear()
        elif "transactional_db" in request.fixturenames or _is_transactional(request.node):
            # Other tests roll their entries back; a flush leaves this table alone, for it has no model.
            with django_db_blocker.unblock():
                caches[name].clear()


@pytest.fixture(scope="session")
def _schema(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Schema:
    """The test database has its tables already where another run or process has made them."""
    schema = Schema(request.config.cache.mkdir("schema"))
    with django_db_blocker.unblock():
        schema.take()
    return schema


@pytest.fixture(scope="session")
def django_db_keepdb(_schema: Schema) -> bool:
    """What stands is migrated further where need be. It goes with its folder or server."""
    return True


@pytest.fixture(scope="session")
def django_db_setup(_schema: Schema, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """From here on there are tables, for the other processes too."""
    with django_db_blocker.unblock():
        _schema.settle()


# Empties the tables that hold anything. Triggers and foreign keys rest meanwhile.
EMPTY_THE_FULL_ONES = """
DO $$
DECLARE
    one text;
    holds_rows boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH one IN ARRAY ARRAY[{tables}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO holds_rows;
        IF holds_rows THEN
            EXECUTE format('DELETE FROM %I', one);
        END IF;
    END LOOP;
END $$
"""


# What migrating fills, the same every time: models and what may be done with them. To empty these and have
# them filled again would take most of the time between two tests.
ALWAYS_THE_SAME = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def _quick_to_empty() -> Iterator[None]:
    """Emptying takes no longer than what was filled; PostgreSQL needs half a second to truncate nothing."""
    empty = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, style: Style, tables: list[str], **kwargs: bool) -> list[str]:
        to_empty = [name for name in tables if name not in ALWAYS_THE_SAME]
        return empty(self, style, to_empty, **kwargs)

    def full_ones(_self: object, _style: object, tables: list[str], **_kwargs: object) -> list[str]:
        names = ", ".join(f"'{name}'" for name in tables if name not in ALWAYS_THE_SAME)
        return [EMPTY_THE_FULL_ONES.format(tables=names)]

    flush = DatabaseOperations.execute_sql_flush

    def patiently(self: DatabaseOperations, sql_list: list[str]) -> None:
        """Again, where the worker of a server that outlives the test had the same rows in another order."""
        try:
            flush(self, sql_list)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            patiently(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_args: None)
        patch.setattr("django.db.backends.sqlite3.operations.DatabaseOperations.sql_flush", sql_flush)
        patch.setattr("django.db.backends.postgresql.operations.DatabaseOperations.sql_flush", full_ones)
        base = "django.db.backends.base.operations.BaseDatabaseOperations"
        patch.setattr(f"{base}.execute_sql_flush", patiently)
        yield


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """What a page of one test was written in is not the language of the next."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _empty_shelf() -> Iterator[None]:
    """What one test published is on nobody else's shelf: what is rolled back goes unseen."""
    yield
    shelves = sys.modules.get("vacancies.queries.shelf")
    if shelves is not None:
        shelves.shelf.forget()


@pytest.fixture(autouse=True)
def _no_open_requests() -> Iterator[None]:
    """What one test has volunteers find near by, the next does not: what is rolled back goes unseen."""
    yield
    kept = sys.modules.get("matching.open_requests")
    if kept is not None:
        kept.open_requests.forget()


@pytest.fixture(autouse=True)
def _nobody_listens_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """The matching engine's index closes its connection, which would keep the test database from going."""
    yield
    if "transactional_db" in request.fixturenames or _is_transactional(request.node):
        from matching.supply import supply  # once Django is set up

        supply.forget()


def _is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.fixture
def child_environment(transactional_db: None) -> dict[str, str]:
    """Environment for a child process (worker, server) that works on this test's database and folder."""
    return environment_of_child()


def environment_of_child() -> dict[str, str]:
    """The same for a server that outlives a test: once the test database has been made."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
