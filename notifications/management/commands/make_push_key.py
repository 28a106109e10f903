"""``manage.py make_push_key``: a new private key for PUSH_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.push.vapid import new_secret


class Command(BaseCommand):
    """Print a key; nothing is kept."""

    help = "Print a new private key for PUSH_KEYS. Put it first: browsers subscribe under it from then on."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line."""
        self.stdout.write(new_secret())
