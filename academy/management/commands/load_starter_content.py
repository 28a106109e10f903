"""Load the starter set of courses and articles; again after an update, without touching local edits."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from academy.management.owners import add_owner, owner_named
from academy.services import load_starter_content


class Command(BaseCommand):
    """``manage.py load_starter_content [--owner EMAIL]``."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Who keeps it."""
        add_owner(parser)

    def handle(self, *args: Any, owner: str | None = None, **options: Any) -> None:
        """Load and tell what became of each file."""
        for line in load_starter_content(owner_named(owner)):
            self.stdout.write(f"{line.outcome:8} {line.name} {line.why}".rstrip())
