"""Django's registration of the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, roles, centres, organisations, residents and volunteers."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers of this app."""
        from people import own_data, receivers, signals  # noqa: F401  (registers on import)
