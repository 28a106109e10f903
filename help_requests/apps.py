"""Django's registration of the help_requests app."""

from django.apps import AppConfig


class HelpRequestsConfig(AppConfig):
    """Residents' requests for help: intake, triage and life cycle."""

    name = "help_requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers of this app."""
        from help_requests import own_data, receivers  # noqa: F401  (registers handlers on import)
