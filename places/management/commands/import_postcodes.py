"""Import postcodes from a CSV file or a GeoPackage of CBS."""

from collections.abc import Mapping
from typing import Any

from places.management.importing import ImportCommand
from places.services import ImportReport, import_postcodes
from places.services.importing import Progress


class Command(ImportCommand):
    """``manage.py import_postcodes pc6hnr20240801_gwb.csv [--strict]``."""

    help = "Import postcodes from CSV (postcode with lat, lon or x, y; PC6 with Wijk) or a GeoPackage of CBS."

    def run(self, options: Mapping[str, Any], progress: Progress) -> ImportReport:
        """Import the file."""
        return import_postcodes(options["file"], strict=options["strict"], progress=progress)
