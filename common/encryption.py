"""Encrypted model fields and digests for looking an encrypted value up.

Encryption is Fernet (AES-128-CBC + HMAC-SHA256) with the keys of
``settings.FIELD_ENCRYPTION_KEYS``, newest first: the first encrypts, all decrypt.
"""

import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current() -> MultiFernet:
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    """Return ``text`` encrypted with the newest key."""
    return _current().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text of ``token``. Raises ``cryptography.fernet.InvalidToken`` when no key fits."""
    return _current().decrypt(token.encode()).decode()


def renewed(token: str) -> str:
    """Return ``token`` encrypted with the newest key; the same token when it already is.

    Raises ``cryptography.fernet.InvalidToken`` when no key fits.
    """
    newest = _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS[:1]))
    try:
        newest.decrypt(token.encode())
    except InvalidToken:
        return _current().rotate(token.encode()).decode()
    return token


def digest(value: str) -> str:
    """Return a keyed digest (HMAC-SHA256, hex) of ``value``, for equality look-ups only."""
    normalised = value.strip().lower()
    return hmac.new(settings.DIGEST_KEY.encode(), normalised.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic for the checker only
    """Text that is encrypted in the database and plain in Python. Empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt on the way out."""
        return decrypt(value) if value else value


class EncryptedJSONField(models.TextField):  # type: ignore[type-arg]  # generic for the checker only
    """A JSON value that is encrypted in the database. ``None`` stays ``None``."""

    # For the type checker: any JSON value goes in and comes out.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        """Serialise and encrypt on the way in."""
        return None if value is None else encrypt(json.dumps(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Decrypt and parse on the way out."""
        return None if value is None else json.loads(decrypt(value))

    def to_python(self, value: Any) -> Any:
        """Values are kept as they are in Python."""
        return value
