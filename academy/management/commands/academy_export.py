"""Write every course and article to a folder, or to a ZIP when the name ends in .zip."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from academy.services import all_files, pack_archive


class Command(BaseCommand):
    """``manage.py academy_export DIR|ZIP``."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("target", type=Path)

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        """Write and count."""
        files = dict(all_files())
        if target.suffix == ".zip":
            target.write_bytes(pack_archive(files.items()))
        else:
            for name, content in files.items():
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.stdout.write(f"{len(files)} files in {target}")
