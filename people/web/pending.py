"""The invitation whose link was followed in this session; apart from the pages, for the adapter asks it."""

from django.http import HttpRequest

from people.models import Invitation

# The digest of the secret in the link.
KEY = "invitation"


def is_pending(request: HttpRequest) -> bool:
    """Whether a link was followed in this session that still offers something."""
    return Invitation.objects.filter(token_digest=request.session.get(KEY, "")).exists()
