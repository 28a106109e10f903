"""What someone has filled in of the joining steps so far."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from common.encryption import decrypt, encrypt

KEY = "join"
STEPS = ("likes", "when", "where", "extras", "about")


class JoinDraft:
    """What was typed in each step, encrypted in the session: it holds a phone number and a postcode.

    Signing in keeps the session's content, so a draft survives making an account or using one.
    """

    def __init__(self, session: SessionBase) -> None:
        self.session = session
        self._steps = self._read()

    def _read(self) -> dict[str, dict[str, Any]]:
        kept = self.session.get(KEY)
        try:
            return dict(json.loads(decrypt(kept))) if kept else {}
        except (InvalidToken, ValueError):
            return {}

    def typed(self, step: str) -> QueryDict | None:
        """What was typed in a step, as it was sent; ``None`` when it has not been seen."""
        kept = self._steps.get(step)
        if kept is None:
            return None
        data = QueryDict(mutable=True)
        for name, values in kept["typed"].items():
            data.setlist(name, values)
        return data

    def keep(self, step: str, data: QueryDict, names: Mapping[str, Any], *, answered: bool) -> None:
        """Keep the fields ``names`` of what was sent; ``answered`` says that they were right."""
        typed = {name: data.getlist(name) for name in names if name in data}
        self._steps[step] = {"typed": typed, "answered": answered}
        self.session[KEY] = encrypt(json.dumps(self._steps))

    @property
    def answers(self) -> dict[str, Any]:
        """What may be shown to who has the address that was typed, which may be another's by mistake.

        Not the last step, on which one says who one is and agrees; nor where one lives: that is asked again.
        """
        found = {name: kept for name, kept in self._steps.items() if name != STEPS[-1]}
        if "where" in found:
            typed = {name: said for name, said in found["where"]["typed"].items() if name != "postcode"}
            found["where"] = {"typed": typed, "answered": False}
        return found

    def take_over(self, answers: dict[str, Any]) -> None:
        """Go on with answers that were given in another browser."""
        self._steps = {name: kept for name, kept in answers.items() if name in STEPS[:-1]}
        self.session[KEY] = encrypt(json.dumps(self._steps))

    def clear(self) -> None:
        """Forget everything."""
        self._steps = {}
        self.session.pop(KEY, None)

    @property
    def started(self) -> bool:
        """Whether anything has been filled in."""
        return bool(self._steps)

    @property
    def first_open(self) -> str | None:
        """The first step without a right answer; ``None`` when all have one."""
        return next((name for name in STEPS if not self._steps.get(name, {}).get("answered")), None)

    @property
    def complete(self) -> bool:
        """Whether every step has been answered."""
        return self.first_open is None
