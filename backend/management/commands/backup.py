"""Makes a copy of the database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.backups import BackupFailed, make_backup, prune


class Command(BaseCommand):
    """``manage.py backup [--into FOLDER] [--keep N]``: one file with everything, taken while all goes on."""

    help = "Copy the whole database into one file, and delete the oldest copies."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many to keep."""
        parser.add_argument("--into", type=Path, default=settings.VAR_DIR / "backups", help="folder")
        parser.add_argument("--keep", type=int, default=14, help="how many of the newest stay (default 14)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, read the copy back, then delete what is too old."""
        try:
            made = make_backup(options["into"])
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        gone = prune(options["into"], options["keep"])
        self.stdout.write(f"{made} ({made.stat().st_size / 1e6:.1f} MB); {len(gone)} old deleted.")
