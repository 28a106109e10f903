"""Django's registration of the matching app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MatchingConfig(AppConfig):
    """Offers, assignments and dispatch; the engine ranks and explains."""

    name = "matching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers of this app, and tell the academy what a course opens and did."""
        from academy.queries import has_effect, opens
        from help_requests.services import on_recall
        from matching import agenda, own_data, receivers, reportable  # noqa: F401  (registers on import)
        from matching.queries import effect_of_courses
        from matching.services.dispatch import let_go
        from matching.unlocking import opened_to
        from matching.vacancy_ranking import rank
        from vacancies.queries.ranking import rank_with

        rank_with(rank)
        opens(opened_to)
        has_effect(effect_of_courses)
        on_recall(let_go)
        post_migrate.connect(_tell_rows, sender=self)


def _tell_rows(using: str, **_others: object) -> None:
    """Have the database tell changed rows as this code reads them (`matching.told`)."""
    from matching.supply import ACCOUNT_EVENTS, ROW_EVENTS
    from matching.told import install

    install([event.type for event in ROW_EVENTS + ACCOUNT_EVENTS], using)
