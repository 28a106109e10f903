"""Django's registration of the places app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Districts, postcodes, cells, geocoding and meeting places."""

    name = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers of this app."""
        from places import receivers  # noqa: F401  (registers handlers on import)
