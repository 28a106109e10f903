"""What someone has filled in of the joining steps so far."""

import json
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase

from common.encryption import decrypt, encrypt

KEY = "join"
STEPS = ("likes", "when", "where", "extras", "about")


class JoinDraft:
    """The typed values of each step, encrypted in the session: they hold a phone number and a postcode.

    Signing in keeps the session's content, so a draft survives making an account or using one.
    """

    def __init__(self, session: SessionBase) -> None:
        self.session = session
        self.values = self._read()

    def _read(self) -> dict[str, dict[str, Any]]:
        kept = self.session.get(KEY)
        try:
            return dict(json.loads(decrypt(kept))) if kept else {}
        except (InvalidToken, ValueError):
            return {}

    def step(self, name: str) -> dict[str, Any]:
        """The values of one step; empty when it has not been answered."""
        return self.values.get(name, {})

    def keep(self, name: str, values: dict[str, Any]) -> None:
        """Keep the values of one step (JSON values)."""
        self.values[name] = values
        self.session[KEY] = encrypt(json.dumps(self.values))

    def clear(self) -> None:
        """Forget everything."""
        self.values = {}
        self.session.pop(KEY, None)

    @property
    def first_open(self) -> str | None:
        """The first step without an answer; ``None`` when all have one."""
        return next((name for name in STEPS if name not in self.values), None)

    @property
    def complete(self) -> bool:
        """Whether every step has been answered."""
        return self.first_open is None
