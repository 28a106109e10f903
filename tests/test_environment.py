"""What tests stand on: a folder and database of their own, children that share them, and time at a stop."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from common.clock import now, today
from people.models import User
from tests.conftest import pytest_sessionfinish
from tools.compile_messages import ROOT

COUNT_USERS = "import django; django.setup(); from people.models import User; print(User.objects.count())"


def test_each_process_has_its_own_folder(worker_id):
    assert settings.VAR_DIR.name == ("main" if worker_id == "master" else worker_id)
    assert not settings.VAR_DIR.is_relative_to(ROOT)


@pytest.mark.django_db
def test_the_sqlite_database_is_a_file_in_that_folder():
    if connection.vendor == "sqlite":
        assert Path(connection.settings_dict["NAME"]).is_relative_to(settings.VAR_DIR)


def test_a_child_process_works_on_the_same_database(child_environment):
    User.objects.create(email="ann@samenkracht.example")
    child = [sys.executable, "-c", COUNT_USERS]
    told = subprocess.run(child, env=child_environment, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "1"


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_cache_entry_does_not_reach_the_next_test(attempt):
    assert cache.get("attempts") is None
    cache.set("attempts", attempt)


def test_the_clock_stands_still_until_it_is_moved(clock):
    start = now()
    assert now() == start == clock.now()
    clock.forward(hours=2)
    assert (now() - start).total_seconds() == 7200
    clock.at(datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    assert today().isoformat() == "2026-01-01"


def test_the_clock_refuses_a_moment_without_zone(clock):
    with pytest.raises(ValueError, match="time zone"):
        clock.at(datetime(2025, 1, 1))


@pytest.mark.parametrize(("outcomes", "code"), [({"skipped": ["one"]}, 1), ({"passed": ["one"]}, 0)])
def test_a_skipped_test_fails_the_run(outcomes, code):
    session = Mock(exitstatus=pytest.ExitCode.OK)
    session.config.pluginmanager.get_plugin.return_value = Mock(stats=outcomes)
    pytest_sessionfinish(session)
    assert session.exitstatus == code
