"""Writes every encrypted value with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.keys import encrypted_columns, renew_column


class Command(BaseCommand):
    """``manage.py rotate_keys [--check]``: after a new key was put in front. Repeating it is harmless."""

    help = "Encrypt every value anew with the newest key; afterwards the old key may go."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to look only."""
        parser.add_argument("--check", action="store_true", help="only count what an older key still holds")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through every encrypted column and tell how it went; fail when a value opens with no key."""
        renewed = unreadable = 0
        for model, name in encrypted_columns():
            old, lost = renew_column(model, name, only_count=options["check"], told=self._tell)
            renewed, unreadable = renewed + old, unreadable + lost
            if old or lost:
                self.stdout.write(f"{model._meta.label}.{name}: {old} with an older key, {lost} unreadable")
        verb = "to renew" if options["check"] else "renewed"
        self.stdout.write(f"{renewed} values {verb}.")
        if unreadable:
            raise CommandError(f"{unreadable} values open with none of the keys. Add the key that they need.")

    def _tell(self, rows: int) -> None:
        self.stderr.write(f"  {rows} rows …", ending="\r")
