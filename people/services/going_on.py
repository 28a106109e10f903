"""Where someone goes on who had to make an account, or sign in, in the middle of something."""

from django.contrib.sessions.backends.base import SessionBase

KEY = "go_on_at"


def go_on_at(session: SessionBase, path: str) -> None:
    """Remember a page of ours; never one that a request names."""
    session[KEY] = path


def place_to_go_on(session: SessionBase) -> str:
    """Return the page remembered, and forget it; empty when there is none."""
    return str(session.pop(KEY, ""))
