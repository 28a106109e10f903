"""Django's registration of the events app."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What happened: audit log, outbox, timer queue and the worker that empties it."""

    name = "events"
    default_auto_field = "django.db.models.BigAutoField"
