"""Collect the strings of every app into its catalogues: ``python -m tools.collect_messages``.

Runs Django's makemessages once at the top; each file's strings go to the ``locale`` folder of its app.
"""

import os
from pathlib import Path

from django.core.management import call_command

from tools.compile_messages import ROOT

LANGUAGES = ("nl",)
NOT_APPS = ("tests/*", "bench/*", "tools/*", "docs/*", "var/*", ".venv/*")


def collect(root: Path) -> None:
    """Bring the catalogues under ``root`` up to date with its code and templates."""
    for app in root.glob("*/apps.py"):
        (app.parent / "locale").mkdir(exist_ok=True)
    before = Path.cwd()
    os.chdir(root)
    try:
        call_command(
            "makemessages",
            locale=list(LANGUAGES),
            ignore_patterns=list(NOT_APPS),
            no_location=True,
            no_obsolete=True,
            verbosity=0,
        )
    finally:
        os.chdir(before)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    collect(ROOT)
