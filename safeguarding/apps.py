"""Django's registration of the safeguarding app."""

from django.apps import AppConfig


class SafeguardingConfig(AppConfig):
    """Screenings, concerns and blocks."""

    name = "safeguarding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers of this app."""
        from safeguarding import own_data, receivers  # noqa: F401  (registers handlers on import)
