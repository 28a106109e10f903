"""Builds the demonstration town, once, and tells how to sign in."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.demo.logins import table_of_logins
from backend.demo.town import LEAST, REQUESTS_A_YEAR, RESIDENTS, VOLUNTEERS, build_town, town_is_there


class Command(BaseCommand):
    """``manage.py load_demo``: Nieuwegein with invented people. Repeating it changes nothing."""

    help = "Build the demonstration town (once) and print the logins."

    def add_arguments(self, parser: CommandParser) -> None:
        """Sizes, for a smaller or larger town."""
        parser.add_argument("--volunteers", type=int, default=VOLUNTEERS)
        parser.add_argument("--residents", type=int, default=RESIDENTS)
        parser.add_argument("--requests", type=int, default=REQUESTS_A_YEAR, help="per year")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build unless it is there; refuse where real people may live."""
        if not settings.DEMO_TOWN:
            raise CommandError("The demonstration town is for demonstrations: set DEMO_TOWN=1 to build it.")
        for size, least in LEAST.items():
            if options[size] < least:
                raise CommandError(f"A town to look around in has at least {least} {size}.")
        if not town_is_there():
            self.stdout.write("Building the demonstration town …")
            started = monotonic()
            build_town(
                volunteers=options["volunteers"], residents=options["residents"], requests=options["requests"]
            )
            self.stdout.write(f"Done in {monotonic() - started:.0f} seconds.")
        self.stdout.write("\nSign in to the demonstration town as:\n" + table_of_logins() + "\n")
