"""Who keeps the articles that a command reads in."""

from django.core.management.base import CommandError, CommandParser

from academy.queries import first_keeper, possible_owners
from people.models import User


def add_owner(parser: CommandParser) -> None:
    """Let the command know ``--owner``."""
    parser.add_argument(
        "--owner", metavar="EMAIL", help="who keeps what has no owner; else a coordinator of the first centre"
    )


def owner_named(email: str | None) -> User | None:
    """Return who is meant, or who keeps articles by itself. Raises ``CommandError`` for who cannot."""
    if not email:
        return first_keeper()
    found = possible_owners().filter(email__iexact=email).first()
    if found is None:
        raise CommandError("The owner is someone of the staff, or a trainer, of any centre.")
    return found
