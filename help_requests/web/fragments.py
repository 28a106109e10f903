"""What htmx asks for."""

from django.http import HttpRequest


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in history asks for the whole of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
