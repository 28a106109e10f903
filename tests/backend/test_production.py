"""An installation refuses to start without what it cannot do without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SETTINGS = {
    "MODE": "production",
    "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz",
    "FIELD_ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "DIGEST_KEY": "only-for-this-test",
    "BASE_URL": "https://samenkracht.example",
    "ALLOWED_HOSTS": "samenkracht.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1/none",
    "REDIS_URL": "redis://127.0.0.1",
    "EMAIL_URL": "smtp://127.0.0.1",
}


def read_settings(tmp_path: Path, left_out: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in SETTINGS.items() if name != left_out}
    return subprocess.run(
        [sys.executable, "-c", "import backend.settings"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_everything_it_starts(tmp_path):
    assert read_settings(tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DIGEST_KEY", "EMAIL_URL"])
def test_without_one_of_these_it_does_not(tmp_path, name):
    refused = read_settings(tmp_path, left_out=name)
    assert refused.returncode != 0
    assert name in refused.stderr
