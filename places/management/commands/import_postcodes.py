"""Import postcodes from a CSV file or a GeoPackage of CBS."""

from pathlib import Path
from typing import Any

from places.management.importing import ImportCommand
from places.services import ImportReport, import_postcodes
from places.services.importing import Progress


class Command(ImportCommand):
    """``manage.py import_postcodes pc6hnr20240801_gwb.csv [--strict]``."""

    help = "Import postcodes from CSV (postcode with lat, lon or x, y; or PC6 with Wijk) or a GeoPackage of CBS."

    def run(self, *, progress: Progress, file: Path, strict: bool, **_options: Any) -> ImportReport:
        """Import the file."""
        return import_postcodes(file, strict=strict, progress=progress)
