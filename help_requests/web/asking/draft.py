"""What someone has answered so far, kept with their browser session until it is sent."""

import json
from typing import Any
from uuid import UUID, uuid4

from cryptography.fernet import InvalidToken

from common.encryption import decrypt, encrypt
from help_requests.enums import RequestKind

SESSION_KEY = "ask_draft"


class Draft:
    """Answers by name, and which screens have been answered.

    It is encrypted in the session, for it holds a name and an address, and says nothing that JSON
    cannot: days and times are ISO text. ``key`` becomes the request's submission key.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        kept = _opened(session.get(SESSION_KEY, ""))
        self.key = UUID(kept["key"]) if kept else uuid4()
        self.answers: dict[str, Any] = kept.get("answers", {})
        self.answered: list[str] = kept.get("answered", [])

    def __getitem__(self, name: str) -> Any:
        return self.answers.get(name, "")

    @property
    def lasts(self) -> bool:
        """Whether help that goes on is asked for."""
        return self["how_often"] not in ("", RequestKind.TASK)

    def keep(self, screen: str, answers: dict[str, Any]) -> None:
        """Keep the answers of a screen."""
        self.answers |= answers
        if screen not in self.answered:
            self.answered.append(screen)
        content = {"key": str(self.key), "answers": self.answers, "answered": self.answered}
        self._session[SESSION_KEY] = encrypt(json.dumps(content))

    def forget(self) -> None:
        """Throw everything away: it has been sent, or the person starts again."""
        self._session.pop(SESSION_KEY, None)


def _opened(token: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(decrypt(token)) if token else {}
    except (InvalidToken, ValueError):
        return {}
    return content
