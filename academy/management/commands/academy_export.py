"""Write every course and article to a folder, or to as many ZIPs as it takes when the name ends in .zip."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from academy.services import all_files, in_parts, pack_archive


class Command(BaseCommand):
    """``manage.py academy_export DIR|ZIP``."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("target", type=Path)

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        """Write and count."""
        if target.suffix == ".zip":
            for path, count in _archives(target):
                self.stdout.write(f"{count} files in {path}")
            return
        count = 0
        for name, content in all_files():
            count += 1
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.stdout.write(f"{count} files in {target}")


def _archives(target: Path) -> Iterator[tuple[Path, int]]:
    """Write the parts, yield each with its number of files; a second one is called ``…-2.zip``."""
    for number, part in enumerate(in_parts(all_files()), start=1):
        path = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
        path.write_bytes(pack_archive(part))
        yield path, len(part)
