"""What somebody handed in, and first looks at what would come of it: it waits a while."""

import json
from base64 import b85decode, b85encode
from datetime import timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.core.cache import cache

from common.encryption import decrypt, encrypt
from people.models import User

WAITS = timedelta(minutes=30)
LARGEST = 8_000_000
"""Bytes; what is larger is chosen again, for the cache is not made for it."""


class Upload(NamedTuple):
    """A file as it came in."""

    name: str
    content: bytes


def keep_upload(user: User, upload: Upload) -> str:
    """Let a file wait for ``user``, in place of an earlier one; return the word that asks for it.

    Encrypted, for ``WAITS``. Empty when it is too large to wait.
    """
    if len(upload.content) > LARGEST:
        return ""
    word = token_urlsafe(16)
    packed = json.dumps([word, upload.name, b85encode(upload.content).decode()])
    cache.set(_place(user), encrypt(packed), WAITS.total_seconds())
    return word


def kept_upload(user: User, word: str) -> Upload | None:
    """Return what waits for ``user`` under this word; ``None`` when it went, or was replaced."""
    packed = cache.get(_place(user))
    if not packed or not word:
        return None
    try:
        known, name, content = json.loads(decrypt(packed))
    except (InvalidToken, ValueError):
        return None
    return Upload(name, b85decode(content)) if known == word else None


def forget_upload(user: User) -> None:
    """Let nothing wait for ``user`` any more."""
    cache.delete(_place(user))


def _place(user: User) -> str:
    return f"academy.upload:{user.pk}"
