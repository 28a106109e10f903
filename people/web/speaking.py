"""The language in which the site speaks to one browser."""

from django.conf import settings
from django.http import HttpResponse


def speak(response: HttpResponse, language: str) -> None:
    """Let the reader's browser ask for ``language`` from now on."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
