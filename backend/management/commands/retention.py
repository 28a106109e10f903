"""Tells or deletes what is kept no longer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from people.services.retention import days_of, delete_what_is_due, what_is_due


class Command(BaseCommand):
    """``manage.py retention [--delete]``: without it nothing changes."""

    help = "Tell how much is kept no longer, per purpose; the worker deletes it each night."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to delete now."""
        parser.add_argument("--delete", action="store_true", help="do now what the worker does at night")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell, and delete when asked to."""
        for term, count in what_is_due():
            self.stdout.write(f"{count:>7}  {term.purpose} (after {days_of(term)} days)")
        if options["delete"]:
            while delete_what_is_due():
                pass
            self.stdout.write("Deleted.")
