"""Django's registration of the notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Preferences and channels: live socket, e-mail, in-app."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers of this app."""
        from notifications import (  # noqa: F401  (registers on import)
            days,
            learning,
            own_data,
            receivers,
            reportable,
            safety,
            shifts,
            telling,
            vacancies,
        )
        from notifications.push import signals  # noqa: F401  (registers on import)
