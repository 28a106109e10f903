"""Django's registration of the recognition app."""

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    """Hours that volunteers gave, the passport that shows them, thanks and reimbursements."""

    name = "recognition"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers, and register what is kept of a person."""
        from recognition import own_data, receivers, reportable  # noqa: F401  (registers on import)
        from recognition.queries import count_to_sign
        from vacancies.queries.signing import count_with

        count_with(count_to_sign)
