"""Registration of the app whose workers are killed."""

import os

from django.apps import AppConfig


class KillAppConfig(AppConfig):
    """Events with visible effects, for worker processes that tests kill."""

    name = "tests.events.killapp"
    label = "killapp"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the handlers; with ``KILLAPP_CARELESS`` take the worker's guard out."""
        from tests.events.killapp import careless, handlers  # noqa: F401  (models exist only now)

        if os.environ.get("KILLAPP_CARELESS"):
            careless.take_the_guard_out()
