"""Django's registration of the academy app."""

from django.apps import AppConfig


class AcademyConfig(AppConfig):
    """Courses, who has done them, and which help asks for them."""

    name = "academy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers, and register what is kept of a person."""
        from academy import agenda, own_data, receivers  # noqa: F401  (registers on import)
