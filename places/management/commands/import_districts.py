"""Import districts (wijken) or neighbourhoods (buurten) from a file of CBS."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from places.importing.areas import Level
from places.management.importing import ImportCommand
from places.services import ImportReport, import_areas
from places.services.importing import Progress


class Command(ImportCommand):
    """``manage.py import_districts wijkenbuurten_2024.gpkg [--level neighbourhood] [--strict]``."""

    help = "Import districts or neighbourhoods from GeoJSON or GeoPackage; running it again updates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the level too."""
        super().add_arguments(parser)
        parser.add_argument("--level", type=Level, choices=list(Level), default=Level.DISTRICT)

    def run(self, options: Mapping[str, Any], progress: Progress) -> ImportReport:
        """Import the file."""
        return import_areas(options["file"], options["level"], strict=options["strict"], progress=progress)
