"""The throw-away servers of ``make test`` answer, hand on the exit code and are gone afterwards."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.compile_messages import ROOT

REPORT = """
import json, os, subprocess, sys
names = ("DATABASE_URL", "REDIS_URL", "TEST_REDIS_URLS")
psql = ["psql", os.environ["DATABASE_URL"], "-tA", "-c", "show data_directory", "-c", "show shared_buffers"]
folder, buffers = subprocess.run(psql, capture_output=True, text=True).stdout.split()
print(json.dumps({"folder": folder, "buffers": buffers, **{name: os.environ[name] for name in names}}))
sys.exit(7)
"""


@pytest.fixture(scope="module")
def run():
    command = [sys.executable, "-m", "tools.servers", "--shared_buffers=9MB", sys.executable, "-c", REPORT]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_the_exit_code_is_that_of_the_command(run):
    assert run.returncode == 7, run.stderr


def test_postgresql_has_the_settings_before_the_command(run):
    assert json.loads(run.stdout)["buffers"] == "9MB"


def test_every_worker_has_a_redis_of_its_own(run):
    told = json.loads(run.stdout)
    urls = told["TEST_REDIS_URLS"].split()
    assert len(set(urls)) == len(urls) == 2
    assert told["REDIS_URL"] == urls[0]


def test_the_servers_and_their_files_are_gone(run):
    folder = json.loads(run.stdout)["folder"]
    assert folder
    assert not Path(folder).exists()
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert folder not in processes
