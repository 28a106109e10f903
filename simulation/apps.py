"""Django's registration of the simulation app."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """What if there were more volunteers? Reckoned in a synthetic town with the totals of a centre."""

    name = "simulation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the event handlers, and register what is kept of a person."""
        from simulation import own_data, receivers  # noqa: F401  (registers on import)
