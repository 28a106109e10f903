"""What other apps and commands may ask of places."""

from places.services.import_areas import import_areas
from places.services.import_postcodes import import_postcodes
from places.services.importing import ImportReport
from places.services.locating import Located, asks_network, geocode, locate_offline, locate_postcode
from places.services.privacy import privacy_cell
from places.services.town import load_town

__all__ = [
    "ImportReport",
    "Located",
    "asks_network",
    "geocode",
    "import_areas",
    "import_postcodes",
    "load_town",
    "locate_offline",
    "locate_postcode",
    "privacy_cell",
]
