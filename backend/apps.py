"""Django's registration of the composition app."""

from django.apps import AppConfig


class BackendConfig(AppConfig):
    """Settings, urls, the web shell and the demonstration town: composes the other apps."""

    name = "backend"
