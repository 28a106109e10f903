"""Read courses and articles in from folders or ZIPs, as drafts unless --publish."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from academy.management.owners import add_owner, owner_named
from academy.services import FileRefused, Outcome, adopt_articles, import_files, unpack_archive


class Command(BaseCommand):
    """``manage.py academy_import DIR|ZIP… [--publish] [--dry-run] [--keep-local] [--owner EMAIL]``."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from and how."""
        parser.add_argument("sources", type=Path, nargs="+", metavar="source")
        parser.add_argument("--publish", action="store_true", help="show what the files say is published")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        parser.add_argument("--keep-local", action="store_true", help="leave alone what was changed here")
        add_owner(parser)

    def handle(self, *args: Any, sources: list[Path], **options: Any) -> None:
        """Read in and tell what became of each file; exit with an error when one was refused."""
        owner = owner_named(options["owner"])
        how = {name: options[name] for name in ("publish", "dry_run", "keep_local")}
        try:
            lines = [line for each in sources for line in import_files(_files_in(each), by=None, **how)]
        except (FileRefused, OSError) as problem:
            raise CommandError(str(problem)) from problem
        if owner is not None and not options["dry_run"]:
            adopt_articles(owner)
        for line in lines:
            self.stdout.write(f"{line.outcome:8} {line.name} {line.why}".rstrip())
        if any(line.outcome is Outcome.REFUSED for line in lines):
            raise CommandError("Not every file was taken in.")


def _files_in(source: Path) -> dict[str, bytes]:
    if source.is_dir():
        paths = sorted(path for end in ("md", "webp", "jpg", "png") for path in source.rglob(f"*.{end}"))
        return {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}
    return unpack_archive(source.read_bytes())
