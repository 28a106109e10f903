"""Load the starter set of courses and articles; again after an update, without touching local edits."""

from typing import Any

from django.core.management.base import BaseCommand

from academy.services import load_starter_content


class Command(BaseCommand):
    """``manage.py load_starter_content``."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and tell what became of each file."""
        for line in load_starter_content():
            self.stdout.write(f"{line.outcome:8} {line.name} {line.why}".rstrip())
