"""What an htmx answer can ask of the shell in the browser."""

from typing import TypeVar

from django.http import HttpResponse
from django_htmx.http import trigger_client_event

Response = TypeVar("Response", bound=HttpResponse)


def toast(response: Response, text: str, *, undo: str | None = None) -> Response:
    """Let the page show ``text`` for ten seconds; ``undo`` is a URL its button posts to."""
    return trigger_client_event(response, "sk-toast", {"text": str(text), "undo": undo})
