"""What a page tells the form it leads to: about which request a concern is, readable by the server only."""

import json
from typing import NamedTuple
from uuid import UUID

from cryptography.fernet import InvalidToken

from common.encryption import decrypt, encrypt

LONGEST_TOKEN = 400


class About(NamedTuple):
    """The request that the reporter was looking at, and its centre."""

    help_request: UUID
    centre_id: UUID


def token_of(help_request_id: UUID, centre_id: UUID) -> str:
    """Return the token for a link on a page that shows the request: only who may see that page gets one."""
    return encrypt(json.dumps([str(help_request_id), str(centre_id)]))


def read_token(token: str) -> About | None:
    """Return what a token says; ``None`` for one that is not ours."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    try:
        help_request, centre = json.loads(decrypt(token))
    except (InvalidToken, ValueError):
        return None
    return About(UUID(help_request), UUID(centre))
