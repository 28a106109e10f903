"""Django's registration of the events app."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What happened: audit log, outbox, timer queue and the worker that empties it."""

    name = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the app's own handlers and schedules, and show the queue to Prometheus."""
        # These modules read models, which exist only now.
        from events import metrics, receivers  # noqa: F401  (registers handlers on import)

        metrics.register()
