"""What is ticked already for who comes to join from elsewhere on the site, such as from advice."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase

KEY = "join_suggested"


def suggest_joining(session: SessionBase, *, likes: int, dayparts: int, abilities: int) -> None:
    """Let the join form begin with these ticked: masks, kept in the session only, changed as one likes."""
    session[KEY] = {"likes": likes, "dayparts": dayparts, "abilities": abilities}


def suggested(session: SessionBase) -> dict[str, dict[str, Any]]:
    """Return the initial values of the steps of the join form; nothing where nothing was suggested."""
    kept = session.get(KEY, {})
    steps = {"likes": "likes", "when": "dayparts", "extras": "abilities"}
    return {step: {name: kept[name]} for step, name in steps.items() if kept.get(name)}
