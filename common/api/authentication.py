"""Who is asking: a browser session (with CSRF) or a session token of the headless sign-in."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

HEADER = "X-Session-Token"


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """The token that ``/_allauth/app/v1/auth/login`` gives, in the header ``X-Session-Token``.

    It stands first in the settings, so that its challenge makes "not signed in" a 401
    instead of DRF's 403 for sessions.
    """

    def authenticate(self, request: Request) -> Any:
        """Return (user, session), or ``None`` without a token.

        Raises:
            AuthenticationFailed: a token is given but is unknown, expired or of an inactive account.
        """
        found = super().authenticate(request)
        if found is None and self.get_session_token(request):
            raise AuthenticationFailed(_("This session has ended. Please sign in again."))
        return found

    def authenticate_header(self, request: Request) -> str:
        """The challenge in ``WWW-Authenticate``."""
        return f'{HEADER} realm="api"'


class SessionTokenScheme(OpenApiAuthenticationExtension):
    """Describes the token in the OpenAPI document."""

    target_class = "common.api.authentication.SessionTokenAuthentication"
    match_subclasses = True
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """An API key in a header."""
        return {"type": "apiKey", "in": "header", "name": HEADER}
