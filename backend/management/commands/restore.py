"""Puts a copy of the database back."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.backups import BackupFailed, is_empty, restore_backup
from people.services.erasing import replay_erasures


class Command(BaseCommand):
    """``manage.py restore FILE [--replace]``: stop web, live and workers first."""

    help = "Put a backup in place of what is in the database, and migrate it to this version."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """What to restore, and whether to overwrite."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="overwrite what has people in it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse to overwrite people unasked; restore; migrate; erase again."""
        if not options["replace"] and not is_empty():
            raise CommandError("There are people in this database. Say --replace to overwrite them.")
        try:
            restore_backup(options["file"])
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        again = replay_erasures()
        self.stdout.write(f"{again} people who had been erased since are erased again.")
        self.stdout.write(f"{options['file']} has been put back. Start workers, live and web again.")
