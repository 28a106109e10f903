"""Geocoders: from the text of an address to a point. Tried in the order of ``settings.GEOCODERS``."""
