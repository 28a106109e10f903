"""Reading official files: from GeoJSON, GeoPackage and CSV to checked values. Nothing is stored here."""
