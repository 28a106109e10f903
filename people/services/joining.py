"""What is ticked already for who comes to join from elsewhere on the site, such as from advice."""

import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache

from common.encryption import decrypt, digest, encrypt

KEY = "join_suggested"
WAITS = timedelta(days=1)
"""How long answers wait for whoever goes on in another browser."""


def suggest_joining(session: SessionBase, *, likes: int, dayparts: int, abilities: int) -> None:
    """Let the join form begin with these ticked: masks, kept in the session only, changed as one likes."""
    session[KEY] = {"likes": likes, "dayparts": dayparts, "abilities": abilities}


def suggested(session: SessionBase) -> dict[str, dict[str, Any]]:
    """Return the initial values of the steps of the join form; nothing where nothing was suggested."""
    kept = session.get(KEY, {})
    steps = {"likes": "likes", "when": "dayparts", "extras": "abilities"}
    return {step: {name: kept[name]} for step, name in steps.items() if kept.get(name)}


def leave_answers(email: str, steps: dict[str, Any]) -> None:
    """Let the answers of the join form wait for who signs in with this address, in whichever browser.

    Encrypted, under a digest of the address, for ``WAITS``. Anybody can fill in any address: what waits is
    shown to be gone through and sent, and never counts by itself.
    """
    cache.set(_waiting(email), encrypt(json.dumps(steps)), WAITS.total_seconds())


def answers_left(email: str) -> dict[str, Any]:
    """Return what waits for an address; empty when nothing does. The caller knows whose it is."""
    try:
        kept = cache.get(_waiting(email))
        return dict(json.loads(decrypt(kept))) if kept else {}
    except (InvalidToken, ValueError):
        return {}


def forget_answers(*emails: str) -> None:
    """Let nothing wait for these addresses any more."""
    cache.delete_many([_waiting(email) for email in emails])


def _waiting(email: str) -> str:
    return f"people.join:{digest(email)}"
