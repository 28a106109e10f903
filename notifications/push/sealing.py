"""What a push service carries it cannot read: the message is sealed for one browser (RFC 8291)."""

import base64
import binascii
import os

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

POINT_BYTES = 65
SECRET_BYTES = 16
PADDED_BYTES = 1536
"""Every message is as long as this before it is sealed, so that its length tells nothing."""


def unpacked(text: str) -> bytes:
    """Return the bytes of unpadded base64url. Raises ``ValueError`` when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no base64url") from error


def packed(content: bytes) -> str:
    """Return bytes as unpadded base64url."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def check_keys(p256dh: str, auth: str) -> None:
    """Raise ``ValueError`` unless these are the public key and the secret of a browser."""
    point, secret = unpacked(p256dh), unpacked(auth)
    if len(point) != POINT_BYTES or len(secret) != SECRET_BYTES:
        raise ValueError("a key of another length")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def seal(content: bytes, *, p256dh: str, auth: str) -> bytes:
    """Return ``content``, padded with spaces, sealed for the browser with these keys (``aes128gcm``).

    Raises ``ValueError`` for content longer than ``PADDED_BYTES``.
    """
    if len(content) > PADDED_BYTES:
        raise ValueError("too long for a push message")
    return http_ece.encrypt(
        content.ljust(PADDED_BYTES),
        salt=os.urandom(SECRET_BYTES),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=unpacked(p256dh),
        auth_secret=unpacked(auth),
        version="aes128gcm",
    )
