"""Django's registration of the vacancies app."""

from django.apps import AppConfig


class VacanciesConfig(AppConfig):
    """Vacancies of organisations, answers to them, shifts and placements."""

    name = "vacancies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the handlers of events, the rules, and what is kept of a person."""
        from vacancies import agenda, own_data, receivers, reportable, rules  # noqa: F401
