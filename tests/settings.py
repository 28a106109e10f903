"""Settings of the tests: the project's own, in a folder of their own and with a quick password hasher.

The database and Redis come from ``DATABASE_URL`` and ``REDIS_URL``, so that the same suite runs on both
(``make test``). Child processes (a worker, a server) inherit the environment and find the same folder.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _var_dir() -> Path:
    """The var folder of this process: one per xdist worker, thrown away unless VAR_DIR is given."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if "VAR_DIR" not in os.environ:
        made = tempfile.mkdtemp(prefix="samenkracht-tests-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        os.environ["VAR_DIR"] = made
    folder = Path(os.environ["VAR_DIR"])
    if folder.name != worker:
        folder /= worker
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _redis_url() -> str:
    """The Redis of this xdist worker: each has its own server, since channels span a server's databases."""
    urls = os.environ.get("TEST_REDIS_URLS", "").split()
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return urls[number % len(urls)] if urls else os.environ.get("REDIS_URL", "")


os.environ["MODE"] = "development"
os.environ["VAR_DIR"] = str(_var_dir())
os.environ["REDIS_URL"] = _redis_url()
# Five hundred who race for one place stand in line longer than people would; none gives up on a slow machine.
# PostgreSQL serves twenty of them at a time, and there some tests wait for a pool that was cut off.
os.environ["DATABASE_WAIT_SECONDS"] = "25" if os.environ.get("DATABASE_URL") else "100"

from backend.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests start the worker themselves, when they want it.
EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=False)  # noqa: F405
# Emptying a table between tests deletes its rows; the database lets a row of the read log go after its term.
READ_LOG_KEPT_DAYS = 0
# The code of an app does not change every half minute: none gets old between being read and being typed.
MFA_TOTP_PERIOD = 2**32
