"""Django's registration of the common app (no tables; template tags and checks only)."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Errors, clock, small value types and fields shared by every app."""

    name = "common"
