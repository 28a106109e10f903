"""Who is asking, with what their session has shown."""

from typing import Any

from rest_framework.request import Request

from common.api.authentication import SessionTokenAuthentication
from people.errors import SecondFactorNeeded
from people.services import lacks_proof, note_session


class ProvenTokenAuthentication(SessionTokenAuthentication):
    """The session token; staff roles only count when that session has shown the second factor."""

    def authenticate(self, request: Request) -> Any:
        """Return (user, session), or ``None`` without a token.

        Raises:
            SecondFactorNeeded: staff whose session has not shown it.
        """
        found = super().authenticate(request)
        if found is None:
            return None
        user, session = found
        if lacks_proof(note_session(user, session)):
            raise SecondFactorNeeded
        return user, session
