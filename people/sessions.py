"""Who is asking: the session and the account, read for every request with queries that are written once.

``SESSION_ENGINE`` names this module. Both are read each time and kept nowhere, so that a session that was
ended and an account that was suspended count in the next request.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS

from common import clock
from common.compiled import Compiled
from people.models import User

_COLUMNS = tuple(field.attname for field in User._meta.concrete_fields)
_SESSION = Compiled(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data"),
    texts="key",
    moments="now",
)
_ACCOUNT = Compiled(lambda user: User.objects.filter(pk=user).values_list(*_COLUMNS), "user")


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, and no key, when there is none or it has expired."""
        found = _SESSION.rows(key=self.session_key, now=clock.now())
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])


class AccountBackend(AuthenticationBackend):
    """Signing in as allauth does it."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the account of a session, ``None`` when it is gone or inactive."""
        for row in _ACCOUNT.rows(user=user_id):
            user = User.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)
            return user if self.user_can_authenticate(user) else None
        return None
