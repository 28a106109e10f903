"""Who is asking, with what their session has shown."""

from typing import Any

from rest_framework.request import Request

from common.api.authentication import SessionTokenAuthentication
from people.errors import SecondFactorNeeded
from people.services import lacks_proof, note_session


class ProvenTokenAuthentication(SessionTokenAuthentication):
    """The session token; staff roles only count when that session has shown the second factor.

    A view with ``without_factor`` is open to staff all the same: it asks for no role.
    """

    def authenticate(self, request: Request) -> Any:
        """Return (user, session), or ``None`` without a token.

        Raises:
            SecondFactorNeeded: staff whose session has not shown it.
        """
        found = super().authenticate(request)
        if found is None:
            return None
        user, session = found
        view = (request.parser_context or {}).get("view")  # none while the key of a call is looked at
        if lacks_proof(note_session(user, session)) and not getattr(view, "without_factor", False):
            raise SecondFactorNeeded
        return user, session
